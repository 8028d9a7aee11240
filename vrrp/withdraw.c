/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Withdrawing without a process that knows anything: the configuration says which addresses, the
 * kernel which of them are there. Called by keepd --withdraw and by the parent.
 */
#include "vrrp/withdraw.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp/firewall.h"
#include "vrrp/netlink.h"
#include "vrrp/packet.h"
#include "vrrp/schema.h"
#include "vrrp/vips.h"

static bool is_leftover(const struct link_table *t, const struct vrrp_instance_conf *conf,
	const struct vrrp_vip_conf *vip, struct addr_key *key)
{
	const struct link_info *link = link_by_name(t, vip->dev ? vip->dev : conf->interface);
	const struct addr_info *there;

	if (!link)
		return false;
	*key = (struct addr_key){
		.ifindex = link->ifindex, .addr = vip->prefix.addr, .len = vip->prefix.len
	};
	there = link_find_addr(t, key);
	return there && vips_may_remove(t, there, conf->priority == VRRP_OWNER_PRIORITY);
}

static int withdraw_instance(struct netlink *n, const struct link_table *t,
	const struct vrrp_instance_conf *conf, struct err *e)
{
	struct netlink_addr_op *ops = calloc(conf->vips.count + 1, sizeof(*ops));
	size_t count = 0;
	int result = -1;

	if (!ops)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < conf->vips.count; i++)
		count += is_leftover(t, conf, conf->vips.items[i], &ops[count].key);
	if (netlink_addrs(n, t, ops, count, e) == 0)
		result = (int)count;
	for (size_t i = 0; i < count && result >= 0; i++) {
		char text[ADDR_TEXT_BYTES];

		if (ops[i].sysno)
			result = err_sys(e, ops[i].sysno, "instance %s: remove %s", conf->name,
				addr_format(&ops[i].key.addr, text));
	}
	free(ops);
	return result;
}

int vrrp_withdraw(const struct conf *c, struct err *e)
{
	const struct vrrp_conf *conf = (const struct vrrp_conf *)conf_root(c, &vrrp_section);
	struct link_table table = { 0 };
	struct netlink n;
	int removed = 0, result = 0;
	struct err one;

	if (!conf)
		return 0;
	if (netlink_open(&n, e) < 0)
		return -1;
	if (netlink_dump(&n, &table, e) < 0)
		result = -1;
	/* What fails in one instance is no reason to leave the addresses of the others. */
	for (size_t i = 0; table.link_count && i < conf->instances.count; i++) {
		int done = withdraw_instance(&n, &table, conf->instances.items[i], &one);

		if (done >= 0) {
			removed += done;
			continue;
		}
		if (result == 0)
			*e = one;
		result = -1;
	}
	link_table_fini(&table);
	netlink_close(&n);
	if (vrrp_firewall_withdraw(conf, result == 0 ? e : NULL) < 0)
		result = -1;
	return result < 0 ? -1 : removed;
}
