/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_MAILER_H
#define KEEPD_KEEPD_MAILER_H

/*
 * The mailer: a process for one connection to the mail server, without any power over the node. It
 * may wait there and for the name server; whoever started it (mails.c) does not wait for it. It
 * gets its job in MSG_MAIL, as JSON:
 *
 *     {"host", "port", "timeout" (seconds, to connect), "helo", "from", "to": [ADDRESS, ...],
 *      "messages": [{"subject", "text", "at"}, ...]}
 *
 * and says how it ended in MSG_MAIL_DONE.
 */

#include "core/role.h"

int mailer_main(const struct role_args *args);

#endif
