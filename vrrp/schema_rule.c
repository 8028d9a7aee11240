/* SPDX-License-Identifier: Apache-2.0 */
/* Policy rules as ip rule has them. */
#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_rule.h"

static const char *const hint_words[] = { "inet", "inet6", NULL };
static const struct conf_words hints = { hint_words, false };
static const char *const verb_words[] = { "nop", "blackhole", "unreachable", "prohibit", NULL };
static const struct conf_words verbs = { verb_words, false };

static void rule_check(struct conf_obj *obj, struct conf_rules *r);

/* clang-format off */
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))
#define RULE(member) .offset = offsetof(struct vrrp_rule_conf, member)

static const struct conf_row rule_rows[] = {
	{ "from", NULL, NULL, &vrrp_type_net, "all", RULE(from), .scope = CONF_RESTART, .tier = A, .flags = CONF_KEY,
	  .doc = "Packets from this network. Bits behind the length do not count." },
	{ "to", NULL, NULL, &vrrp_type_net, "all", RULE(to), .scope = CONF_RESTART, .tier = A, .flags = CONF_KEY,
	  .doc = "Packets to this network. Bits behind the length do not count." },
	{ "not", NULL, NULL, &conf_type_switch, NULL, RULE(is_not), .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .doc = "The rule is for packets which are not as it says." },
	{ "iif", "dev", NULL, &conf_type_ifname, NULL, RULE(iif), .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY,
	  .doc = "Packets that came in by this interface; lo for those of this node." },
	{ "oif", NULL, NULL, &conf_type_ifname, NULL, RULE(oif), .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY,
	  .doc = "Packets of sockets of this node that are bound to this interface." },
	{ "fwmark", NULL, NULL, &vrrp_type_mark, NULL, RULE(fwmark), .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY,
	  .doc = "Packets with this mark, as the firewall puts on them; with a mask, only those bits are compared." },
	{ "tos", "dsfield", NULL, &vrrp_type_name, &iproute_dsfields, RULE(tos), .scope = CONF_RESTART, .tier = C,
	  .flags = CONF_KEY, .doc = "Packets with this TOS." },
	{ "tunnel-id", NULL, NULL, &vrrp_type_any64, NULL, RULE(tunnel_id), .scope = CONF_RESTART, .tier = C,
	  .flags = CONF_KEY, .doc = "Packets that came out of the tunnel of this number." },
	{ "uidrange", NULL, NULL, &vrrp_type_range, NULL, RULE(uidrange), 0, 4294967294, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_KEY, .doc = "Packets of programs whose user is in the range." },
	{ "ipproto", "ip_proto", NULL, &vrrp_type_protocol, NULL, RULE(ipproto), .scope = CONF_RESTART, .tier = C,
	  .flags = CONF_KEY, .doc = "Packets of this protocol. keepalived's manual writes ip_proto, which only keepd takes." },
	{ "sport", NULL, NULL, &vrrp_type_range, NULL, RULE(sport), 1, 65535, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_KEY, .example = "1000-1999\n53",
	  .doc = "Packets from these ports. keepalived refuses a single port N; keepd takes it as N-N." },
	{ "dport", NULL, NULL, &vrrp_type_range, NULL, RULE(dport), 1, 65535, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_KEY, .example = "1000-1999\n53",
	  .doc = "Packets to these ports. keepalived refuses a single port N; keepd takes it as N-N." },
	{ "preference", "order priority", NULL, &vrrp_type_any32, NULL, RULE(preference), .scope = CONF_RESTART, .tier = A,
	  .flags = CONF_KEY,
	  .doc = "Rules are asked in the order of this number, the lowest first; 32766 is that of the table main. Without it, "
		 "a rule gets one less than the one without it before; the first of each family gets 16384." },
	{ "table", "lookup", NULL, &vrrp_type_name, &iproute_tables, RULE(table), 1, 4294967295, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_KEY, .doc = "Action: the way is looked up in this table; if it is not there, the next rule is asked." },
	{ "goto", NULL, NULL, &vrrp_type_any32, NULL, RULE(goto_target), .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .doc = "Action: the rule of this preference is asked next, which must be a higher one." },
	{ "ACTION", "nop blackhole unreachable prohibit", NULL, &conf_type_verb, &verbs, RULE(verb), .scope = CONF_RESTART,
	  .tier = C, .flags = CONF_KEY,
	  .doc = "Action: blackhole drops the packet silently, unreachable and prohibit with an answer; nop does nothing, as the "
		 "aim of a goto." },
	{ "type", NULL, NULL, &conf_type_enum, &verbs, RULE(type), .scope = CONF_RESTART, .tier = C,
	  .doc = "May stand before nop, blackhole, unreachable or prohibit." },
	{ "l3mdev", NULL, NULL, &conf_type_switch, NULL, RULE(l3mdev), .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .doc = "Action: the way is looked up in the table of the VRF to which the interface of the packet belongs." },
	{ "suppress_prefixlength", "sup_pl", NULL, &conf_type_u32, NULL, RULE(suppress_prefixlength), 0, 128, NULL, NULL,
	  CONF_RESTART, C, .flags = CONF_KEY,
	  .doc = "What the table says does not count if its route is of this prefix length or shorter: 0 leaves out the default "
		 "route." },
	{ "suppress_ifgroup", "sup_group", NULL, &vrrp_type_name, &iproute_groups, RULE(suppress_ifgroup),
	  .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .doc = "What the table says does not count if its route leaves by an interface of this group." },
	{ "realms", NULL, NULL, &vrrp_type_realms, NULL, RULE(realms), .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .doc = "The realms of packets the route gives none, for accounting. IPv4 only." },
	{ "protocol", NULL, NULL, &vrrp_type_name, &iproute_protocols, RULE(protocol), 0, 0, NULL, "keepd",
	  CONF_RESTART, C,
	  .doc = "Who the kernel is told has added the rule. By it keepd knows its own rules, so another value "
		 "but keepalived is taken only with no_track." },
	{ "FAMILY", "inet inet6", NULL, &conf_type_verb, &hints, RULE(family_hint), .scope = CONF_RESTART, .tier = C,
	  .flags = CONF_KEY,
	  .doc = "The address family where from and to do not say it; else IPv4. keepalived skips the word behind it; keepd does "
		 "not." },
	{ "no_track", NULL, NULL, &conf_type_switch, NULL, RULE(no_track), .scope = CONF_LIVE, .tier = C,
	  .doc = "When somebody deletes the rule, nothing follows: it is not put back." },
	{ "track_group", NULL, NULL, &conf_type_string, NULL, RULE(track_group), .scope = CONF_LIVE, .tier = C,
	  .example = "group1",
	  .doc = "The instances of this track_group are in fault while the rule is missing. In static_rules only, and only with "
		 "iif." },
};

