/* SPDX-License-Identifier: Apache-2.0 */
/* From a line of virtual_ipaddress to the message that makes the address. Pure. */
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "vrrp/message.h"

static void put_addr(struct nlmsghdr *h, uint16_t type, const struct addr *a)
{
	mnl_attr_put(h, type, addr_len_bytes(a), a->bytes);
}

struct addr_key address_key(const struct vrrp_vip_conf *conf, uint32_t ifindex)
{
	const struct conf_prefix *net = addr_is_set(&conf->peer.addr) ? &conf->peer : &conf->prefix;

	return (struct addr_key){ ifindex, conf->prefix.addr, net->len };
}

static struct nlmsghdr *begin(char buf[MESSAGE_BYTES], const struct addr_key *key,
	const struct addr *far_end, uint8_t scope)
{
	struct nlmsghdr *h = message_begin(buf);
	struct ifaddrmsg *m;

	h->nlmsg_type = RTM_NEWADDR;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->ifa_family = (uint8_t)key->addr.family;
	m->ifa_prefixlen = key->len;
	m->ifa_index = key->ifindex;
	m->ifa_scope = scope;
	put_addr(h, IFA_LOCAL, &key->addr);
	put_addr(h, IFA_ADDRESS, far_end);
	return h;
}

void *address_message_bare(const struct addr_key *key)
{
	_Alignas(struct nlmsghdr) char buf[MESSAGE_BYTES];

	return message_dup(begin(buf, key, &key->addr, 0));
}

static uint32_t flags_of(const struct vrrp_vip_conf *conf)
{
	bool is_v6 = conf->prefix.addr.family == AF_INET6;

	/* The old holder may have it still: waiting for duplicate detection would be wrong. */
	return (is_v6 && !conf->dad ? IFA_F_NODAD : 0) | (conf->home ? IFA_F_HOMEADDRESS : 0) |
	       (conf->mngtmpaddr ? IFA_F_MANAGETEMPADDR : 0) |
	       (conf->noprefixroute ? IFA_F_NOPREFIXROUTE : 0) |
	       (conf->autojoin ? IFA_F_MCAUTOJOIN : 0);
}

void *address_message(const struct vrrp_vip_conf *conf, uint32_t ifindex)
{
	_Alignas(struct nlmsghdr) char buf[MESSAGE_BYTES];
	const struct addr_key key = address_key(conf, ifindex);
	const struct addr *peer = &conf->peer.addr;
	struct nlmsghdr *h =
		begin(buf, &key, addr_is_set(peer) ? peer : &key.addr, (uint8_t)conf->scope);
	uint32_t flags = flags_of(conf);

	mnl_attr_put_u8(h, IFA_PROTO, OBJECT_PROTO);
	if (flags)
		mnl_attr_put_u32(h, IFA_FLAGS, flags);
	if (conf->label)
		mnl_attr_put_strz(h, IFA_LABEL, conf->label);
	if (addr_is_set(&conf->broadcast.addr))
		put_addr(h, IFA_BROADCAST, &conf->broadcast.addr);
	if (conf->preferred_lft != VRRP_FOREVER) {
		const struct ifa_cacheinfo lifetimes = { .ifa_prefered = conf->preferred_lft,
			.ifa_valid = VRRP_FOREVER };

		mnl_attr_put(h, IFA_CACHEINFO, sizeof(lifetimes), &lifetimes);
	}
	return message_dup(h);
}
