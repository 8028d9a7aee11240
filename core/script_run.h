/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_SCRIPT_RUN_H
#define KEEPD_CORE_SCRIPT_RUN_H

/*
 * Building a MSG_SCRIPT_RUN: begin it, then its arguments, then its environment. What does not fit
 * is left out whole. Used by those who want a configured script to run; msg.h says what becomes of
 * it.
 */

#include "core/msg.h"

/* For the members see struct msg_script_run. */
struct msg_script_run script_run_begin(uint64_t script, uint64_t queue, uint64_t step);

/* Appends an argument; all of them come before the first variable. */
void script_run_arg(struct msg_script_run *run, const char *text);

/* Appends NAME=value to the environment. */
void script_run_var(struct msg_script_run *run, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
