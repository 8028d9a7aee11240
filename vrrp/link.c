/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor of interfaces and addresses in the loop. Owned by the engine.
 */
#include "vrrp/link.h"

#include "core/log.h"
#include "vrrp/table_netlink.h"

enum {
	EMPTY_TRIES = 16,
	DUMP_GAP_MS = 100,   /* in a flood of events not everything is read after each loss */
	AUDIT_SECONDS = 10,  /* at least ... */
	AUDIT_SHARE = 500,   /* ... and so many times as long as it takes */
	SUSPICION_MS = 1000, /* then the kernel has told of what it was about to tell */
};

static void tell_soon(struct link_monitor *m)
{
	if (m->table.changes != m->told && !m->is_lost && !timer_is_set(&m->tell))
		timer_set(&m->tell, mono_now());
}

static void refresh(struct link_monitor *m)
{
	struct err e = { 0 };

	/* What was queued before the dump is older than it; the first read may say again that it
	 * lost. */
	for (int i = 0; i < EMPTY_TRIES; i++)
		if (netlink_events(&m->events, link_table_event, &m->table) != NETLINK_LOST)
			break;
	m->read = mono_now();
	m->is_lost = link_table_dump(&m->request, &m->table, &e) < 0;
	if (!m->is_lost) {
		timer_off(&m->retry);
		return;
	}
	log_error("interfaces and addresses: %s; trying again", e.text);
	timer_set(&m->retry, mono_add(mono_now(), span_s(1)));
}

static void on_loss(struct link_monitor *m)
{
	mono_t earliest = mono_add(m->read, span_ms(DUMP_GAP_MS));

	log_limited(&m->limit, LOG_LEVEL_WARNING,
		"the kernel's events about addresses came faster than they were read: reading "
		"everything");
	if (!mono_before(mono_now(), earliest)) {
		refresh(m);
		return;
	}
	m->is_lost = true;
	if (!timer_is_set(&m->retry))
		timer_set(&m->retry, earliest);
}

void link_monitor_sync(struct link_monitor *m)
{
	if (netlink_events(&m->events, link_table_event, &m->table) == NETLINK_LOST)
		on_loss(m);
	tell_soon(m);
}

static void on_readable(void *arg, unsigned events)
{
	(void)events;
	link_monitor_sync(arg);
}

static void on_retry(void *arg)
{
	refresh(arg);
	tell_soon(arg);
}

static void on_tell(void *arg)
{
	struct link_monitor *m = arg;

	link_monitor_sync(m);
	timer_off(&m->tell);
	if (m->table.changes == m->told || m->is_lost)
		return;
	m->told = m->table.changes;
	m->changed(m->arg);
}

/* ---- the audit ---- */

/* Is the table what the kernel has? What it told of meanwhile is no answer: true. */
static bool is_true(struct link_monitor *m, span_t *took)
{
	struct link_table fresh = { 0 };
	mono_t begin = mono_now();
	uint64_t changes;
	bool is_same = true;

	link_monitor_sync(m);
	changes = m->table.changes;
	if (link_table_dump(&m->request, &fresh, NULL) == 0) {
		*took = mono_sub(mono_now(), begin);
		link_monitor_sync(m);
		is_same = m->table.changes != changes || link_table_equal(&fresh, &m->table);
	}
	link_table_fini(&fresh);
	return is_same;
}

static void on_audit(void *arg)
{
	struct link_monitor *m = arg;
	span_t took = { 0 };
	bool is_good = m->is_lost || is_true(m, &took);

	if (!is_good && m->is_suspect) {
		log_warning("the kernel has other addresses than it told of: reading everything");
		refresh(m);
		tell_soon(m);
	}
	m->is_suspect = !is_good && !m->is_suspect;
	timer_set(&m->audit,
		mono_add(mono_now(), m->is_suspect ? span_ms(SUSPICION_MS)
						   : span_max(span_s(AUDIT_SECONDS),
							     span_mul(took, AUDIT_SHARE))));
	if (m->audited)
		m->audited(m->arg);
}

/* ---- life ---- */

void link_monitor_tune(struct link_monitor *m, const struct netlink_buffers *b)
{
	struct err e;

	if (netlink_set_buffer(&m->request, b->request, b->is_request_forced, &e) < 0)
		log_warning("vrrp_netlink_cmd_rcv_bufs: %s", e.text);
	if (netlink_set_buffer(&m->events, b->events, b->are_events_forced, &e) < 0)
		log_warning("vrrp_netlink_monitor_rcv_bufs: %s", e.text);
}

int link_monitor_open(struct link_monitor *m, struct loop *loop, void (*changed)(void *arg),
	void *arg, struct err *e)
{
	*m = (struct link_monitor){ .loop = loop, .changed = changed, .arg = arg };
	if (netlink_open(&m->request, e) < 0 || link_table_monitor(&m->events, e) < 0 ||
		link_table_dump(&m->request, &m->table, e) < 0 ||
		timer_open(&m->retry, loop, on_retry, m, e) < 0 ||
		timer_open(&m->tell, loop, on_tell, m, e) < 0 ||
		timer_open(&m->audit, loop, on_audit, m, e) < 0 ||
		io_open(&m->io, loop, m->events.fd, IO_READ, on_readable, m, e) < 0) {
		link_monitor_close(m);
		return -1;
	}
	m->told = m->table.changes;
	m->limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	timer_set(&m->audit, mono_add(mono_now(), span_s(AUDIT_SECONDS)));
	return 0;
}

void link_monitor_close(struct link_monitor *m)
{
	io_close(&m->io);
	timer_close(&m->retry);
	timer_close(&m->tell);
	timer_close(&m->audit);
	netlink_close(&m->events);
	netlink_close(&m->request);
	link_table_fini(&m->table);
}
