/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_NOTIFY_H
#define KEEPD_CHECKER_NOTIFY_H

/*
 * What a change of a server or a pool tells the world: a log line, an event, the configured script
 * by way of the parent.
 */

#include "checker/model.h"
#include "core/role.h"

void notify_change(
	struct role_ctx *ctx, const struct model *m, const struct model_change *change, mono_t now);

/* A server that a reload removed while it was up: its notify_down runs. */
void notify_removed(struct role_ctx *ctx, const struct model *m, uint32_t server, mono_t now);

/* "192.0.2.1:80 of tcp 192.0.2.200:80" */
#define SERVER_NAME_BYTES (ENDPOINT_TEXT_BYTES + IPVS_KEY_TEXT_BYTES + 8)
const char *server_name(const struct model *m, uint32_t server, char buf[SERVER_NAME_BYTES]);

#endif
