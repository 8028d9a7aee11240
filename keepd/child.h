/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_CHILD_H
#define KEEPD_KEEPD_CHILD_H

/*
 * A child as the parent sees it: process, channel, state. Starting and ending one process; what it
 * means for the whole is the parent's business (parent.c).
 */

#include "core/loop.h"
#include "core/msg.h"
#include "core/proc.h"

struct parent;

enum child_state {
	CHILD_OFF,	/* not configured */
	CHILD_WAITING,	/* died; `timer` starts it again */
	CHILD_STARTING, /* spawned, has not taken over a configuration yet; `timer` is its deadline
			 */
	CHILD_RUNNING,	/* `timer` runs once its channel has ended */
	CHILD_STOPPING, /* was told to go; `timer` is its deadline */
};

#define CHILD_START_SECONDS  10
#define CHILD_STOP_SECONDS   5
#define CHILD_LINGER_SECONDS 1 /* between the end of its channel and its own */

struct child {
	enum role role;
	unsigned index; /* in the parent's table, and its bit in a reload */
	enum child_state state;
	struct parent *parent;

	/* runners only */
	char user[64];
	uid_t uid;
	gid_t gid;

	pid_t pid;  /* 0 when there is no process */
	pid_t gone; /* of the last one that ended */
	int pidfd;
	struct channel channel;
	struct io pid_io, channel_io;
	struct timer timer;
	mono_t started;
	struct proc_backoff backoff;
	unsigned restarts; /* unexpected deaths since the parent started */
	bool is_wanted;	   /* by the committed configuration */
	uint64_t running;  /* generation that it said is in effect */
	unsigned scripts;  /* runners: at work there ... */
	unsigned tracked;  /* ... and those that nobody misses at the end */
	bool is_held;	   /* ready, but its COMMIT waits for startup_script */
	uint64_t asked;	   /* generation of the last PREPARE: answers to others are late */
};

/* What the parent does when a child speaks, dies, or its timer fires; in parent.c. */
void parent_on_message(struct child *c, const struct msg *m);
void parent_on_death(struct child *c, int status); /* exit status, or -signal */
void parent_on_timer(struct child *c);

const char *child_state_name(enum child_state s);

/* "vrrp", "runner nobody" */
const char *child_name(const struct child *c, char *buf, size_t len);

/* Prepares an empty row. */
int child_init(struct child *c, struct parent *p, enum role role, unsigned index, struct loop *loop,
	struct err *e);

/* Starts the process: state becomes STARTING, the deadline runs. */
int child_spawn(struct child *c, struct loop *loop, const char *const *role_args, struct err *e);

/* Asks it to go (STOPPING); at the deadline the parent kills it. */
void child_stop(struct child *c, bool keep);

/* It is ready and waits for its COMMIT, however long that takes. */
void child_hold(struct child *c);
/* The wait is over: is a COMMIT due? Its deadline runs again. */
bool child_let_go(struct child *c);

void child_kill(struct child *c);

/* Lets go of everything, whether the process has ended or not. */
void child_fini(struct child *c);

/* Is there a process that listens? */
static inline bool child_is_alive(const struct child *c)
{
	return c->pid != 0;
}

#endif
