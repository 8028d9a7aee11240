/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interfaces and addresses as the kernel tells them, into the table. Called by link.c and
 * withdraw.c.
 */
#include "vrrp/attrs.h"
#include "vrrp/table_netlink.h"

#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

enum {
	DUMP_TRIES = 10,
};

/* ---- interfaces ---- */

struct link_attrs {
	const struct nlattr *name, *mac, *mtu, *families, *kind;
};

static int link_attr(const struct nlattr *a, void *data)
{
	struct link_attrs *found = data;

	switch (mnl_attr_get_type(a)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			found->name = a;
		break;
	case IFLA_ADDRESS: found->mac = a; break;
	case IFLA_MTU:
		if (mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
			found->mtu = a;
		break;
	case IFLA_AF_SPEC: found->families = a; break;
	case IFLA_LINKINFO: found->kind = a; break;
	}
	return MNL_CB_OK;
}

static const struct nlattr *inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	if (!nest)
		return NULL;
	attrs_of_nest (a, nest) {
		if (mnl_attr_get_type(a) == type)
			return a;
	}
	return NULL;
}

/* A sysctl of an interface, one of an array of numbers; 0 if it is not told. */
static int32_t get_sysctl(
	const struct nlattr *families, uint16_t family, uint16_t type, unsigned index)
{
	const struct nlattr *conf = inside(inside(families, family), type);
	int32_t value = 0;

	if (conf && mnl_attr_get_payload_len(conf) >= (index + 1) * sizeof(value))
		memcpy(&value, (const int32_t *)mnl_attr_get_payload(conf) + index, sizeof(value));
	return value;
}

static uint32_t get_vrf_table(const struct nlattr *kind)
{
	const struct nlattr *name = inside(kind, IFLA_INFO_KIND);
	const struct nlattr *table = inside(inside(kind, IFLA_INFO_DATA), IFLA_VRF_TABLE);

	if (!name || mnl_attr_get_payload_len(name) < 3 ||
		memcmp(mnl_attr_get_payload(name), "vrf", 3) != 0)
		return 0;
	return table && mnl_attr_validate(table, MNL_TYPE_U32) >= 0 ? mnl_attr_get_u32(table) : 0;
}

/* A sysctl of an interface has changed: the kernel sends no word of the interface itself then. */
static void on_netconf(struct link_table *t, const struct nlmsghdr *h)
{
	const struct netconfmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;
	int32_t ifindex = 0, forwarding = -1;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m) || m->ncm_family != AF_INET6)
		return;
	attrs_of_message (a, h, sizeof(*m)) {
		if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
			continue;
		if (mnl_attr_get_type(a) == NETCONFA_IFINDEX)
			ifindex = (int32_t)mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == NETCONFA_FORWARDING)
			forwarding = (int32_t)mnl_attr_get_u32(a);
	}
	if (ifindex > 0 && forwarding >= 0)
		link_table_set_router6(t, (uint32_t)ifindex, forwarding > 0);
}

static void on_link(struct link_table *t, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	struct link_info link = { 0 };
	struct link_attrs found = { 0 };

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return;
	/* A port that leaves a bridge says DELLINK, too, in the bridge's family. */
	if (m->ifi_family != AF_UNSPEC)
		return;
	if (h->nlmsg_type == RTM_DELLINK) {
		link_table_drop_link(t, (uint32_t)m->ifi_index);
		return;
	}
	mnl_attr_parse(h, sizeof(*m), link_attr, &found);
	if (!found.name)
		return;
	link.ifindex = (uint32_t)m->ifi_index;
	link.flags = m->ifi_flags;
	link.hwtype = m->ifi_type;
	strncpy(link.name, mnl_attr_get_str(found.name), sizeof(link.name) - 1);
	if (found.mac && mnl_attr_get_payload_len(found.mac) == sizeof(link.mac)) {
		memcpy(link.mac, mnl_attr_get_payload(found.mac), sizeof(link.mac));
		link.has_mac = true;
	}
	link.vrf_table = get_vrf_table(found.kind);
	link.mtu = found.mtu ? mnl_attr_get_u32(found.mtu) : 0;
	link.promotes = get_sysctl(found.families, AF_INET, IFLA_INET_CONF,
				IPV4_DEVCONF_PROMOTE_SECONDARIES - 1) > 0;
	link.is_router6 =
		get_sysctl(found.families, AF_INET6, IFLA_INET6_CONF, DEVCONF_FORWARDING) > 0;
	link_table_put_link(t, &link);
}

