/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_CHECK_H
#define KEEPD_CHECKER_SCHEMA_CHECK_H

/* The keyword tables of the check types, used by the table of real_server. */

#include "core/conf/schema.h"

struct real_server_conf;

extern const struct conf_block tcp_check_block, ping_check_block, http_get_block, ssl_get_block,
	smtp_check_block, dns_check_block, misc_check_block, udp_check_block, file_check_block,
	bfd_check_block;

/* The rules of what all checks have in common. */
void check_conf_check(struct conf_obj *obj, struct conf_rules *r);
/* The real server a check or a part of it belongs to. */
const struct real_server_conf *check_server(const struct conf_obj *check);

#endif
