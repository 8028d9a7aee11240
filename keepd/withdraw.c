/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last resort for addresses: when the vrrp child is dead and no successor is ready before the
 * peer moves, when it had to be killed at stop, and after a crash of everything (keepd --withdraw,
 * and each start). What to remove stands in the state file, the committed text of the vrrp role.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/memfd.h"
#include "core/log.h"
#include "core/proc.h"
#include "keepd/netns.h"
#include "keepd/parent.h"
#include "vrrp/schema.h"
#include "vrrp/slot.h"
#include "vrrp/withdraw.h"

#define WITHDRAW_MARGIN 8 /* of an advert interval */
#define WAIT_SECONDS	5
#define TEXT_MAX	((size_t)256 << 20)

static int withdraw_text(const char *text, size_t len)
{
	static const struct conf_section *const sections[] = { &vrrp_section, NULL };
	const struct conf_params params = { .sections = sections, .is_canonical = true };
	struct conf_report *report = conf_report_new();
	struct conf *conf = conf_read_text("vrrp.state", text, len, &params, report);
	struct err e = { 0 };
	int removed, status = EXIT_OK;

	if (!conf) {
		log_error("state file: %s: addresses that a dead keepd left behind cannot be told",
			conf_report_first(report));
		status = EXIT_INTERNAL;
	} else if ((removed = vrrp_withdraw(conf, &e)) < 0) {
		log_error("withdraw: %s", e.text);
		status = EXIT_FAILED;
	} else if (removed) {
		log_notice(
			"withdrew %d addresses, routes and rules that a dead keepd had left behind",
			removed);
	}
	conf_free(conf);
	conf_report_free(report);
	return status;
}

/* We ourselves stay where we are: the next configuration may say something else. */
static int withdraw_inside(const char *netns, const char *text, size_t len)
{
	int status = EXIT_FAILED;
	struct err e = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		if (netns_enter(netns, &e) == 0)
			_exit(withdraw_text(text, len));
		if (e.sysno == ENOENT)
			_exit(EXIT_OK); /* the addresses went with it */
		log_error("withdraw: %s", e.text);
		_exit(EXIT_FAILED);
	}
	if (pid > 0 && !proc_wait(pid, span_s(WAIT_SECONDS), &status)) {
		log_error("withdrawing takes longer than %d s; not waiting for it", WAIT_SECONDS);
		kill(pid, SIGKILL);
	}
	return status < 0 ? EXIT_FAILED : status;
}

int withdraw_leftovers(struct rundir *d)
{
	char name[NETNS_NAME_BYTES];
	const char *netns = netns_left(d, name);
	struct err e = { 0 };
	char *text;
	size_t len;
	int status;

	if (rundir_read(d, RUNDIR_VRRP_STATE, &text, &len, &e) < 0) {
		if (e.sysno == ENOENT)
			return EXIT_OK; /* the last keepd here ended cleanly */
		log_error("%s", e.text);
		return EXIT_FAILED;
	}
	status = netns ? withdraw_inside(netns, text, len) : withdraw_text(text, len);
	if (status == EXIT_OK)
		rundir_remove(d, RUNDIR_VRRP_STATE);
	free(text);
	return status;
}

/* ---- while keepd runs ---- */

/* What the vrrp child may have put into the kernel. */
static int withdraw_texts(const struct parent *p)
{
	const int texts[] = { p->outgoing_vrrp, p->committed.text[ROLE_VRRP] };
	int status = EXIT_OK;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err e;
		char *text;
		size_t len;

		if (texts[i] < 0)
			continue;
		if (memfd_read(texts[i], TEXT_MAX, &text, &len, &e) < 0)
			status = EXIT_INTERNAL;
		else if (withdraw_text(text, len) != EXIT_OK)
			status = EXIT_FAILED;
		free(text);
	}
	return status;
}

bool withdraw_now(struct parent *p)
{
	pid_t pid;
	int status = -1;

	withdraw_disarm(p);
	if (p->outgoing_vrrp < 0 && p->committed.text[ROLE_VRRP] < 0)
		return true;
	/* In a process of its own: whatever happens there, the parent goes on. */
	pid = fork();
	if (pid == 0) {
		rundir_close(&p->rundir); /* should it hang, it does not hold the lock */
		_exit(withdraw_texts(p));
	}
	if (pid < 0) {
		status = withdraw_texts(p);
	} else if (!proc_wait(pid, span_s(WAIT_SECONDS), &status)) {
		log_error("withdrawing takes longer than %d s; not waiting for it", WAIT_SECONDS);
		kill(pid, SIGKILL);
	}
	withdraw_settled(p);
	return status == 0;
}

void withdraw_supersede(struct parent *p)
{
	enum child_state state = p->children[CHILD_VRRP].state;
	int *text = &p->committed.text[ROLE_VRRP];

	if (*text < 0)
		return;
	if (state != CHILD_RUNNING && state != CHILD_STOPPING) {
		/* Its successor would not know what is in the old text only. */
		if (withdraw_now(p))
			rundir_remove(&p->rundir, RUNDIR_VRRP_STATE);
	} else if (p->outgoing_vrrp < 0) {
		p->outgoing_vrrp = *text;
		*text = -1;
	}
}

void withdraw_settled(struct parent *p)
{
	if (p->outgoing_vrrp >= 0)
		close(p->outgoing_vrrp);
	p->outgoing_vrrp = -1;
}

/* The point in time until which the peers still believe in us; MONO_NEVER if we own nothing. */
static mono_t last_believed(const struct page *page)
{
	mono_t earliest = MONO_NEVER;
	struct vrrp_slot slot;

	for (uint32_t i = 0; i < VRRP_SLOTS && page_read(page, i, &slot); i++) {
		/* A little earlier than the peers may move: removing takes its time as well. */
		span_t down = span_us(slot.advert_int_us * slot.down_adverts -
				      slot.advert_int_us / WITHDRAW_MARGIN);

		if (slot.state == VRRP_ACTIVE)
			earliest =
				mono_min(earliest, mono_add((mono_t){ slot.last_advert_us }, down));
	}
	return earliest;
}

static void nobody_came(void *arg)
{
	struct parent *p = arg;

	log_error("no vrrp process is ready before the peers take over: withdrawing its addresses");
	child_kill(&p->children[CHILD_VRRP]);
	withdraw_now(p);
}

void withdraw_arm(struct parent *p)
{
	if (!timer_is_set(&p->withdraw_timer))
		timer_set(&p->withdraw_timer, last_believed(&p->pages[PAGE_VRRP]));
}

void withdraw_disarm(struct parent *p)
{
	timer_off(&p->withdraw_timer);
}

int withdraw_init(struct parent *p, struct err *e)
{
	p->outgoing_vrrp = -1;
	return timer_open(&p->withdraw_timer, p->loop, nobody_came, p, e);
}
