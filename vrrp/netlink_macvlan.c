/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnetlink for links with a virtual MAC address. Called by vmac.c and withdraw.c. Settings of IPv4
 * go by netlink as well (IFLA_INET_CONF), so that nothing is written below /proc.
 */
#include "vrrp/attrs.h"
#include "vrrp/netlink_macvlan.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>

enum {
	BUFFER_BYTES = 32768,
	REQUEST_BYTES = 1024,
	DUMP_TRIES = 10,
	LINK_LOCAL_METRIC = 256, /* as the kernel has it */
	/* A number of ours among the link groups: what is in it is about to go. */
	DOOMED_GROUP = 0x6b656570,
};

/* ---- asking ---- */

static struct nlmsghdr *start(
	struct netlink *n, void *buf, uint16_t type, uint16_t flags, uint32_t ifindex)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *m;

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = ++n->seq;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->ifi_index = (int)ifindex;
	return h;
}

/* Reads until the message with that number has its answer; the others go to fn. */
static int answer(struct netlink *n, unsigned seq, mnl_cb_t fn, void *arg)
{
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];
	unsigned port = mnl_socket_get_portid(n->socket);

	for (;;) {
		ssize_t len = mnl_socket_recvfrom(n->socket, buf, sizeof(buf));
		int left = (int)len;

		if (len < 0)
			return -1;
		/* Answers to earlier requests whose wait was given up are not ours. */
		if (!mnl_nlmsg_ok((const struct nlmsghdr *)buf, left) ||
			((const struct nlmsghdr *)buf)->nlmsg_seq != seq)
			continue;
		left = mnl_cb_run(buf, (size_t)len, seq, port, fn, arg);
		if (left <= MNL_CB_STOP)
			return left;
	}
}

static int run(struct netlink *n, const struct nlmsghdr *h, mnl_cb_t fn, void *arg)
{
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0)
		return -1;
	return answer(n, h->nlmsg_seq, fn, arg);
}

/* ---- settings ---- */

struct inet_setting {
	uint16_t id; /* IPV4_DEVCONF_* */
	uint32_t value;
};

static void put_inet(struct nlmsghdr *h, const struct inet_setting *settings, size_t count)
{
	struct nlattr *inet = mnl_attr_nest_start(h, AF_INET);
	struct nlattr *conf = mnl_attr_nest_start(h, IFLA_INET_CONF);

	for (size_t i = 0; i < count; i++)
		mnl_attr_put_u32(h, settings[i].id, settings[i].value);
	mnl_attr_nest_end(h, conf);
	mnl_attr_nest_end(h, inet);
}

static void put_kind(struct nlmsghdr *h)
{
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO), *data;

	mnl_attr_put_strz(h, IFLA_INFO_KIND, "macvlan");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	mnl_attr_put_u32(h, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
}

/* What cannot be in the message that makes the link; with no ifindex it is found by its name. */
static struct nlmsghdr *put_settings(struct netlink *n, void *buf, uint32_t ifindex,
	const struct macvlan_spec *spec, bool has_ipv6)
{
	const struct inet_setting settings[] = {
		/* It answers for its own addresses only. */
		{ IPV4_DEVCONF_ARP_IGNORE, 1 },
		{ IPV4_DEVCONF_ACCEPT_LOCAL, 1 },
		/* The way back is through the link below: loose, whatever the strictness for all
		 * interfaces, since the greater number counts. */
		{ IPV4_DEVCONF_RP_FILTER, 2 },
		{ IPV4_DEVCONF_PROMOTE_SECONDARIES, 1 },
		{ IPV4_DEVCONF_FORWARDING, spec->is_forwarding },
	};
	struct nlmsghdr *h = start(n, buf, RTM_NEWLINK, NLM_F_ACK, ifindex);
	struct nlattr *families, *inet6;

	if (!ifindex)
		mnl_attr_put_strz(h, IFLA_IFNAME, spec->name);
	mnl_attr_put_strz(h, IFLA_IFALIAS, spec->alias);
	put_kind(h);
	families = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	put_inet(h, settings, sizeof(settings) / sizeof(*settings));
	/* No address is to be derived from the virtual MAC (RFC 9568 7.4). */
	if (has_ipv6) {
		inet6 = mnl_attr_nest_start(h, AF_INET6);
		mnl_attr_put_u8(h, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
		mnl_attr_nest_end(h, inet6);
	}
	mnl_attr_nest_end(h, families);
	return h;
}

/* ---- macvlan ---- */

static int set_up(
	struct netlink *n, uint32_t ifindex, const struct macvlan_spec *spec, bool has_ipv6)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];

	return run(n, put_settings(n, buf, ifindex, spec, has_ipv6), NULL, NULL);
}

int netlink_macvlan_take(
	struct netlink *n, uint32_t ifindex, const struct macvlan_spec *spec, struct err *e)
{
	/* The kernel may have no IPv6. */
	if (set_up(n, ifindex, spec, true) < 0 &&
		(errno != EAFNOSUPPORT || set_up(n, ifindex, spec, false) < 0))
		return err_sys(e, errno, "set up interface %s", spec->name);
	return 0;
}

