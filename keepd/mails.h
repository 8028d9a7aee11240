/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_MAILS_H
#define KEEPD_KEEPD_MAILS_H

/*
 * Mails about what happens (smtp_alert), as the parent sees them: what waits, the mailer that is
 * under way, what becomes of one that failed. The parent talks to no server and looks no name up.
 */

#include "core/msg.h"

struct child;
struct mails;
struct parent;

/* Caller frees with mails_free. NULL and *e. */
struct mails *mails_new(struct parent *p, struct err *e);
void mails_free(struct mails *m); /* NULL is fine */

/* A notice for which mail is wanted; without a server and recipients nothing comes of it. */
void mails_notice(struct mails *m, const struct msg_notice *n);

/* Is this child the mailer? Then what it says and how it ends is for these. */
bool mails_is_mailer(const struct mails *m, const struct child *c);
void mails_done(struct mails *m, const struct msg_mail_done *done);
void mails_mailer_died(struct mails *m, int status);
void mails_mailer_overdue(struct mails *m);

/* At the stop: is a mail under way? It gets a moment; then parent_stop_step() is called again. */
bool mails_wait(struct mails *m);

#endif
