/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_CHECK_H
#define KEEPD_CHECKER_SCHEMA_CHECK_H

/* The keyword tables of the check types, used by the table of real_server. */

#include "core/conf/schema.h"

extern const struct conf_block tcp_check_block, http_get_block;

/* The rules of what all checks have in common. */
void check_conf_check(struct conf_obj *obj, struct conf_rules *r);

#endif
