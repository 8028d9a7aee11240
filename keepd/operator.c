/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of the operator: see operator.h. Called by control.c, spawn.c and parent.c. */
#include "keepd/operator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "keepd/parent.h"
#include "vrrp/slot.h"

static int send_order(struct child *c, enum order order, uint32_t slot, struct err *e)
{
	const struct msg_order msg = { .order = order, .slot = slot };

	return msg_send(&c->channel, MSG_ORDER, &msg, -1, e);
}

/* ---- maintenance ---- */

static int keep(struct parent *p, struct err *e)
{
	const struct maintenance *m = &p->maintenance;
	char text[64];
	int len;

	if (!m->is_on) {
		rundir_remove(&p->rundir, RUNDIR_MAINTENANCE);
		return 0;
	}
	len = snprintf(text, sizeof(text), "%" PRId64 " %" PRId64 "\n", m->since.us, m->until.us);
	return rundir_write(&p->rundir, RUNDIR_MAINTENANCE, text, (size_t)len, e);
}

int maintenance_tell(const struct parent *p, struct child *c, struct err *e)
{
	enum order order = p->maintenance.is_on ? ORDER_STAY_OUT : ORDER_TAKE_PART;

	return c->role == ROLE_VRRP ? send_order(c, order, ORDER_ALL, e) : 0;
}

int maintenance_set(struct parent *p, bool is_on, span_t lasts, struct err *e)
{
	struct child *c = &p->children[CHILD_VRRP];
	struct maintenance *m = &p->maintenance;
	mono_t now = mono_now();
	int result = 0;

	if (is_on && !m->is_on)
		m->since = now;
	m->is_on = is_on;
	m->until = is_on && lasts.us ? mono_add(now, lasts) : MONO_NEVER;
	timer_off(&m->timer);
	if (m->until.us != MONO_NEVER.us)
		timer_set(&m->timer, m->until);
	log_notice("maintenance %s", is_on ? "begins: no instance takes part" : "ends");
	/* What is written down holds, also for a child that could not be told: it is replaced. */
	if (keep(p, e) < 0)
		result = -1;
	if (child_is_alive(c) && maintenance_tell(p, c, e) < 0) {
		child_kill(c);
		result = -1;
	}
	return result;
}

static void on_over(void *arg)
{
	struct err e;

	if (maintenance_set(arg, false, span_us(0), &e) < 0)
		log_error("maintenance: %s", e.text);
}

/* What is not as we write it is as if it were not there. */
static bool is_right(const char *text, struct maintenance *m, mono_t now)
{
	char *end;

	m->since.us = strtoll(text, &end, 10);
	if (*end != ' ')
		return false;
	m->until.us = strtoll(end, &end, 10);
	return *end == '\n' && m->since.us > 0 && !mono_before(now, m->since) &&
	       mono_before(now, m->until);
}

int maintenance_open(struct parent *p, struct err *e)
{
	struct maintenance *m = &p->maintenance;
	char *text;
	size_t len;

	m->until = MONO_NEVER;
	if (timer_open(&m->timer, p->loop, on_over, p, e) < 0)
		return -1;
	if (rundir_read(&p->rundir, RUNDIR_MAINTENANCE, &text, &len, e) < 0)
		return 0;
	m->is_on = len && text[len - 1] == '\n' && is_right(text, m, mono_now());
	free(text);
	if (!m->is_on) {
		rundir_remove(&p->rundir, RUNDIR_MAINTENANCE);
		m->until = MONO_NEVER;
		return 0;
	}
	if (m->until.us != MONO_NEVER.us)
		timer_set(&m->timer, m->until);
	log_warning("this node is in maintenance: no instance takes part until `keepctl "
		    "maintenance off`");
	return 0;
}

void maintenance_close(struct parent *p)
{
	timer_close(&p->maintenance.timer);
}

struct json *maintenance_json(const struct parent *p)
{
	const struct maintenance *m = &p->maintenance;
	struct json *j = json_new_object();

	json_set_bool(j, "on", m->is_on);
	if (m->is_on)
		json_set_double(j, "since", mono_to_wall(m->since));
	if (m->is_on && m->until.us != MONO_NEVER.us)
		json_set_double(j, "until", mono_to_wall(m->until));
	return j;
}

/* ---- handing over ---- */

/* Backups are silent: nobody can know more than that there was a peer once. */
static int check(const struct vrrp_slot *s, bool is_forced, struct err *e)
{
	if (s->state != VRRP_ACTIVE)
		return err_set(e, "instance %.63s is not active", s->name);
	if (!s->peer_heard_us && !is_forced)
		return err_set(e,
			"instance %.63s: no peer was ever heard, so nobody may take over "
			"(--force: hand over all the same)",
			s->name);
	return 0;
}

/* All active ones are checked before any is told. */
static int check_all(const struct page *page, bool is_forced, struct err *e)
{
	struct vrrp_slot s;
	unsigned active = 0;

	for (uint32_t i = 0; i < VRRP_SLOTS && page_read(page, i, &s); i++) {
		if (!s.vrid || s.state != VRRP_ACTIVE)
			continue;
		active++;
		if (check(&s, is_forced, e) < 0)
			return -1;
	}
	return active ? 0 : err_set(e, "no instance is active");
}

static int find(const struct page *page, const char *name, struct vrrp_slot *s, struct err *e)
{
	for (int i = 0; i < VRRP_SLOTS && page_read(page, (uint32_t)i, s); i++)
		if (s->vrid && !strncmp(s->name, name, sizeof(s->name) - 1))
			return i;
	return err_set(e, "there is no instance %s", name);
}

int operator_hand_over(struct parent *p, const char *name, bool is_forced, struct err *e)
{
	const struct page *page = &p->pages[PAGE_VRRP];
	struct child *c = &p->children[CHILD_VRRP];
	struct vrrp_slot s;
	int slot;

	if (!child_is_alive(c))
		return err_set(e, "no vrrp process runs");
	if (!name)
		return check_all(page, is_forced, e) < 0
			       ? -1
			       : send_order(c, ORDER_HAND_OVER, ORDER_ALL, e);
	slot = find(page, name, &s, e);
	if (slot < 0 || check(&s, is_forced, e) < 0)
		return -1;
	return send_order(c, ORDER_HAND_OVER, (uint32_t)slot, e);
}