const struct conf_block vrrp_rule_block = {
	"virtual_rules", sizeof(struct vrrp_rule_conf), NULL, 0, rule_rows, COUNT(rule_rows), true, rule_check,
	"Policy rules that are there while the instance has the addresses, one on each line.",
};

const struct conf_block vrrp_static_rule_block = {
	"static_rules", sizeof(struct vrrp_rule_conf), NULL, 0, rule_rows, COUNT(rule_rows), true, rule_check,
	"Policy rules this node has whatever the state of its instances, one on each line: added at the start, removed at "
	"the stop.",
};
/* clang-format on */

#define FIELD(member)	     ((uint32_t)offsetof(struct vrrp_rule_conf, member))
#define IS_SET(rule, member) conf_is_set(&(rule)->obj, FIELD(member))
#define ROW(rule, member)    conf_row_at((rule)->obj.block, FIELD(member))

/* ---- families ---- */

static void only_network(
	struct vrrp_rule_conf *rule, struct conf_prefix *p, uint32_t offset, struct conf_rules *r)
{
	char text[ADDR_TEXT_BYTES + 4], other[ADDR_TEXT_BYTES + 4];
	struct conf_prefix net = vrrp_network(p);

	if (!addr_is_set(&p->addr)) {
		vrrp_row_forget(&rule->obj, offset); /* all is as if it were not written */
		return;
	}
	if (addr_equal(&net.addr, &p->addr))
		return;
	conf_complain(r, CONF_WARNING, &rule->obj, conf_row_at(rule->obj.block, offset),
		"%s has bits behind its length, which do not count; %s is taken",
		vrrp_prefix_text(p, text), vrrp_prefix_text(&net, other));
	*p = net;
}

static void family_check(struct vrrp_rule_conf *rule, struct conf_rules *r)
{
	uint16_t from = rule->from.addr.family, to = rule->to.addr.family;
	uint16_t hint = !IS_SET(rule, family_hint) ? AF_UNSPEC
			: rule->family_hint	   ? AF_INET6
						   : AF_INET;

	if (from && to && from != to) {
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, to),
			"`from` is %s, but `to` is %s", vrrp_family_name(&rule->from.addr),
			vrrp_family_name(&rule->to.addr));
		return;
	}
	rule->family = from ? from : to ? to : hint ? hint : AF_INET;
	if (hint && hint != rule->family)
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, family_hint),
			"%s: the addresses of the rule are %s", hints.words[rule->family_hint],
			rule->family == AF_INET6 ? "IPv6" : "IPv4");
	if (rule->family == AF_INET6 && IS_SET(rule, realms))
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, realms),
			"realms: this is for IPv4 rules only");
	if (rule->family == AF_INET && rule->suppress_prefixlength > 32)
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, suppress_prefixlength),
			"suppress_prefixlength: a prefix of IPv4 is not longer than 32");
}