int netlink_macvlan_make(struct netlink *n, const struct macvlan_spec *spec, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[2 * REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, 0);
	const struct nlmsghdr *second;
	int made, set;

	mnl_attr_put_strz(h, IFLA_IFNAME, spec->name);
	mnl_attr_put_u32(h, IFLA_LINK, spec->base);
	mnl_attr_put(h, IFLA_ADDRESS, sizeof(spec->mac), spec->mac);
	mnl_attr_put_u32(h, IFLA_GROUP, spec->group);
	if (spec->vrf)
		mnl_attr_put_u32(h, IFLA_MASTER, spec->vrf);
	put_kind(h);
	/* In one datagram: no death of ours comes in between, and no link is left without mark. */
	second = put_settings(n, buf + MNL_ALIGN(h->nlmsg_len), 0, spec, true);
	if (mnl_socket_sendto(n->socket, buf, MNL_ALIGN(h->nlmsg_len) + second->nlmsg_len) < 0)
		return err_sys(e, errno, "make interface %s", spec->name);
	made = answer(n, h->nlmsg_seq, NULL, NULL) < 0 ? errno : 0;
	set = answer(n, second->nlmsg_seq, NULL, NULL) < 0 ? errno : 0;
	if (made)
		return err_sys(e, made, "make interface %s", spec->name);
	return set ? netlink_macvlan_take(n, 0, spec, e) : 0;
}

struct found {
	struct macvlan *list;
	size_t count, room;
	int sysno;
};

static bool is_kind(const struct nlattr *info, uint16_t which, const char *kind)
{
	const struct nlattr *a;

	attrs_of_nest (a, info)
		if (mnl_attr_get_type(a) == which)
			return !strncmp(mnl_attr_get_payload(a), kind, mnl_attr_get_payload_len(a));
	return false;
}

static int take_macvlan(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	struct macvlan link = { .ifindex = (uint32_t)m->ifi_index };
	struct found *found = arg;
	bool is_macvlan = false;
	const struct nlattr *a;

	attrs_of_message (a, h, sizeof(*m)) {
		if (mnl_attr_get_type(a) == IFLA_LINK)
			link.base = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == IFLA_ADDRESS &&
			 mnl_attr_get_payload_len(a) == sizeof(link.mac))
			memcpy(link.mac, mnl_attr_get_payload(a), sizeof(link.mac));
		else if (mnl_attr_get_type(a) == IFLA_IFALIAS)
			strncpy(link.alias, mnl_attr_get_str(a), sizeof(link.alias) - 1);
		else if (mnl_attr_get_type(a) == IFLA_LINKINFO)
			is_macvlan = is_kind(a, IFLA_INFO_KIND, "macvlan");
	}
	if (!is_macvlan)
		return MNL_CB_OK;
	if (found->count == found->room) {
		size_t room = 2 * found->room + 16;
		struct macvlan *list = realloc(found->list, room * sizeof(*list));

		if (!list) {
			found->sysno = ENOMEM;
			return MNL_CB_OK;
		}
		found->list = list;
		found->room = room;
	}
	found->list[found->count++] = link;
	return MNL_CB_OK;
}

int netlink_macvlans(struct netlink *n, struct macvlan **list, size_t *count, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct found found = { 0 };

	for (int i = 0; i < DUMP_TRIES; i++) {
		struct nlmsghdr *h = start(n, buf, RTM_GETLINK, NLM_F_DUMP, 0);

		/* EXT_MASK: without it the kernel sends statistics nobody reads. */
		mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
		found.count = 0;
		found.sysno = run(n, h, take_macvlan, &found) < 0 ? errno : found.sysno;
		if (found.sysno != EINTR) /* else the list changed meanwhile */
			break;
	}
	if (found.sysno) {
		free(found.list);
		return err_sys(e, found.sysno, "rtnetlink dump of interfaces");
	}
	*list = found.list;
	*count = found.count;
	return 0;
}

/* ---- any link ---- */

int netlink_link_set_up(struct netlink *n, uint32_t ifindex, bool is_up, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_NEWLINK, NLM_F_ACK, ifindex);
	struct ifinfomsg *m = mnl_nlmsg_get_payload(h);

	m->ifi_change = IFF_UP;
	m->ifi_flags = is_up ? IFF_UP : 0;
	if (run(n, h, NULL, NULL) < 0)
		return err_sys(e, errno, "set interface %s", is_up ? "up" : "down");
	return 0;
}

