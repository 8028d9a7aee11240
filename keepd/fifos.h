/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_FIFOS_H
#define KEEPD_KEEPD_FIFOS_H

/*
 * The pipes of notify_fifo and vrrp_notify_fifo, and the scripts that read from them. Part of the
 * parent: a reader that is slow or gone delays nobody. What a pipe holds it keeps while its reader
 * is away; beyond that lines wait here (fifo_queue.h). Who cannot know the last states is told
 * them: a script that had to be started again, a pipe that had to be made again.
 */

#include "core/msg.h"

struct fifos;
struct json;
struct parent;

/* Caller frees with fifos_free, which removes the pipes that were made here. NULL and *e. */
struct fifos *fifos_new(struct parent *p, struct err *e);
void fifos_free(struct fifos *all); /* NULL is fine */

/* Another configuration was committed: pipes and scripts become what it wants. */
void fifos_configure(struct fifos *all);
/* vrrp runs with it: states are told again, if that is wanted. */
void fifos_settled(struct fifos *all);

/* Something to be told, by a child of that role. */
void fifos_notice(struct fifos *all, enum role from, const struct msg_notice *n);
/* A script that reads from a pipe has ended, or never began. */
void fifos_script_ended(struct fifos *all, const struct msg_script_done *done);

/*
 * At the stop: is there a line that a script here has not read yet? It gets a moment; then
 * parent_stop_step() is called again.
 */
bool fifos_wait(struct fifos *all);

/* An array for the status: path, lines written, waiting and dropped of each. */
struct json *fifos_json(const struct fifos *all);

#endif
