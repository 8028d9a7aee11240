/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all checks have in common, and TCP_CHECK, which has nothing else.
 */
#include "checker/schema_rows.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

/* clang-format off */
static const struct conf_row tcp_rows[] = {
	CONNECT_ROWS,
	COMMON_ROWS(NULL, "1", "1"),
};

const struct conf_block tcp_check_block = {
	"TCP_CHECK", sizeof(struct tcp_check_conf), NULL, 0,
	tcp_rows, ROWS_COUNT(tcp_rows), false, check_conf_check,
	"A connection is made and closed.",
};
/* clang-format on */

void check_conf_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct check_conf *c = (struct check_conf *)obj;
	const struct real_server_conf *server = (const struct real_server_conf *)obj->parent;
	const struct addr *target = addr_is_set(&c->connect_ip) ? &c->connect_ip : &server->address;

	if (!conf_is_given(obj, offsetof(struct check_conf, warmup)))
		c->warmup = c->delay_loop;
	if (addr_is_set(&c->bindto) && c->bindto.family != target->family)
		conf_complain(r, CONF_ERROR, obj,
			conf_row_at(obj->block, offsetof(struct check_conf, bindto)),
			"bindto and the address that is probed must be of one family");
}
