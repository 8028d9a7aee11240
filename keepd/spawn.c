/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a child: its command line, the state pages it gets, its channels to the siblings. Part
 * of the parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checker/slot.h"
#include "core/log.h"
#include "core/watch.h"
#include "keepd/modules.h"
#include "keepd/parent.h"
#include "keepd/pidfile.h"
#include "core/election.h"
#include "core/sync.h"
#include "vrrp/bfd_slot.h"
#include "vrrp/seen.h"
#include "vrrp/slot.h"
#include "vrrp/track_slot.h"

/* ---- state pages and channels between siblings ---- */

static const struct {
	size_t slot_bytes;
	uint32_t slots;
	enum role writer;
	unsigned readers; /* ROLE_BIT of those that get it read-only; the parent reads all */
} page_table[PAGE_COUNT] = {
	[PAGE_VRRP] = { sizeof(struct vrrp_slot), VRRP_SLOTS, ROLE_VRRP, 0 },
	[PAGE_BFD] = { sizeof(struct bfd_slot), BFD_SLOTS, ROLE_VRRP, 0 },
	[PAGE_TRACK] = { sizeof(struct track_slot), TRACK_SLOTS, ROLE_VRRP, 0 },
	[PAGE_SEEN] = { sizeof(struct seen_row), SEEN_ROWS, ROLE_VRRP, 0 },
	[PAGE_SYNC] = { sizeof(struct listening_slot), LISTENING_SLOTS, ROLE_CHECKER,
		ROLE_BIT(ROLE_VRRP) },
	[PAGE_ELECTION] = { sizeof(struct election_slot), ELECTION_SLOTS, ROLE_VRRP,
		ROLE_BIT(ROLE_CHECKER) },
	[PAGE_PROBER] = { sizeof(struct probe_slot), PROBE_SLOTS, ROLE_PROBER,
		ROLE_BIT(ROLE_CHECKER) },
	[PAGE_WATCH] = { sizeof(struct watch_slot), WATCH_SLOTS, ROLE_WATCHER,
		ROLE_BIT(ROLE_VRRP) },
	[PAGE_CHECKER] = { sizeof(struct checker_slot), CHECKER_SLOTS, ROLE_CHECKER, 0 },
};

/* Who talks to whom beside the parent: both ends are renewed when either side is. */
static const struct {
	unsigned a, b;
} links[] = {
	{ CHILD_CHECKER, CHILD_PROBER },
	{ CHILD_VRRP, CHILD_WATCHER },
	{ CHILD_VRRP, CHILD_CHECKER },
};

/* The state file of a checker whose keepd was killed, as a sealed text; -1 if there is none. */
static int read_earlier(struct parent *p)
{
	struct err e = { 0 };
	char *text;
	size_t len;
	int fd = -1;

	if (rundir_read(&p->rundir, RUNDIR_CHECKER_STATE, &text, &len, &e) == 0)
		fd = memfd_seal(RUNDIR_CHECKER_STATE, text, len, &e);
	if (fd < 0 && e.sysno != ENOENT)
		log_warning("%s: services that a dead keepd left behind cannot be told", e.text);
	free(text);
	return fd;
}

int spawn_init(struct parent *p, struct err *e)
{
	p->earlier_checker = read_earlier(p);
	for (int i = 0; i < PAGE_COUNT; i++) {
		p->page_fds[i] = page_create(role_name(page_table[i].writer),
			page_table[i].slot_bytes, page_table[i].slots, e);
		if (p->page_fds[i] < 0 ||
			page_open(&p->pages[i], p->page_fds[i], page_table[i].slot_bytes,
				page_table[i].slots, false, e) < 0)
			return -1;
	}
	return 0;
}

/* A reader gets a description that cannot be mapped for writing. */
static int send_page(struct child *c, uint32_t kind, int fd, bool is_writer, struct err *e)
{
	const struct msg_page msg = { .kind = kind };
	char path[64];
	int status;

	if (is_writer)
		return msg_send(&c->channel, MSG_PAGE, &msg, fd, e);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "state page for reading");
	status = msg_send(&c->channel, MSG_PAGE, &msg, fd, e);
	close(fd);
	return status;
}

static int send_pages(struct parent *p, struct child *c, struct err *e)
{
	for (uint32_t i = 0; i < PAGE_COUNT; i++) {
		bool is_writer = page_table[i].writer == c->role;

		if (!is_writer && !(page_table[i].readers & ROLE_BIT(c->role)))
			continue;
		if (send_page(c, i, p->page_fds[i], is_writer, e) < 0)
			return -1;
	}
	return 0;
}

static int send_links(struct parent *p, const struct child *c, struct err *e)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct child *ends[2] = { &p->children[links[i].a], &p->children[links[i].b] },
			     *deaf = NULL;
		int fds[2];

		if ((c != ends[0] && c != ends[1]) || !child_is_alive(ends[0]) ||
			!child_is_alive(ends[1]))
			continue;
		if (channel_pair(fds, e) < 0)
			return -1;
		for (int n = 0; n < 2; n++) {
			const struct msg_peer msg = { .role = ends[!n]->role };

			if (msg_send(&ends[n]->channel, MSG_PEER, &msg, fds[n], e) < 0)
				deaf = ends[n];
			close(fds[n]);
		}
		if (deaf == c)
			return -1;
		if (deaf) /* dying, or hung: its successor gets a pair as well */
			child_kill(deaf);
	}
	return 0;
}

/* A checker that never ran under this parent learns what is ours in the kernel all the same. */
static int send_earlier(struct parent *p, struct child *c, struct err *e)
{
	const struct msg_generation none = { 0 };

	if (c->role != ROLE_CHECKER || p->earlier_checker < 0)
		return 0;
	return msg_send(&c->channel, MSG_CONF_EARLIER, &none, p->earlier_checker, e);
}

static void write_pid(struct parent *p, const struct child *c)
{
	struct err e;

	if (pidfile_write(options_pid_path(p->opt, c->role), c->pid, &e) < 0)
		log_warning("%s", e.text);
}

int parent_spawn(struct parent *p, struct child *c, struct err *e)
{
	bool is_runner = c->role == ROLE_RUNNER;
	char uid[16], gid[16];
	const char *args[PARENT_CHILD_ARGS] = { 0 };
	size_t n = parent_child_args(p, args);

	args[n++] = "--user";
	args[n++] = is_runner ? c->user : p->opt->user;
	if (is_runner) {
		snprintf(uid, sizeof(uid), "%u", (unsigned)c->uid);
		snprintf(gid, sizeof(gid), "%u", (unsigned)c->gid);
		args[n++] = "--uid";
		args[n++] = uid;
		args[n++] = "--gid";
		args[n++] = gid;
	}
	if (c->role == ROLE_CHECKER)
		modules_load_ipvs(&p->hung_modprobe);
	if (child_spawn(c, p->loop, args, e) < 0)
		return -1;
	if (send_pages(p, c, e) < 0 || send_links(p, c, e) < 0 || send_earlier(p, c, e) < 0 ||
		maintenance_tell(p, c, e) < 0) {
		child_kill(c);
		return -1;
	}
	write_pid(p, c);
	return 0;
}

size_t parent_child_args(const struct parent *p, const char *args[PARENT_CHILD_ARGS])
{
	const struct options *o = p->opt;
	size_t n = 0;

	args[n++] = "--log";
	args[n++] = options_sinks[o->sink];
	args[n++] = "--log-level";
	args[n++] = options_levels[o->level];
	if (o->facility) {
		args[n++] = "--log-facility";
		args[n++] = o->facility;
	}
	return n;
}
