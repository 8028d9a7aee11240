/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_RUNDIR_H
#define KEEPD_KEEPD_RUNDIR_H

/*
 * The run directory (/run/keepd): the pid file that is also the lock, the control socket, and the
 * state files: the committed canonical text of roles that own something in the kernel, so that
 * whoever comes after a crash knows what to clean up. Everything here is written by root only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "core/err.h"
#include "core/msg.h"

struct rundir {
	const char *path; /* borrowed */
	int fd;		  /* of the directory; -1 when closed */
	int lock_fd;	  /* of the pid file, locked; -1 when not ours */
};

#define RUNDIR_CONTROL	     "control"
#define RUNDIR_PID	     "keepd.pid"
#define RUNDIR_VRRP_STATE    "vrrp.state"
#define RUNDIR_CHECKER_STATE "checker.state"
#define RUNDIR_MAINTENANCE   "maintenance"
#define RUNDIR_NETNS	     "net_namespace" /* the name of the one in which they are */

/* The state file of a role, or NULL if it has none: only who owns something in the kernel has. */
const char *rundir_state_file(enum role role);

/*
 * Opens the directory, creating it if it is missing; gives it mode 0750 and group gid. Refuses one
 * that others than root can write to.
 */
int rundir_open(struct rundir *d, const char *path, gid_t gid, struct err *e);

/* Opens an existing one; e->sysno is ENOENT if there is none. */
int rundir_open_existing(struct rundir *d, const char *path, struct err *e);

/*
 * Takes the lock. -1 with e->sysno EAGAIN: another keepd runs here, *owner is its pid (0 =
 * unknown).
 */
int rundir_lock(struct rundir *d, pid_t *owner, struct err *e);
/* Writes our pid into the locked pid file. */
int rundir_write_pid(struct rundir *d, struct err *e);

/* Replaces a file whole or not at all, mode 0600. */
int rundir_write(struct rundir *d, const char *name, const char *text, size_t len, struct err *e);
/* Reads a file of at most 256 MiB; the caller frees. e->sysno is ENOENT if there is none. */
int rundir_read(struct rundir *d, const char *name, char **text, size_t *len, struct err *e);
void rundir_remove(struct rundir *d, const char *name);

void rundir_close(struct rundir *d);

#endif
