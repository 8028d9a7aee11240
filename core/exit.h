/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_EXIT_H
#define KEEPD_CORE_EXIT_H

/* How keepd, its processes and keepctl end. Listed in keepd(8): numbers never change meaning. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,       /* keepctl: the daemon refused; keepd: anything not below */
	EXIT_CONFIG = 2,       /* errors in the configuration */
	EXIT_UNREADABLE = 3,   /* the configuration file cannot be read */
	EXIT_NOT_ROOT = 4,     /* not root, and without the capabilities that it takes */
	EXIT_RUNNING = 5,      /* another keepd runs in this run directory */
	EXIT_NO_USER = 6,      /* the unprivileged user does not exist */
	EXIT_CHILD = 7,	       /* a child could not be brought up */
	EXIT_NO_DAEMON = 8,    /* keepctl: no keepd answers */
	EXIT_NO_INTERFACE = 9, /* the configuration names an interface that does not exist */
	EXIT_CAPABILITY = 10,  /* root, but a capability is missing (a container?) */
	EXIT_USAGE = 64,
	EXIT_INTERNAL = 70,
};

#endif
