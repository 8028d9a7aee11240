/* SPDX-License-Identifier: Apache-2.0 */
/* From a line of virtual_rules or static_rules to the message that makes the rule. Pure. */
#include <endian.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "vrrp/message.h"

#define RULE(member)	     ((uint32_t)offsetof(struct vrrp_rule_conf, member))
#define IS_SET(rule, member) conf_is_set(&(rule)->obj, RULE(member))

/* ---- whom it is for ---- */

static void put_net(struct nlmsghdr *h, uint16_t type, const struct conf_prefix *net)
{
	if (net->len)
		mnl_attr_put(h, type, addr_len_bytes(&net->addr), net->addr.bytes);
}

static void put_ports(struct nlmsghdr *h, uint16_t type, const struct conf_range *ports)
{
	const struct fib_rule_port_range range = { .start = (uint16_t)ports->first,
		.end = (uint16_t)ports->last };

	if (ports->last)
		mnl_attr_put(h, type, sizeof(range), &range);
}

static void put_selectors(struct nlmsghdr *h, const struct vrrp_rule_conf *rule)
{
	put_net(h, FRA_SRC, &rule->from);
	put_net(h, FRA_DST, &rule->to);
	if (rule->iif)
		mnl_attr_put_strz(h, FRA_IIFNAME, rule->iif);
	if (rule->oif)
		mnl_attr_put_strz(h, FRA_OIFNAME, rule->oif);
	if (IS_SET(rule, fwmark)) {
		mnl_attr_put_u32(h, FRA_FWMARK, rule->fwmark.value);
		mnl_attr_put_u32(h, FRA_FWMASK, rule->fwmark.mask);
	}
	if (IS_SET(rule, tunnel_id))
		mnl_attr_put_u64(h, FRA_TUN_ID, htobe64(rule->tunnel_id));
	if (IS_SET(rule, uidrange)) {
		const struct fib_rule_uid_range range = { .start = rule->uidrange.first,
			.end = rule->uidrange.last };

		mnl_attr_put(h, FRA_UID_RANGE, sizeof(range), &range);
	}
	if (IS_SET(rule, ipproto))
		mnl_attr_put_u8(h, FRA_IP_PROTO, (uint8_t)rule->ipproto);
	put_ports(h, FRA_SPORT_RANGE, &rule->sport);
	put_ports(h, FRA_DPORT_RANGE, &rule->dport);
}

/* ---- what happens to them ---- */

static const uint8_t actions[] = {
	[VRRP_RULE_TABLE] = FR_ACT_TO_TBL,
	[VRRP_RULE_L3MDEV] = FR_ACT_TO_TBL,
	[VRRP_RULE_GOTO] = FR_ACT_GOTO,
	[VRRP_RULE_NOP] = FR_ACT_NOP,
	[VRRP_RULE_BLACKHOLE] = FR_ACT_BLACKHOLE,
	[VRRP_RULE_UNREACHABLE] = FR_ACT_UNREACHABLE,
	[VRRP_RULE_PROHIBIT] = FR_ACT_PROHIBIT,
};

static void put_action(struct nlmsghdr *h, const struct vrrp_rule_conf *rule)
{
	if (rule->action == VRRP_RULE_TABLE)
		mnl_attr_put_u32(h, FRA_TABLE, rule->table);
	else if (rule->action == VRRP_RULE_L3MDEV)
		mnl_attr_put_u8(h, FRA_L3MDEV, 1);
	else if (rule->action == VRRP_RULE_GOTO)
		mnl_attr_put_u32(h, FRA_GOTO, rule->goto_target);
	if (IS_SET(rule, suppress_prefixlength))
		mnl_attr_put_u32(h, FRA_SUPPRESS_PREFIXLEN, rule->suppress_prefixlength);
	if (IS_SET(rule, suppress_ifgroup))
		mnl_attr_put_u32(h, FRA_SUPPRESS_IFGROUP, rule->suppress_ifgroup);
	if (rule->realms)
		mnl_attr_put_u32(h, FRA_FLOW, rule->realms);
}

void *rule_message(const struct vrrp_rule_conf *rule)
{
	_Alignas(struct nlmsghdr) char buf[MESSAGE_BYTES];
	struct nlmsghdr *h = message_begin(buf);
	struct fib_rule_hdr *m;

	h->nlmsg_type = RTM_NEWRULE;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->family = (uint8_t)rule->family;
	m->src_len = rule->from.len;
	m->dst_len = rule->to.len;
	m->tos = (uint8_t)rule->tos;
	m->action = actions[rule->action];
	m->flags = rule->is_not ? FIB_RULE_INVERT : 0;
	mnl_attr_put_u32(h, FRA_PRIORITY, rule->preference);
	mnl_attr_put_u8(h, FRA_PROTOCOL, (uint8_t)rule->protocol);
	put_selectors(h, rule);
	put_action(h, rule);
	return message_dup(h);
}
