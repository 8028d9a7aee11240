/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links with a virtual MAC address that a dead process left behind: those with our mark that the
 * configuration declares. Called by withdraw.c, where there is no router.
 */
#include <stdlib.h>
#include <string.h>

#include "vrrp/router.h"
#include "vrrp/vmac_make.h"

static bool is_of(const struct macvlan *link, const struct vrrp_instance_conf *conf,
	const char *dev, uint16_t family, bool is_main, const struct link_table *t)
{
	const struct link_info *base = link_by_name(t, dev);
	uint8_t mac[6];

	vmac_conf_mac(mac, conf, family, is_main);
	return base && base->ifindex == link->base && !memcmp(mac, link->mac, sizeof(mac));
}

static bool is_in(const struct macvlan *link, const struct vrrp_instance_conf *conf,
	const struct conf_list *vips, const struct link_table *t)
{
	for (size_t i = 0; i < vips->count; i++) {
		const struct vrrp_vip_conf *vip = vips->items[i];

		if (vmac_conf_wants(conf, vip) && is_of(link, conf, vmac_conf_dev(conf, vip),
							  vip->prefix.addr.family, false, t))
			return true;
	}
	return false;
}

static bool is_declared(
	const struct macvlan *link, const struct vrrp_conf *c, const struct link_table *t)
{
	for (size_t i = 0; i < c->instances.count; i++) {
		const struct vrrp_instance_conf *conf = c->instances.items[i];

		if ((vmac_conf_has_own(conf) &&
			    is_of(link, conf, conf->interface, conf->family, true, t)) ||
			is_in(link, conf, &conf->vips, t) || is_in(link, conf, &conf->excluded, t))
			return true;
	}
	return false;
}

int vrrp_vmacs_withdraw(
	const struct vrrp_conf *c, struct netlink *n, const struct link_table *t, struct err *e)
{
	struct vmac_below *had = NULL;
	uint32_t *ifindexes = NULL;
	struct macvlan *list;
	size_t count, ours = 0;
	int result;

	if (netlink_macvlans(n, &list, &count, e) < 0)
		return -1;
	ifindexes = calloc(count + 1, sizeof(*ifindexes));
	had = calloc(count + 1, sizeof(*had));
	for (size_t i = 0; ifindexes && had && i < count; i++)
		if (vmac_alias_parse(list[i].alias, &had[ours]) && is_declared(&list[i], c, t)) {
			ifindexes[ours] = list[i].ifindex;
			list[ours++] = list[i];
		}
	result = ifindexes && had ? netlink_links_remove(n, ifindexes, ours, e)
				  : err_set(e, "out of memory");
	for (size_t i = 0; result == 0 && i < ours; i++)
		vmac_restore_below(n, list[i].base, &had[i]);
	free(ifindexes);
	free(had);
	free(list);
	return result;
}
