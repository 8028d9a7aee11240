/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Withdrawing without a process that knows anything: the configuration says which addresses, the
 * kernel which of them are there. Called by keepd --withdraw and by the parent.
 */
#include "vrrp/withdraw.h"

#include <stdlib.h>

#include "vrrp/firewall.h"
#include "vrrp/message.h"
#include "vrrp/orders.h"
#include "vrrp/packet.h"
#include "vrrp/records.h"
#include "vrrp/schema.h"
#include "vrrp/table_netlink.h"
#include "vrrp/vips.h"
#include "vrrp/vmac.h"

/* What a dead keepd may have left, and who declares it. */
struct leftovers {
	const struct link_table *links;
	struct records records;
	struct orders orders;
};

static void add_address(
	struct leftovers *l, const struct vrrp_vip_conf *vip, const char *ifname, bool is_owner)
{
	const struct link_info *link = link_by_name(l->links, vip->dev ? vip->dev : ifname);
	const struct addr_info *there;
	struct addr_key key;
	void *message;

	if (!link)
		return;
	key = address_key(vip, link->ifindex);
	there = link_find_addr(l->links, &key);
	if (!there || !vips_may_remove(l->links, there, is_owner))
		return;
	message = address_message(vip, link->ifindex);
	orders_remove(&l->orders, message, 0);
	free(message);
}

/* A route or a rule. */
static void add_record(struct leftovers *l, void *message)
{
	const struct object_id id = message_id(message);
	const struct record *record = records_find(&l->records, &id, message);

	if (record)
		orders_remove(&l->orders, record->message, 0);
	free(message);
}

struct declared {
	const struct conf_list *addresses, *excluded, *routes, *rules;
	const char *ifname;
	bool is_owner;
};

static void expect(struct leftovers *l, const struct declared *d)
{
	struct records *r = &l->records;

	for (size_t i = 0; i < d->routes->count; i++)
		r->is_protocol[((const struct vrrp_route_conf *)d->routes->items[i])->protocol] =
			r->are_routes = true;
	for (size_t i = 0; i < d->rules->count; i++)
		r->is_protocol[((const struct vrrp_rule_conf *)d->rules->items[i])->protocol] =
			r->are_rules = true;
}

/* In the opposite order to that in which they came. */
static void add_all(struct leftovers *l, const struct declared *d)
{
	bool is_missing;

	for (size_t i = 0; i < d->rules->count; i++)
		add_record(l, rule_message(d->rules->items[i]));
	for (size_t i = 0; i < d->routes->count; i++)
		add_record(l, route_message(d->routes->items[i], l->links, &is_missing));
	for (size_t i = 0; i < d->excluded->count; i++)
		add_address(l, d->excluded->items[i], d->ifname, d->is_owner);
	for (size_t i = 0; i < d->addresses->count; i++)
		add_address(l, d->addresses->items[i], d->ifname, d->is_owner);
}

/* Calls fn for what each instance declares, and for what is static. */
static void for_all(struct leftovers *l, const struct vrrp_conf *conf,
	void (*fn)(struct leftovers *l, const struct declared *d))
{
	const struct conf_list none = { 0 };
	const struct declared fixed = { &conf->static_addresses, &none, &conf->static_routes,
		&conf->static_rules, conf->global->default_interface, false };

	for (size_t i = 0; i < conf->instances.count; i++) {
		const struct vrrp_instance_conf *one = conf->instances.items[i];
		const struct declared d = { &one->vips, &one->excluded, &one->routes, &one->rules,
			one->interface, one->priority == VRRP_OWNER_PRIORITY };

		fn(l, &d);
	}
	fn(l, &fixed);
}

/* What fails of one is no reason to leave the others. Returns how many were removed, or -1. */
static int remove_all(struct leftovers *l, struct netlink *n, struct err *e)
{
	char text[OBJECT_TEXT_BYTES];
	int removed = 0;

	orders_spare_others(&l->orders, l->links);
	if (orders_give(&l->orders, n, e) < 0)
		return -1;
	for (size_t i = 0; i < l->orders.count; i++) {
		const struct netlink_op *op = &l->orders.ops[i];

		if (op->tag == ORDERS_NO_TAG)
			continue;
		if (op->sysno)
			return err_sys(e, op->sysno, "remove %s", message_text(op->message, text));
		removed++;
	}
	return removed;
}

int vrrp_withdraw(const struct conf *c, struct err *e)
{
	const struct vrrp_conf *conf = (const struct vrrp_conf *)conf_root(c, &vrrp_section);
	struct link_table table = { 0 };
	struct leftovers left = { .links = &table };
	struct netlink n;
	int result = -1;

	if (!conf)
		return 0;
	if (netlink_open(&n, e) < 0)
		return -1;
	for_all(&left, conf, expect);
	if (link_table_dump(&n, &table, e) == 0 && records_read(&left.records, &n, e) == 0) {
		for_all(&left, conf, add_all);
		result = remove_all(&left, &n, e);
	}
	orders_free(&left.orders);
	records_free(&left.records);
	if (vrrp_vmacs_withdraw(conf, &n, &table, result >= 0 ? e : NULL) < 0)
		result = -1;
	link_table_fini(&table);
	netlink_close(&n);
	if (vrrp_firewall_withdraw(conf, result >= 0 ? e : NULL) < 0)
		result = -1;
	return result;
}