/* ---- actions ---- */

/* `type blackhole` is `blackhole`. */
static void take_type(struct vrrp_rule_conf *rule)
{
	uint32_t type = rule->type;

	if (!IS_SET(rule, type) || IS_SET(rule, verb))
		return;
	vrrp_row_forget(&rule->obj, FIELD(type));
	rule->verb = type;
	conf_repaired(&rule->obj, FIELD(verb));
}

static void action_check(struct vrrp_rule_conf *rule, struct conf_rules *r)
{
	static const uint32_t actions[] = { FIELD(table), FIELD(l3mdev), FIELD(goto_target),
		FIELD(verb), FIELD(type) };
	unsigned found = 0;

	take_type(rule);
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (!conf_is_set(&rule->obj, actions[i]))
			continue;
		rule->action = (uint32_t)i;
		if (found++)
			conf_complain(r, CONF_ERROR, &rule->obj,
				conf_row_at(rule->obj.block, actions[i]),
				"the rule has a second action: it may have one of table, goto, "
				"l3mdev, "
				"nop, blackhole, unreachable and prohibit");
	}
	if (!found)
		conf_complain(r, CONF_ERROR, &rule->obj, NULL,
			"what is to be done? The rule has neither table, goto, l3mdev, nop, "
			"blackhole, "
			"unreachable nor prohibit");
	if (rule->action == VRRP_RULE_NOP)
		rule->action = VRRP_RULE_NOP + rule->verb;
	if (IS_SET(rule, goto_target) && !IS_SET(rule, preference))
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, goto_target),
			"goto: whether it leads forward cannot be said: `preference` is missing");
	if (IS_SET(rule, goto_target) && IS_SET(rule, preference) &&
		rule->goto_target <= rule->preference)
		conf_complain(r, CONF_ERROR, &rule->obj, ROW(rule, goto_target),
			"goto %u does not lead forward: the preference of the rule is %u",
			rule->goto_target, rule->preference);
}

/* ---- keeping watch ---- */

static void track_check(struct vrrp_rule_conf *rule, struct conf_rules *r)
{
	bool has_group = rule->track_group != NULL;

	if (!vrrp_is_own_protocol(rule->protocol) && !rule->no_track) {
		vrrp_row_ignore(r, &rule->obj, FIELD(protocol),
			"keepd knows its rules by protocol keepd, which is taken; with no_track "
			"another one may stand here");
		rule->protocol = OBJECT_PROTO;
	}
	if (has_group && rule->obj.block != &vrrp_static_rule_block)
		vrrp_row_ignore(r, &rule->obj, FIELD(track_group),
			"only rules of static_rules can have a group; `track_group` is ignored");
	else if (has_group && rule->no_track)
		vrrp_row_ignore(r, &rule->obj, FIELD(track_group),
			"with no_track, nothing follows from its loss; `track_group` is ignored");
	else if (has_group && !rule->iif)
		vrrp_row_ignore(r, &rule->obj, FIELD(track_group),
			"a rule without iif cannot have a group; `track_group` is ignored");
}

static void rule_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_rule_conf *rule = (struct vrrp_rule_conf *)obj;

	family_check(rule, r);
	only_network(rule, &rule->from, FIELD(from), r);
	only_network(rule, &rule->to, FIELD(to), r);
	action_check(rule, r);
	track_check(rule, r);
}

/* ---- rules between rules ---- */

struct twins {
	struct conf_list *list;
	struct conf_rules *r;
};

static void twin(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	struct conf_obj *obj = t->list->items[later];

	conf_complain(t->r, CONF_WARNING, obj, NULL,
		"the same rule stands in line %u; this one is dropped", earlier->pos.line);
	conf_drop(obj);
}

void vrrp_rules_drop_twins(struct conf_list *rules, struct conf_rules *r)
{
	struct twins t = { rules, r };

	conf_twins(rules, r->arena, twin, &t);
	conf_list_purge(rules);
}

void vrrp_rules_number(
	struct conf_list *rules, struct vrrp_rule_counters *next, struct conf_rules *r)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct vrrp_rule_conf *rule = rules->items[i];

		if (IS_SET(rule, preference) || conf_is_faulty(&rule->obj))
			continue;
		rule->preference = rule->family == AF_INET6 ? next->ipv6-- : next->ipv4--;
		conf_repaired(&rule->obj, FIELD(preference));
		conf_complain(r, CONF_WARNING, &rule->obj, NULL,
			"the rule has no preference; %u is taken, which is probably not what is "
			"meant: write it",
			rule->preference);
	}
}