int netlink_link_local_route(struct netlink *n, uint32_t ifindex, struct err *e)
{
	static const uint8_t prefix[16] = { 0xfe, 0x80 };
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct rtmsg *m;

	h->nlmsg_type = RTM_NEWROUTE;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	h->nlmsg_seq = ++n->seq;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	*m = (struct rtmsg){ .rtm_family = AF_INET6,
		.rtm_dst_len = 64,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_KERNEL,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST };
	mnl_attr_put(h, RTA_DST, sizeof(prefix), prefix);
	mnl_attr_put_u32(h, RTA_OIF, ifindex);
	mnl_attr_put_u32(h, RTA_PRIORITY, LINK_LOCAL_METRIC);
	if (run(n, h, NULL, NULL) < 0 && errno != EEXIST)
		return err_sys(e, errno, "route to fe80::/64");
	return 0;
}

int netlink_link_remove(struct netlink *n, uint32_t ifindex, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_DELLINK, NLM_F_ACK, ifindex);

	if (run(n, h, NULL, NULL) < 0 && errno != ENODEV)
		return err_sys(e, errno, "remove interface");
	return 0;
}

static int set_group(struct netlink *n, uint32_t ifindex, uint32_t group)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_SETLINK, NLM_F_ACK, ifindex);

	mnl_attr_put_u32(h, IFLA_GROUP, group);
	return run(n, h, NULL, NULL);
}

int netlink_links_remove(struct netlink *n, const uint32_t *ifindexes, size_t count, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h;

	if (count == 1)
		return netlink_link_remove(n, ifindexes[0], e);
	for (size_t i = 0; i < count; i++)
		if (set_group(n, ifindexes[i], DOOMED_GROUP) < 0 && errno != ENODEV)
			return err_sys(e, errno, "remove interfaces");
	h = start(n, buf, RTM_DELLINK, NLM_F_ACK, 0);
	mnl_attr_put_u32(h, IFLA_GROUP, DOOMED_GROUP);
	if (count && run(n, h, NULL, NULL) < 0 && errno != ENODEV)
		return err_sys(e, errno, "remove interfaces");
	return 0;
}

/* The kernel tells all settings as an array, from IPV4_DEVCONF_ 1 on. */
static uint32_t inet_value(const struct nlattr *conf, uint16_t id)
{
	const uint32_t *values = mnl_attr_get_payload(conf);

	return id <= mnl_attr_get_payload_len(conf) / sizeof(*values) ? values[id - 1] : 0;
}

static void take_inet(const struct nlattr *families, struct link_below *below)
{
	const struct nlattr *family, *conf;

	attrs_of_nest (family, families) {
		if (mnl_attr_get_type(family) != AF_INET)
			continue;
		attrs_of_nest (conf, family) {
			if (mnl_attr_get_type(conf) != IFLA_INET_CONF)
				continue;
			below->arp.arp_ignore = inet_value(conf, IPV4_DEVCONF_ARP_IGNORE);
			below->arp.arp_announce = inet_value(conf, IPV4_DEVCONF_ARP_ANNOUNCE);
			below->is_forwarding = inet_value(conf, IPV4_DEVCONF_FORWARDING);
		}
	}
}

static int take_below(const struct nlmsghdr *h, void *arg)
{
	struct link_below *below = arg;
	bool is_in_vrf = false;
	const struct nlattr *a;

	attrs_of_message (a, h, sizeof(struct ifinfomsg)) {
		switch (mnl_attr_get_type(a)) {
		case IFLA_GROUP: below->group = mnl_attr_get_u32(a); break;
		case IFLA_MASTER: below->vrf = mnl_attr_get_u32(a); break;
		case IFLA_AF_SPEC: take_inet(a, below); break;
		case IFLA_LINKINFO: is_in_vrf = is_kind(a, IFLA_INFO_SLAVE_KIND, "vrf"); break;
		}
	}
	if (!is_in_vrf)
		below->vrf = 0;
	return MNL_CB_STOP;
}

int netlink_link_below(struct netlink *n, uint32_t ifindex, struct link_below *below, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_GETLINK, 0, ifindex);

	*below = (struct link_below){ 0 };
	mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (run(n, h, take_below, below) < 0)
		return err_sys(e, errno, "read the settings of an interface");
	return 0;
}

int netlink_set_arp(
	struct netlink *n, uint32_t ifindex, const struct vmac_below *arp, struct err *e)
{
	const struct inet_setting settings[] = {
		{ IPV4_DEVCONF_ARP_IGNORE, arp->arp_ignore },
		{ IPV4_DEVCONF_ARP_ANNOUNCE, arp->arp_announce },
	};
	_Alignas(struct nlmsghdr) char buf[REQUEST_BYTES];
	struct nlmsghdr *h = start(n, buf, RTM_SETLINK, NLM_F_ACK, ifindex);
	struct nlattr *families = mnl_attr_nest_start(h, IFLA_AF_SPEC);

	put_inet(h, settings, sizeof(settings) / sizeof(*settings));
	mnl_attr_nest_end(h, families);
	if (run(n, h, NULL, NULL) < 0)
		return err_sys(e, errno, "set arp_ignore and arp_announce");
	return 0;
}
