/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all checks have in common, and the checks that have nothing else.
 */
#include "checker/schema_rows.h"

static void ping_check(struct conf_obj *obj, struct conf_rules *r);

/* clang-format off */
static const struct conf_row tcp_rows[] = {
	CONNECT_ROWS(CONF_LATER),
	COMMON_ROWS(NULL, "1", "1"),
};

const struct conf_block tcp_check_block = {
	"TCP_CHECK", sizeof(struct tcp_check_conf), NULL, 0,
	tcp_rows, ROWS_COUNT(tcp_rows), false, check_conf_check,
	"A connection is made and closed.",
};

static const struct conf_row ping_rows[] = {
	CONNECT_ROWS(CONF_WORKS),
	COMMON_ROWS(NULL, "1", "1"),
};

const struct conf_block ping_check_block = {
	"PING_CHECK", sizeof(struct tcp_check_conf), NULL, 0,
	ping_rows, ROWS_COUNT(ping_rows), false, ping_check,
	"The host is asked for an echo. Whether the service answers is not known by that.",
};
/* clang-format on */

const struct real_server_conf *check_server(const struct conf_obj *check)
{
	while (check->block != &real_server_block)
		check = check->parent;
	return (const struct real_server_conf *)check;
}

static bool is_link_local(const struct addr *a)
{
	return a->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&a->v6);
}

/* From where to where. */
static void connect_check(struct check_conf *c, struct conf_rules *r)
{
	const struct addr *target =
		addr_is_set(&c->connect_ip) ? &c->connect_ip : &check_server(&c->obj)->address;

	if (addr_is_set(&c->bindto) && c->bindto.family != target->family)
		ERROR(r, &c->obj, offsetof(struct check_conf, bindto),
			"bindto and the address that is probed must be of one family");
	if (is_link_local(target) && !c->bind_if)
		WARN(r, &c->obj, offsetof(struct check_conf, connect_ip),
			"a link-local address cannot be probed without bind_if: this check fails "
			"for ever");
}

void check_conf_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct check_conf *c = (struct check_conf *)obj;

	if (!conf_is_given(obj, offsetof(struct check_conf, warmup)))
		c->warmup = c->delay_loop;
	if (obj->block != &misc_check_block)
		connect_check(c, r);
}

static void ping_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct check_conf *c = (const struct check_conf *)obj;

	check_conf_check(obj, r);
	if (c->connect_port)
		WARN(r, obj, offsetof(struct check_conf, connect_port),
			"PING_CHECK has no port: connect_port has no effect");
	if (c->bind_port)
		WARN(r, obj, offsetof(struct check_conf, bind_port),
			"PING_CHECK has no port: bind_port has no effect");
}
