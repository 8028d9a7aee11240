/* SPDX-License-Identifier: Apache-2.0 */
/* Routes as ip route has them: the tables. The rules are in schema_route_check.c. */
#include "core/conf/conf.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_route_check.h"

static const char *const hint_words[] = { "inet", "inet6", NULL };
static const struct conf_words hints = { hint_words, false };
static const char *const insert_words[] = { "prepend", "add", "append", NULL };
static const struct conf_words inserts = { insert_words, false };
static const char *const feature_words[] = { "ecn", NULL };
static const struct conf_words features = { feature_words, false };
static const char *const ttl_words[] = { "disabled", "enabled", NULL };
static const struct conf_words ttls = { ttl_words, false };
/* as in ICMPv6 (RFC 4191) */
static const struct conf_name prefs[] = { { "medium", 0 }, { "high", 1 }, { "low", 3 },
	{ NULL, 0 } };

/* tcp_metrics has eighths and quarters of milliseconds; keepalived's limits */
static const struct vrrp_metric_unit rtt_unit = { 8, 0, 120000 };
static const struct vrrp_metric_unit rttvar_unit = { 4, 0, 120000 };
static const struct vrrp_metric_unit rto_unit = { 1, 200, 120000 };

/* clang-format off */
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define D CONF_TIER_D
#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))
#define ENCAP(member) .offset = offsetof(struct vrrp_encap_conf, member)
#define HOP(member) .offset = offsetof(struct vrrp_nexthop_conf, member)
#define ROUTE(member) .offset = offsetof(struct vrrp_route_conf, member)

/* ---- encap ---- */

static const struct conf_row encap_args[] = {
	{ "KIND", NULL, NULL, &vrrp_type_encap, NULL, ENCAP(target), .scope = CONF_RESTART, .tier = C,
	  .doc = "What is put around the packets: an IPv4 or IPv6 header, MPLS labels (outermost first), or the locator of an "
		 "ILA address." },
};

static const struct conf_row encap_rows[] = {
	{ "id", NULL, NULL, &vrrp_type_any64, NULL, ENCAP(id), .scope = CONF_RESTART, .tier = C,
	  .doc = "The number of the tunnel, as a VXLAN or a GRE key. With ip and ip6." },
	{ "dst", NULL, NULL, &conf_type_addr, NULL, ENCAP(dst), .scope = CONF_RESTART, .tier = C,
	  .doc = "The other end of the tunnel. With ip and ip6." },
	{ "src", NULL, NULL, &conf_type_addr, NULL, ENCAP(src), .scope = CONF_RESTART, .tier = C,
	  .doc = "This end of the tunnel; else the kernel chooses. With ip and ip6." },
	{ "tos", "tc", NULL, &vrrp_type_name, &iproute_dsfields, ENCAP(tos), .scope = CONF_RESTART, .tier = C,
	  .doc = "The TOS of the outer header; tc, the traffic class, with ip6." },
	{ "ttl", "hoplimit", NULL, &conf_type_u8, NULL, ENCAP(ttl), .scope = CONF_RESTART, .tier = C,
	  .doc = "The TTL of the outer header; hoplimit with ip6." },
	{ "flags", NULL, NULL, &vrrp_type_any32, NULL, ENCAP(flags), 0, UINT16_MAX, NULL, NULL, CONF_RESTART, C,
	  .doc = "The flags of the tunnel, as a number the kernel knows. With ip and ip6." },
};

static const struct conf_block encap_block = {
	"encap", sizeof(struct vrrp_encap_conf), encap_args, COUNT(encap_args), encap_rows, COUNT(encap_rows), true,
	vrrp_encap_check, "A tunnel without an interface of its own.",
};

/* ---- nexthop ---- */