/* ---- addresses ---- */

struct addr_attrs {
	const struct nlattr *local, *address, *flags, *proto;
};

static int addr_attr(const struct nlattr *a, void *data)
{
	struct addr_attrs *found = data;

	switch (mnl_attr_get_type(a)) {
	case IFA_LOCAL: found->local = a; break;
	case IFA_ADDRESS: found->address = a; break;
	case IFA_FLAGS:
		if (mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
			found->flags = a;
		break;
	case IFA_PROTO:
		if (mnl_attr_validate(a, MNL_TYPE_U8) >= 0)
			found->proto = a;
		break;
	}
	return MNL_CB_OK;
}

static struct addr get_addr(uint8_t family, const struct nlattr *a)
{
	struct addr addr = { 0 };
	size_t len = family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;

	if (a && len && mnl_attr_get_payload_len(a) == len) {
		addr.family = family;
		memcpy(addr.bytes, mnl_attr_get_payload(a), len);
	}
	return addr;
}

static void on_addr(struct link_table *t, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	struct addr_info info = { 0 };
	struct addr_attrs found = { 0 };
	uint32_t flags;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return;
	mnl_attr_parse(h, sizeof(*m), addr_attr, &found);
	info.key.ifindex = m->ifa_index;
	info.key.len = m->ifa_prefixlen;
	/* With a peer, IFA_ADDRESS is the peer's; without one the two are equal or LOCAL is
	 * missing. */
	info.key.addr = get_addr(m->ifa_family, found.local ? found.local : found.address);
	if (!addr_is_set(&info.key.addr))
		return;
	if (h->nlmsg_type == RTM_DELADDR) {
		link_table_drop_addr(t, &info.key);
		return;
	}
	flags = found.flags ? mnl_attr_get_u32(found.flags) : m->ifa_flags;
	info.is_secondary = m->ifa_family == AF_INET && (flags & IFA_F_SECONDARY);
	/* An optimistic one may be used at once (RFC 4429 3.3). */
	info.is_tentative = (flags & IFA_F_TENTATIVE) && !(flags & IFA_F_OPTIMISTIC);
	info.is_duplicate = flags & IFA_F_DADFAILED;
	info.scope = m->ifa_scope;
	info.proto = found.proto ? mnl_attr_get_u8(found.proto) : 0;
	link_table_put_addr(t, &info);
}

/* ---- both ---- */

void link_table_event(void *table, const void *message)
{
	const struct nlmsghdr *h = message;

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK: on_link(table, h); break;
	case RTM_NEWADDR:
	case RTM_DELADDR: on_addr(table, h); break;
	case RTM_NEWNETCONF: on_netconf(table, h); break;
	}
}

int link_table_monitor(struct netlink *n, struct err *e)
{
	static const unsigned groups[] = { RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_IPV6_NETCONF, 0 };

	return netlink_open_monitor(n, groups, e);
}

static enum netlink_dump dump(struct netlink *n, struct link_table *t, uint16_t type, struct err *e)
{
	char buf[64] = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = type;
	if (type == RTM_GETLINK) {
		mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
		mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	} else {
		mnl_nlmsg_put_extra_header(h, sizeof(struct ifaddrmsg));
	}
	return netlink_dump(n, h, link_table_event, t, e);
}

int link_table_dump(struct netlink *n, struct link_table *t, struct err *e)
{
	enum netlink_dump result = NETLINK_AGAIN;
	struct link_table fresh = { 0 };

	for (int i = 0; i < DUMP_TRIES && result == NETLINK_AGAIN; i++) {
		link_table_clear(&fresh);
		result = dump(n, &fresh, RTM_GETLINK, e);
		if (result == NETLINK_DUMPED)
			result = dump(n, &fresh, RTM_GETADDR, e);
	}
	if (result == NETLINK_DUMPED)
		link_table_replace(t, &fresh);
	else
		link_table_fini(&fresh);
	if (result == NETLINK_AGAIN)
		err_set(e, "rtnetlink dump: the addresses change faster than they can be read");
	return result == NETLINK_DUMPED ? 0 : -1;
}
