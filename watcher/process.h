/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_PROCESS_H
#define KEEPD_WATCHER_PROCESS_H

/*
 * One process as /proc shows it, and whether it is one of those that are tracked. Reading is apart
 * from understanding, which is pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "core/conf/common.h"

#define PROCESS_COMM_BYTES    16
#define PROCESS_CMDLINE_BYTES 4096 /* so much of it is looked at */

struct process {
	pid_t pid;
	uint64_t start; /* with its number it is this process and no later one */
	char comm[PROCESS_COMM_BYTES];
	char cmdline[PROCESS_CMDLINE_BYTES + 1]; /* arguments, each with its NUL */
	size_t cmdline_len;
};

/*
 * /proc/PID/stat: name and start. False: that is not its text, or the process is over and only
 * waits to be reaped.
 */
bool process_parse(struct process *p, char *stat);

/* Is it one of them? By its short name, or by its command line where that is asked for: with
 * full_command, param_match, parameters, or a path for a name. */
bool process_matches(const struct process *p, const struct conf_process *conf);

/* Reads it from /proc, the command line only if somebody needs it. False: there is none. */
bool process_read(struct process *p, pid_t pid, bool with_cmdline);
bool process_needs_cmdline(const struct conf_process *conf);

#endif
