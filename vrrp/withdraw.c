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
#include "vrrp/schema.h"
#include "vrrp/table_netlink.h"
#include "vrrp/vips.h"
#include "vrrp/vmac.h"

/* What a dead keepd may have left, and who declares it. */
struct leftovers {
	const struct link_table *table;
	struct orders orders;
};

static void add_address(
	struct leftovers *l, const struct vrrp_vip_conf *vip, const char *ifname, bool is_owner)
{
	const struct link_info *link = link_by_name(l->table, vip->dev ? vip->dev : ifname);
	const struct addr_info *there;
	struct object_id id;
	struct addr_key key;
	void *message;

	if (!link)
		return;
	message = address_message(vip, link->ifindex, &id);
	key = message_addr_key(message);
	there = link_find_addr(l->table, &key);
	if (there && vips_may_remove(l->table, there, is_owner))
		orders_remove(&l->orders, message, 0);
	free(message);
}

static void add_instance(struct leftovers *l, const struct vrrp_instance_conf *conf)
{
	const struct conf_list *lists[] = { &conf->vips, &conf->excluded };
	bool is_owner = conf->priority == VRRP_OWNER_PRIORITY;

	for (size_t n = 0; n < sizeof(lists) / sizeof(*lists); n++)
		for (size_t i = 0; i < lists[n]->count; i++)
			add_address(l, lists[n]->items[i], conf->interface, is_owner);
}

/* What fails of one is no reason to leave the others. Returns how many were removed, or -1. */
static int remove_all(struct leftovers *l, struct netlink *n, struct err *e)
{
	char text[OBJECT_TEXT_BYTES];
	int removed = 0;

	orders_spare_others(&l->orders, l->table);
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
	struct leftovers left = { .table = &table };
	struct netlink n;
	int result = -1;

	if (!conf)
		return 0;
	if (netlink_open(&n, e) < 0)
		return -1;
	if (link_table_dump(&n, &table, e) == 0) {
		for (size_t i = 0; i < conf->instances.count; i++)
			add_instance(&left, conf->instances.items[i]);
		result = remove_all(&left, &n, e);
	}
	orders_free(&left.orders);
	if (vrrp_vmacs_withdraw(conf, &n, &table, result >= 0 ? e : NULL) < 0)
		result = -1;
	link_table_fini(&table);
	netlink_close(&n);
	if (vrrp_firewall_withdraw(conf, result >= 0 ? e : NULL) < 0)
		result = -1;
	return result;
}
