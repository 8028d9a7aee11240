/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as ip address has them: one table with three uses. Where keepalived ignores an option
 * with a complaint, so do we, with a warning; where it drops the address, that is an error here: an
 * address never goes missing without a word.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "core/conf/types.h"
#include "vrrp/schema_address.h"
#include "vrrp/schema_iproute_rules.h"

#define BROADCAST_LEN_MAX 30 /* a network of two addresses has none to spare */

static const struct conf_name lifetimes[] = { { "forever", VRRP_FOREVER }, { NULL, 0 } };

/* ---- tables ---- */

static void vip_check(struct conf_obj *obj, struct conf_rules *r);
static void static_check(struct conf_obj *obj, struct conf_rules *r);

/* clang-format off */
#define VIP(member) .offset = offsetof(struct vrrp_vip_conf, member)
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

static const struct conf_row address_args[] = {
	{ "address", NULL, NULL, &conf_type_prefix, NULL, VIP(prefix), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The address; the prefix length is 32, or 128 for IPv6, if it is not written." },
};

/* how: the state of use_vmac */
#define ADDRESS_ROWS(how)                                                                                                   \
	{ "dev", NULL, NULL, &conf_type_ifname, NULL, VIP(dev), .scope = CONF_RESTART, .tier = A, .flags = CONF_KEY,                \
	  .doc = "The interface the address is put on; else that of the instance, and of a static address "                \
		 "default_interface." },                                                                                    \
	{ "label", NULL, NULL, &conf_type_ifname, NULL, VIP(label), .scope = CONF_RESTART, .tier = A,                       \
	  .doc = "The label of the address, as ip address shows it. IPv4 only." },                                          \
	{ "scope", NULL, NULL, &vrrp_type_name, &iproute_scopes, VIP(scope), 0, 255, NULL, "global", CONF_RESTART, B,       \
	  .doc = "How far the address is valid: as the source of packets to hosts outside a link, global is needed. "       \
		 "IPv4 only." },                                                                                            \
	{ "brd", "broadcast", NULL, &vrrp_type_broadcast, NULL, VIP(broadcast), .scope = CONF_RESTART, .tier = B,           \
	  .doc = "The broadcast address that goes with the address. IPv4 only, networks of /30 and larger, not with "       \
		 "peer." },                                                                                                 \
	{ "peer", NULL, NULL, &conf_type_prefix, NULL, VIP(peer), .scope = CONF_RESTART, .tier = C,           \
	  .doc = "The address at the other end of a point-to-point link. Its prefix length says what is reached there; the " \
		 "address itself is written without one." },                                                                \
	{ "preferred_lft", NULL, NULL, &conf_type_named, lifetimes, VIP(preferred_lft), .unit = "seconds",                  \
	  .scope = CONF_RESTART, .tier = C, .example = "forever\n0\n3600",                                    \
	  .doc = "How long new connections may begin with this address; 0 means never: it answers, but is not chosen as "   \
		 "a source. The default is 0 for IPv6 addresses of length 128, and forever for all others." },              \
	{ "home", NULL, NULL, &conf_type_switch, NULL, VIP(home), .scope = CONF_RESTART, .tier = C,             \
	  .doc = "The address is a home address of Mobile IPv6. IPv6 only." },                                              \
	{ "-nodad", NULL, NULL, &conf_type_switch, NULL, VIP(dad), .scope = CONF_RESTART, .tier = C,            \
	  .doc = "Other hosts are asked first whether they have the address (duplicate address detection). Without it "     \
		 "they are not, so that the address works at once. IPv6 only." },                                           \
	{ "mngtmpaddr", NULL, NULL, &conf_type_switch, NULL, VIP(mngtmpaddr), .scope = CONF_RESTART, .tier = C, \
	  .doc = "The kernel derives temporary addresses from this one (RFC 8981). IPv6 only." },                           \
	{ "noprefixroute", NULL, NULL, &conf_type_switch, NULL, VIP(noprefixroute), .scope = CONF_RESTART, .tier = C,         \
	  .doc = "The kernel adds no route to the network of the address." },                                 \
	{ "autojoin", NULL, NULL, &conf_type_switch, NULL, VIP(autojoin), .scope = CONF_RESTART, .tier = C,     \
	  .doc = "The kernel joins the multicast group on the link: for multicast addresses." },                            \
	{ "no_track", NULL, NULL, &conf_type_switch, NULL, VIP(no_track), .scope = CONF_LIVE, .tier = C,        \
	  .doc = "When somebody deletes the address, nothing follows: it is not put back." },                              \
	{ "use_vmac", NULL, NULL, &conf_type_switch, NULL, VIP(use_vmac), .scope = CONF_RESTART, .tier = C,                   \
	  .doc = "The address is put on an interface of its own that has the virtual MAC address. Not in "                  \
		 "static_ipaddress." },                                                                                     \
	{ "track_group", NULL, NULL, &conf_type_string, NULL, VIP(track_group), .scope = CONF_LIVE, .tier = C,              \
	  .example = "group1",                                                                                \
	  .doc = "The instances of this track_group are in fault while the address is missing. In static_ipaddress only, "  \
		 "and only with dev." }

static const struct conf_row vip_rows[] = { ADDRESS_ROWS(CONF_LATER) };
static const struct conf_row static_rows[] = { ADDRESS_ROWS(CONF_WORKS) };

const struct conf_block vrrp_vip_block = {
	"virtual_ipaddress", sizeof(struct vrrp_vip_conf), address_args, 1, vip_rows, COUNT(vip_rows), true, vip_check,
	"The addresses that move, one on each line.",
};

const struct conf_block vrrp_excluded_block = {
	"virtual_ipaddress_excluded", sizeof(struct vrrp_vip_conf), address_args, 1, vip_rows, COUNT(vip_rows), true,
	vip_check, "Addresses that move as well, but are not named in adverts, one on each line. Of any family.",
};

const struct conf_block vrrp_static_address_block = {
	"static_ipaddress", sizeof(struct vrrp_vip_conf), address_args, 1, static_rows, COUNT(static_rows), true, static_check,
	"Addresses this node has whatever the state of its instances, one on each line: added at the start, removed at the "
	"stop.",
};
/* clang-format on */

/* ---- rules of one address ---- */

#define FIELD(member) ((uint32_t)offsetof(struct vrrp_vip_conf, member))

/* With a reason of the form "... ; label is ignored". */
static void ignore(
	struct vrrp_vip_conf *vip, struct conf_rules *r, uint32_t offset, const char *why)
{
	if (conf_is_set(&vip->obj, offset))
		vrrp_row_ignore(r, &vip->obj, offset, "%s; `%s` is ignored", why,
			conf_row_at(vip->obj.block, offset)->name);
}

static void family_check(struct vrrp_vip_conf *vip, struct conf_rules *r)
{
	static const uint32_t ipv6_only[] = { FIELD(home), FIELD(dad), FIELD(mngtmpaddr) };

	if (vip->prefix.addr.family == AF_INET6) {
		ignore(vip, r, FIELD(label), "IPv6 addresses have no label");
		ignore(vip, r, FIELD(scope),
			"the scope of an IPv6 address is in the address itself");
		if (conf_is_set(&vip->obj, FIELD(broadcast)))
			conf_complain(r, CONF_ERROR, &vip->obj,
				conf_row_at(vip->obj.block, FIELD(broadcast)),
				"brd: there is no broadcast in IPv6");
		return;
	}
	for (size_t i = 0; i < COUNT(ipv6_only); i++)
		ignore(vip, r, ipv6_only[i], "this is for IPv6 addresses only");
}

static void peer_check(struct vrrp_vip_conf *vip, struct conf_rules *r)
{
	uint8_t host = (uint8_t)(8 * addr_len_bytes(&vip->prefix.addr));

	if (!addr_is_set(&vip->peer.addr))
		return;
	if (vip->peer.addr.family != vip->prefix.addr.family) {
		conf_complain(r, CONF_ERROR, &vip->obj, conf_row_at(vip->obj.block, FIELD(peer)),
			"peer: the address is %s, its peer is %s",
			vrrp_family_name(&vip->prefix.addr), vrrp_family_name(&vip->peer.addr));
		return;
	}
	if (vip->prefix.len != host) {
		conf_complain(r, CONF_WARNING, &vip->obj, address_args,
			"with a peer, the prefix length is written behind the peer; /%u is ignored",
			vip->prefix.len);
		vip->prefix.len = host;
	}
	ignore(vip, r, FIELD(broadcast), "an address with a peer has no broadcast");
}

/* What + and - stand for. */
static void broadcast_check(struct vrrp_vip_conf *vip, struct conf_rules *r)
{
	struct vrrp_broadcast *b = &vip->broadcast;

	if (b->kind == VRRP_BROADCAST_NONE || vip->prefix.addr.family == AF_INET6)
		return;
	if (vip->prefix.len > BROADCAST_LEN_MAX) {
		ignore(vip, r, FIELD(broadcast), "a network smaller than /30 has no broadcast");
		return;
	}
	if (b->kind == VRRP_BROADCAST_ADDRESS)
		return;
	b->addr = vrrp_network(&vip->prefix).addr;
	if (b->kind == VRRP_BROADCAST_ONES)
		b->addr.v4.s_addr |= htonl(UINT32_MAX >> vip->prefix.len);
}

static void common_check(struct vrrp_vip_conf *vip, struct conf_rules *r)
{
	family_check(vip, r);
	peer_check(vip, r);
	broadcast_check(vip, r);
	if (!conf_is_set(&vip->obj, FIELD(preferred_lft)))
		vip->preferred_lft = vip->prefix.addr.family == AF_INET6 && vip->prefix.len == 128
					     ? 0
					     : VRRP_FOREVER;
}

static void vip_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_vip_conf *vip = (struct vrrp_vip_conf *)obj;

	common_check(vip, r);
	ignore(vip, r, FIELD(track_group), "only addresses of static_ipaddress can have a group");
}

