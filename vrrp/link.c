/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor of interfaces and addresses in the loop. Owned by the engine.
 */
#include "vrrp/link.h"

#include "core/log.h"
#include "vrrp/table_netlink.h"

#define EMPTY_TRIES 16

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
	if (link_table_dump(&m->request, &m->table, &e) == 0) {
		m->is_lost = false;
		timer_off(&m->retry);
		return;
	}
	m->is_lost = true;
	log_error("interfaces and addresses: %s; trying again", e.text);
	timer_set(&m->retry, mono_add(mono_now(), span_s(1)));
}

void link_monitor_sync(struct link_monitor *m)
{
	if (netlink_events(&m->events, link_table_event, &m->table) == NETLINK_LOST) {
		log_warning("the kernel's events about addresses came faster than they were read:"
			    " reading everything");
		refresh(m);
	}
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

int link_monitor_open(struct link_monitor *m, struct loop *loop, void (*changed)(void *arg),
	void *arg, struct err *e)
{
	*m = (struct link_monitor){ .loop = loop, .changed = changed, .arg = arg };
	if (netlink_open(&m->request, e) < 0 || link_table_monitor(&m->events, e) < 0 ||
		link_table_dump(&m->request, &m->table, e) < 0 ||
		timer_open(&m->retry, loop, on_retry, m, e) < 0 ||
		timer_open(&m->tell, loop, on_tell, m, e) < 0 ||
		io_open(&m->io, loop, m->events.fd, IO_READ, on_readable, m, e) < 0) {
		link_monitor_close(m);
		return -1;
	}
	m->told = m->table.changes;
	return 0;
}

void link_monitor_close(struct link_monitor *m)
{
	io_close(&m->io);
	timer_close(&m->retry);
	timer_close(&m->tell);
	netlink_close(&m->events);
	netlink_close(&m->request);
	link_table_fini(&m->table);
}