static const struct conf_row nexthop_rows[] = {
	{ "via", NULL, "gw", &vrrp_type_hop, NULL, HOP(via), .scope = CONF_RESTART, .tier = B,
	  .doc = "The router of this way." },
	{ "dev", "oif", NULL, &conf_type_ifname, NULL, HOP(dev), .scope = CONF_RESTART, .tier = B,
	  .doc = "The interface of this way; else the one on which the router is." },
	{ "weight", NULL, NULL, &conf_type_u32, NULL, HOP(weight), 1, 256, NULL, "1", CONF_RESTART, B,
	  .doc = "How much of the traffic goes this way, in proportion to the other weights." },
	{ "onlink", NULL, NULL, &conf_type_switch, NULL, HOP(onlink), .scope = CONF_RESTART, .tier = C,
	  .doc = "The router is on the link of dev, even if no route says so." },
	{ "realms", NULL, NULL, &vrrp_type_realms, NULL, HOP(realms), .scope = CONF_RESTART, .tier = C,
	  .doc = "The realms of this way, for accounting. IPv4 only." },
	{ "encap", NULL, NULL, &conf_type_line, &encap_block, HOP(encap), .scope = CONF_RESTART, .tier = C,
	  .doc = "The tunnel of this way." },
};

static const struct conf_block nexthop_block = {
	"nexthop", sizeof(struct vrrp_nexthop_conf), NULL, 0, nexthop_rows, COUNT(nexthop_rows), true, vrrp_nexthop_check,
	"One of several ways.",
};

/* ---- routes ---- */

static const struct conf_row route_args[] = {
	{ "DEST", NULL, NULL, &vrrp_type_net, "default", ROUTE(dest), .scope = CONF_RESTART, .tier = A,
	  .flags = CONF_KEY | CONF_FLOATS | CONF_OPTIONAL_ARG,
	  .doc = "The network the route leads to, or default. It may stand anywhere before nexthop; the prefix length is 32, or "
		 "128 for IPv6, if it is not written. The bits behind the length must be 0 in IPv4, as the kernel has it; in IPv6 "
		 "they are cleared with a warning." },
};

#define METRIC(word, member, text)                                                                                          \
	{ word, NULL, NULL, &vrrp_type_metric, NULL, ROUTE(member), .scope = CONF_RESTART, .tier = C, .doc = text }
#define NUMBER(word, member, text)                                                                                          \
	{ word, NULL, NULL, &conf_type_u32, NULL, ROUTE(member), .scope = CONF_RESTART, .tier = C, .doc = text }