static void static_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_vip_conf *vip = (struct vrrp_vip_conf *)obj;

	common_check(vip, r);
	ignore(vip, r, FIELD(use_vmac), "a static address belongs to no virtual router");
	if (!vip->dev)
		ignore(vip, r, FIELD(track_group), "an address without dev cannot have a group");
	if (vip->no_track)
		ignore(vip, r, FIELD(track_group), "with no_track, nothing follows from its loss");
}

/* ---- rules between addresses ---- */

int vrrp_vip_order(const void *a, const void *b)
{
	const struct vrrp_vip_conf *x = *(const struct vrrp_vip_conf *const *)a;
	const struct vrrp_vip_conf *y = *(const struct vrrp_vip_conf *const *)b;
	int order = addr_cmp(&x->prefix.addr, &y->prefix.addr);

	if (order)
		return order;
	if (x->obj.pos.line != y->obj.pos.line)
		return x->obj.pos.line < y->obj.pos.line ? -1 : 1;
	return x < y ? -1 : 1;
}

/*
 * The same address twice in a list: keepalived says so and runs with the first, and so do we; on
 * two interfaces there is no first.
 */
static void twins_inside(
	const struct vrrp_vip_conf *a, struct vrrp_vip_conf *b, struct conf_rules *r)
{
	char text[ADDR_TEXT_BYTES];

	addr_format(&b->prefix.addr, text);
	if (!text_equal(a->dev, b->dev)) {
		conf_complain(r, CONF_ERROR, &b->obj, address_args,
			"%s stands there on two interfaces: the other is in line %u", text,
			a->obj.pos.line);
		return;
	}
	conf_complain(r, CONF_WARNING, &b->obj, address_args,
		"%s stands there twice: this one is dropped, the other is in line %u", text,
		a->obj.pos.line);
	conf_drop(&b->obj);
}

void vrrp_vips_drop_twins(struct conf_list *list, struct conf_rules *r)
{
	struct vrrp_vip_conf **vips = arena_alloc(r->arena, (list->count + 1) * sizeof(*vips));
	size_t first = 0;

	for (size_t n = 0; n < list->count; n++)
		vips[n] = list->items[n];
	qsort(vips, list->count, sizeof(struct vrrp_vip_conf *), vrrp_vip_order);
	for (size_t n = 1; n < list->count; n++)
		if (addr_equal(&vips[first]->prefix.addr, &vips[n]->prefix.addr))
			twins_inside(vips[first], vips[n], r);
		else
			first = n;
	conf_list_purge(list);
}