static const struct conf_row route_rows[] = {
	{ "TYPE", "unicast local broadcast anycast multicast blackhole unreachable prohibit throw", NULL, &conf_type_verb,
	  &vrrp_route_types, ROUTE(type), .scope = CONF_RESTART, .tier = B,
	  .flags = CONF_LEADS, .doc = "What happens to packets: unicast sends them on; blackhole drops them silently, unreachable and prohibit with "
		 "an answer; throw makes the kernel look into the next table; local takes them in." },
	{ "to", NULL, NULL, &vrrp_type_to, "default", ROUTE(to), .scope = CONF_RESTART, .tier = B,
	  .doc = "May stand before the destination, and before its type." },
	{ "via", NULL, "gw", &vrrp_type_hop, NULL, ROUTE(via), .scope = CONF_RESTART, .tier = A,
	  .doc = "The router packets are sent to. It is of the address family of the destination." },
	{ "or", NULL, NULL, &vrrp_type_hop, NULL, ROUTE(or_via), .scope = CONF_RESTART, .tier = D, .state = CONF_OBSOLETE,
	  .instead = "write `nexthop via ADDRESS nexthop via ADDRESS` in place of `via ADDRESS or ADDRESS`",
	  .doc = "A second router, used as much as that of via." },
	{ "dev", "oif", NULL, &conf_type_ifname, NULL, ROUTE(dev), .scope = CONF_RESTART, .tier = A,
	  .doc = "The interface packets leave by; else the one on which the router is." },
	{ "src", NULL, NULL, &vrrp_type_hop, NULL, ROUTE(src), .scope = CONF_RESTART, .tier = A,
	  .doc = "The address of this node that is chosen as the source of packets that take the route." },
	{ "table", NULL, NULL, &vrrp_type_name, &iproute_tables, ROUTE(table), 0, 0, NULL, "main", CONF_RESTART, B,
	  .flags = CONF_KEY, .doc = "The routing table the route is put into." },
	{ "metric", "priority preference", NULL, &conf_type_u32, NULL, ROUTE(metric), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_KEY, .doc = "Of several routes to the same network the one with the lowest metric is taken." },
	{ "scope", NULL, NULL, &vrrp_type_name, &iproute_scopes, ROUTE(scope), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "How far away the destination is. Without it, as ip route has it: link for routes without a router, host for "
		 "local ones; keepalived takes global for all." },
	{ "protocol", NULL, NULL, &vrrp_type_name, &iproute_protocols, ROUTE(protocol), 0, 0, NULL, "keepd",
	  CONF_RESTART, B,
	  .doc = "Who the kernel is told has added the route. By it keepd knows its own routes, so another value "
		 "but keepalived is taken only with no_track." },
	{ "tos", "dsfield", NULL, &vrrp_type_name, &iproute_dsfields, ROUTE(tos), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_KEY, .doc = "Only for packets with this TOS." },
	{ "from", NULL, NULL, &vrrp_type_net, "all", ROUTE(from), .scope = CONF_RESTART, .tier = C, .flags = CONF_KEY,
	  .example = "2001:db8::/64\n2001:db8:1::/48", .doc = "Only for packets from this network. IPv6 only." },
	{ "FAMILY", "inet inet6", NULL, &conf_type_verb, &hints, ROUTE(family), .scope = CONF_RESTART, .tier = C,
	  .doc = "The address family where the addresses do not say it, as with default. keepalived skips the word behind it; "
		 "keepd does not." },
	{ "onlink", NULL, NULL, &conf_type_switch, NULL, ROUTE(onlink), .scope = CONF_RESTART, .tier = C,
	  .doc = "The router is on the link of dev, even if no route says so." },
	METRIC("mtu", mtu, "The MTU on the way, in bytes; if locked, the kernel does not look for a smaller one."),
	METRIC("advmss", advmss, "The segment size told to peers of TCP connections, in bytes."),
	{ "rtt", NULL, NULL, &vrrp_type_metric_time, &rtt_unit, ROUTE(rtt), .scope = CONF_RESTART, .tier = C,
	  .doc = "The round-trip time TCP begins with. A bare number is in eighths of a millisecond." },
	{ "rttvar", NULL, NULL, &vrrp_type_metric_time, &rttvar_unit, ROUTE(rttvar), .scope = CONF_RESTART, .tier = C,
	  .doc = "The variation of the round-trip time TCP begins with. A bare number is in quarters of a millisecond." },
	METRIC("reordering", reordering, "By how many segments TCP takes packets to be out of order, not lost."),
	METRIC("cwnd", cwnd, "The largest congestion window of TCP, in segments; of effect only if locked."),
	METRIC("ssthresh", ssthresh, "The window at which TCP ends its slow start, in segments."),
	{ "rto_min", NULL, NULL, &vrrp_type_metric_time, &rto_unit, ROUTE(rto_min), .scope = CONF_RESTART, .tier = C,
	  .doc = "The least time after which TCP sends anew. A bare number is in milliseconds." },
	{ "congctl", NULL, NULL, &vrrp_type_congctl, NULL, ROUTE(congctl), .scope = CONF_RESTART, .tier = C,
	  .doc = "The congestion control of TCP." },
	{ "hoplimit", NULL, NULL, &conf_type_u8, NULL, ROUTE(hoplimit), 0, 255, NULL, NULL, CONF_RESTART, C,
	  .doc = "The TTL or hop limit of packets of this node; 0 = that of the system." },
	NUMBER("window", window, "The largest window told to peers of TCP connections, in bytes."),
	NUMBER("initcwnd", initcwnd, "The congestion window TCP begins with, in segments."),
	NUMBER("initrwnd", initrwnd, "The receive window TCP begins with, in segments."),
	{ "quickack", NULL, NULL, &conf_type_u8, NULL, ROUTE(quickack), 0, 1, NULL, NULL, CONF_RESTART, C,
	  .doc = "With 1, TCP acknowledges at once." },
	{ "fastopen_no_cookie", NULL, NULL, &conf_type_u8, NULL, ROUTE(fastopen_no_cookie), 0, 1, NULL, NULL, CONF_RESTART, C,
	  .doc = "With 1, TCP Fast Open asks for no cookie." },
	{ "features", NULL, NULL, &conf_type_choice, &features, ROUTE(features), .scope = CONF_RESTART, .tier = C,
	  .doc = "ecn: TCP asks for explicit congestion notification." },
	{ "realms", NULL, NULL, &vrrp_type_realms, NULL, ROUTE(realms), .scope = CONF_RESTART, .tier = C,
	  .doc = "The realms of the route, for accounting. IPv4 only." },
	{ "pref", NULL, NULL, &conf_type_named, prefs, ROUTE(pref), 0, 3, NULL, NULL, CONF_RESTART, C,
	  .doc = "Which of several routers is preferred. IPv6 only." },
	{ "expires", NULL, NULL, &conf_type_u32, NULL, ROUTE(expires), .unit = "seconds", .scope = CONF_RESTART, .tier = C,
	  .doc = "After that time the kernel deletes the route. IPv6 only." },
	{ "ttl-propagate", NULL, NULL, &conf_type_enum, &ttls, ROUTE(ttl_propagate), .scope = CONF_RESTART, .tier = C,
	  .doc = "Whether the TTL of an MPLS label follows that of the packet." },
	{ "vrf", NULL, NULL, &conf_type_ifname, NULL, ROUTE(vrf), .scope = CONF_RESTART, .tier = C,
	  .doc = "The VRF whose table the route is put into; it must exist." },
	{ "INSERT", "prepend add append", NULL, &conf_type_verb, &inserts, ROUTE(insert), .scope = CONF_RESTART, .tier = C,
	  .doc = "If there are routes to the same network: prepend (as without it) puts the route before them, append behind "
		 "them, and add adds it only if there are none." },
	{ "as", NULL, NULL, &vrrp_type_as, NULL, ROUTE(as), .scope = CONF_LIVE, .tier = D, .state = CONF_OBSOLETE,
	  .instead = "it has no effect", .doc = "Ignored." },
	{ "no_track", NULL, NULL, &conf_type_switch, NULL, ROUTE(no_track), .scope = CONF_LIVE, .tier = B,
	  .doc = "When somebody deletes the route, nothing follows: it is not put back." },
	{ "track_group", NULL, NULL, &conf_type_string, NULL, ROUTE(track_group), .scope = CONF_LIVE, .tier = C,
	  .example = "group1",
	  .doc = "The instances of this track_group are in fault while the route is missing. In static_routes only, and only "
		 "with dev." },
	{ "encap", NULL, NULL, &conf_type_line, &encap_block, ROUTE(encap), .scope = CONF_RESTART, .tier = C,
	  .doc = "Packets that take the route are put into a tunnel." },
	{ "nexthop", NULL, NULL, &conf_type_line, &nexthop_block, ROUTE(nexthops), .scope = CONF_RESTART, .tier = B,
	  .flags = CONF_REPEATS, .example = "via 192.0.2.254 weight 1",
	  .doc = "One of several ways, among which the kernel shares out connections. Comes last." },
};

const struct conf_block vrrp_route_block = {
	"virtual_routes", sizeof(struct vrrp_route_conf), route_args, COUNT(route_args), route_rows, COUNT(route_rows), true,
	vrrp_route_check, "Routes that are there while the instance has the addresses, one on each line.",
};

const struct conf_block vrrp_static_route_block = {
	"static_routes", sizeof(struct vrrp_route_conf), route_args, COUNT(route_args), route_rows, COUNT(route_rows), true,
	vrrp_route_check,
	"Routes this node has whatever the state of its instances, one on each line: added at the start, removed at the stop.",
};
/* clang-format on */
