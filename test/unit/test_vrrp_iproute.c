/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses, routes and rules: one line in, its canonical line or an error out. What is accepted is
 * printed, read back and printed again.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"
#include "vrrp/schema_iproute_names.h"

enum list {
	VIP,
	EXCLUDED,
	STATIC,
	ROUTE,
	VROUTE,
	RULE,
	VRULE,
};

/* line: what stands in the list; canonical: what it becomes, NULL = there is an error; says: what
 * is complained about, NULL = nothing */
struct line {
	enum list list;
	const char *line, *canonical, *says;
};

static const struct {
	const char *name;
	bool is_inside; /* of an instance */
} lists[] = { [VIP] = { "virtual_ipaddress", true },
	[EXCLUDED] = { "virtual_ipaddress_excluded", true },
	[STATIC] = { "static_ipaddress", false },
	[ROUTE] = { "static_routes", false },
	[VROUTE] = { "virtual_routes", true },
	[RULE] = { "static_rules", false },
	[VRULE] = { "virtual_rules", true } };

/* clang-format off */
static const struct line addresses[] = {
	{ VIP, "192.0.2.1", "192.0.2.1/32", NULL },
	{ VIP, "192.0.2.1/24 dev eth1 label eth1:1 scope link", "192.0.2.1/24 dev eth1 label eth1:1 scope link", NULL },
	{ VIP, "192.0.2.1 scope 200", "192.0.2.1/32 scope site", NULL },
	{ VIP, "192.0.2.1 scope 0xfe", "192.0.2.1/32 scope host", NULL },
	{ VIP, "192.0.2.1 scope 7", "192.0.2.1/32 scope 7", NULL },
	{ VIP, "192.0.2.1 scope blue", NULL, "scope: `blue` is not known: it is no number, and no name in " },
	{ VIP, "192.0.2.1 scope 256", NULL, "scope: `256` is not a number from 0 to 255, or a name" },
	{ VIP, "192.0.2.1 track_group g", "192.0.2.1/32", "only addresses of static_ipaddress can have a group" },
	{ VIP, "192.0.2.1 label 1234567890123456", NULL, "label: `1234567890123456` is not a name of 1 to 15" },
	{ VIP, "dev eth0 192.0.2.1", NULL, "`dev` is not an IP address" },
	{ VIP, "fe80::1/64 dev eth0", "fe80::1/64 dev eth0", NULL },
	{ VIP, "192.0.2.1/33", NULL, "the prefix length is not a number from 0 to 32" },
	{ VIP, "192.0.2.1 nonsense", NULL, "unknown option `nonsense`" },
	{ VIP, "192.0.2.1 dev eth0 dev eth1", "192.0.2.1/32 dev eth1", "`dev` is written twice; the later is taken" },
	{ EXCLUDED, "192.0.2.99", "192.0.2.99/32", "192.0.2.99 is also an address of A, line 2" },
	{ EXCLUDED, "192.0.2.1/24 brd 192.0.2.255", "192.0.2.1/24 brd 192.0.2.255", NULL },
	{ EXCLUDED, "192.0.2.1/24 broadcast +", "192.0.2.1/24 brd +", NULL },
	{ EXCLUDED, "192.0.2.1/24 brd -", "192.0.2.1/24 brd -", NULL },
	{ EXCLUDED, "192.0.2.1/30 brd +", "192.0.2.1/30 brd +", NULL },
	{ EXCLUDED, "192.0.2.1/31 brd +", "192.0.2.1/31", "a network smaller than /30 has no broadcast; `brd` is ignored" },
	{ EXCLUDED, "192.0.2.1/24 brd fe80::1", NULL, "brd: `fe80::1` is not an IPv4 address, + for" },
	{ EXCLUDED, "192.0.2.1/24 brd", NULL, "brd: a value is missing" },
	{ EXCLUDED, "fe80::1/64 brd +", NULL, "brd: there is no broadcast in IPv6" },
	{ EXCLUDED, "fe80::1/64 label x", "fe80::1/64", "IPv6 addresses have no label; `label` is ignored" },
	{ EXCLUDED, "fe80::1/64 scope link", "fe80::1/64", "the scope of an IPv6 address is in the address itself" },
	{ EXCLUDED, "fe80::1/64 home -nodad mngtmpaddr noprefixroute autojoin",
	  "fe80::1/64 home -nodad mngtmpaddr noprefixroute autojoin", NULL },
	{ EXCLUDED, "192.0.2.1 home", "192.0.2.1/32", "this is for IPv6 addresses only; `home` is ignored" },
	{ EXCLUDED, "192.0.2.1 -nodad", "192.0.2.1/32", "`-nodad` is ignored" },
	{ EXCLUDED, "192.0.2.1 mngtmpaddr", "192.0.2.1/32", "`mngtmpaddr` is ignored" },
	{ EXCLUDED, "192.0.2.1 nodad", NULL, "unknown option `nodad`; did you mean `-nodad`?" },
	{ EXCLUDED, "192.0.2.1 peer 192.0.2.2", "192.0.2.1/32 peer 192.0.2.2/32", NULL },
	{ EXCLUDED, "192.0.2.1 peer 192.0.2.2/24", "192.0.2.1/32 peer 192.0.2.2/24", NULL },
	{ EXCLUDED, "192.0.2.1/24 peer 192.0.2.2", "192.0.2.1/32 peer 192.0.2.2/32", "written behind the peer; /24 is ignored" },
	{ EXCLUDED, "192.0.2.1 peer fe80::1", NULL, "peer: the address is IPv4, its peer is IPv6" },
	{ EXCLUDED, "192.0.2.1 peer 192.0.2.2 brd +", "192.0.2.1/32 peer 192.0.2.2/32", "an address with a peer has no broadcast" },
	{ EXCLUDED, "192.0.2.1 preferred_lft forever", "192.0.2.1/32 preferred_lft forever", NULL },
	{ EXCLUDED, "fe80::1 preferred_lft 0 use_vmac no_track", "fe80::1/128 preferred_lft 0 no_track use_vmac", NULL },
	{ EXCLUDED, "192.0.2.1 preferred_lft -1", NULL, "preferred_lft: `-1` is not forever, or a number" },
	{ STATIC, "192.0.2.1/24 dev eth0 track_group g", "192.0.2.1/24 dev eth0 track_group g", NULL },
	{ STATIC, "192.0.2.1/24 track_group g", "192.0.2.1/24", "an address without dev cannot have a group" },
	{ STATIC, "192.0.2.1/24 dev a track_group g no_track", "192.0.2.1/24 dev a no_track", "nothing follows from its loss" },
	{ STATIC, "192.0.2.1/24 dev eth0 use_vmac", "192.0.2.1/24 dev eth0", "a static address belongs to no virtual router" },
};

static const struct line routes[] = {
	/* destinations and types */
	{ ROUTE, "192.0.2.0/24 dev eth0", "192.0.2.0/24 dev eth0", NULL },
	{ ROUTE, "192.0.2.7 dev eth0", "192.0.2.7/32 dev eth0", NULL },
	{ ROUTE, "dev eth0 192.0.2.0/24", "192.0.2.0/24 dev eth0", NULL },
	{ ROUTE, "src 192.0.2.1 198.51.100.0/24 via 192.0.2.254 dev eth0", "198.51.100.0/24 via 192.0.2.254 dev eth0 src 192.0.2.1", NULL },
	{ ROUTE, "to 192.0.2.0/24 dev eth0", "192.0.2.0/24 dev eth0", NULL },
	{ ROUTE, "to blackhole 192.0.2.0/24", "blackhole 192.0.2.0/24", NULL },
	{ ROUTE, "to 192.0.2.0/24 198.51.100.0/24 dev eth0", NULL, "the route has two destinations" },
	{ ROUTE, "192.0.2.0/24 198.51.100.0/24 dev eth0", NULL, "unknown option `198.51.100.0/24`" },
	{ ROUTE, "default dev eth0", "0.0.0.0/0 dev eth0", NULL },
	{ ROUTE, "all dev eth0", "0.0.0.0/0 dev eth0", NULL },
	{ ROUTE, "default via fe80::1 dev eth0", "::/0 via fe80::1 dev eth0", NULL },
	{ ROUTE, "default6 dev eth0", "::/0 dev eth0", "`default6` is deprecated; write `::/0`" },
	{ ROUTE, "inet6 default dev eth0", "::/0 dev eth0 inet6", NULL },
	{ ROUTE, "inet 192.0.2.0/24 dev eth0", "192.0.2.0/24 dev eth0 inet", NULL },
	{ ROUTE, "inet6 192.0.2.0/24 dev eth0", NULL, "the destination: 192.0.2.0 is an IPv4 address, but the route is for IPv6" },
	{ ROUTE, "blackhole 192.0.2.0/24", "blackhole 192.0.2.0/24", NULL },
	{ ROUTE, "unreachable 192.0.2.0/24", "unreachable 192.0.2.0/24", NULL },
	{ ROUTE, "prohibit 192.0.2.0/24", "prohibit 192.0.2.0/24", NULL },
	{ ROUTE, "throw 192.0.2.0/24 table 7", "throw 192.0.2.0/24 table 7", NULL },
	{ ROUTE, "unicast 192.0.2.0/24 dev eth0", "unicast 192.0.2.0/24 dev eth0", NULL },
	{ ROUTE, "local 192.0.2.0/24 dev lo", "local 192.0.2.0/24 dev lo", NULL },
	{ ROUTE, "blackhole prohibit 192.0.2.0/24", NULL, "`prohibit` and `blackhole` cannot both stand here" },
	{ ROUTE, "blackhole 192.0.2.0/24 via 192.0.2.1", NULL, "a route of type blackhole leads nowhere: it has no `via`" },
	{ ROUTE, "blackhole 192.0.2.0/24 dev eth0", NULL, "leads nowhere: it has no `dev`" },
	{ ROUTE, "blackhole 2001:db8::/32 dev lo", "blackhole 2001:db8::/32 dev lo", NULL },
	{ ROUTE, "blackhole 192.0.2.0/24 nexthop dev eth0", NULL, "leads nowhere: it has no `nexthop`" },
	{ ROUTE, "nat 192.0.2.0/24 dev eth0", NULL, "`nat` is not an option, nor a destination: it is no IP address" },
	{ ROUTE, "192.0.2.0/24", NULL, "where does the route lead? `via`, `dev` or `nexthop` is missing" },
	{ ROUTE, "dev eth0 via 192.0.2.1", NULL, "the route has no destination" },
	/* malformed */
	{ ROUTE, "192.168.100./24 dev eth0", NULL, "`192.168.100./24` is not an option, nor a destination: a number is missing after a dot" },
	{ ROUTE, "192..100.0/24 dev eth0", NULL, "a number is missing before a dot" },
	{ ROUTE, "10.1/16 dev eth0", NULL, "an IPv4 address has 4 numbers, this one has 2" },
	{ ROUTE, "10.1.2.3.4 dev eth0", NULL, "an IPv4 address has 4 numbers, this one has 5" },
	{ ROUTE, "10.1.2.300 dev eth0", NULL, "`300` is above 255" },
	{ ROUTE, "10.1.02.3 dev eth0", NULL, "`02` begins with 0" },
	{ ROUTE, "10.0.0.0/33 dev eth0", NULL, "the length is not a number from 0 to 32" },
	{ ROUTE, "2001:db8::/129 dev eth0", NULL, "the length is not a number from 0 to 128" },
	{ ROUTE, "10.0.0.0/255.0.0.0 dev eth0", NULL, "the length is written as a number, as /24" },
	{ ROUTE, "2001:db8::g/64 dev eth0", NULL, "it is no IPv6 address" },
	{ ROUTE, "/24 dev eth0", NULL, "the address is missing" },
	{ ROUTE, "192.0.2.1/24 dev eth0", NULL, "192.0.2.1/24 has bits behind its length, which the kernel refuses: write 192.0.2.0/24" },
	{ ROUTE, "2001:db8::1/64 dev eth0", "2001:db8::/64 dev eth0", "2001:db8::1/64 has bits behind its length; 2001:db8::/64 is taken" },
	/* ways */
	{ ROUTE, "192.0.2.0/24 via inet 192.0.2.1", "192.0.2.0/24 via 192.0.2.1", NULL },
	{ ROUTE, "2001:db8::/32 via inet6 fe80::1 oif eth0", "2001:db8::/32 via fe80::1 dev eth0", NULL },
	{ ROUTE, "192.0.2.0/24 via inet6 192.0.2.1", NULL, "via: 192.0.2.1 is not of the family `inet6`" },
	{ ROUTE, "192.0.2.0/24 gw 192.0.2.1", "192.0.2.0/24 via 192.0.2.1", "`gw` is deprecated; write `via`" },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1.", NULL, "via: `10.0.0.1.` is not an IP address: a number is missing after a dot" },
	{ ROUTE, "192.0.2.0/24 via", NULL, "via: a value is missing" },
	{ ROUTE, "192.0.2.0/24 via fe80::1", NULL, "via: fe80::1 is an IPv6 address, but the route is for IPv4" },
	{ ROUTE, "192.0.2.0/24 dev eth0 src fe80::1", NULL, "src: fe80::1 is an IPv6 address, but the route is for IPv4" },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1 or 10.0.0.2 dev eth0",
	  "192.0.2.0/24 nexthop via 10.0.0.1 dev eth0 nexthop via 10.0.0.2 dev eth0", "`or` is obsolete" },
	{ ROUTE, "192.0.2.0/24 dev eth0 or 10.0.0.2", NULL, "or: it stands behind `via`" },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1 dev eth0 onlink", "192.0.2.0/24 via 10.0.0.1 dev eth0 onlink", NULL },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1 onlink", NULL, "onlink: on the link of which interface? `dev` is missing" },
	{ ROUTE, "192.0.2.0/24 nexthop via 10.0.0.1 dev a onlink weight 1 realms 3 nexthop dev b weight 256 no_track",
	  "192.0.2.0/24 no_track nexthop via 10.0.0.1 dev a weight 1 onlink realms 3 nexthop dev b weight 256", NULL },
	{ ROUTE, "192.0.2.0/24 nexthop via 10.0.0.1 weight 0", NULL, "weight: `0` is not a number from 1 to 256" },
	{ ROUTE, "192.0.2.0/24 nexthop weight 1", NULL, "nexthop: neither `via` nor `dev` is there" },
	{ ROUTE, "192.0.2.0/24 nexthop via 10.0.0.1 onlink", NULL, "onlink: on the link of which interface?" },
	{ ROUTE, "192.0.2.0/24 nexthop via fe80::1", NULL, "via: fe80::1 is an IPv6 address, but the route is for IPv4" },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1 nexthop via 10.0.0.2", NULL, "with `nexthop`, `via` and `dev` are written behind each" },
	{ ROUTE, "2001:db8::/32 nexthop dev a realms 3", NULL, "realms: this is for IPv4 routes only" },
	{ ROUTE, "192.0.2.0/24 nexthop via 10.0.0.1 vai 10.0.0.2", NULL, "unknown option `vai`; did you mean `via`?" },
	/* tunnels */
	{ ROUTE, "192.0.2.0/24 dev t encap ip id 5 dst 10.0.0.1 src 10.0.0.2 tos 0x10 ttl 9 flags 0x8",
	  "192.0.2.0/24 dev t encap ip id 5 dst 10.0.0.1 src 10.0.0.2 tos 16 ttl 9 flags 8", NULL },
	{ ROUTE, "192.0.2.0/24 encap ip6 id 18446744073709551615 dst fe80::1 tc 1 hoplimit 9 dev t",
	  "192.0.2.0/24 dev t encap ip6 id 18446744073709551615 dst fe80::1 tos 1 ttl 9", NULL },
	{ ROUTE, "192.0.2.0/24 encap mpls 100/200 via 10.0.0.1", "192.0.2.0/24 via 10.0.0.1 encap mpls 100/200", NULL },
	{ ROUTE, "2001:db8::/64 dev a encap ila 2001:DB8:1:2", "2001:db8::/64 dev a encap ila 2001:db8:1:2", NULL },
	{ ROUTE, "192.0.2.0/24 nexthop dev a encap mpls 16 nexthop dev b encap mpls 17",
	  "192.0.2.0/24 nexthop dev a encap mpls 16 nexthop dev b encap mpls 17", NULL },
	{ ROUTE, "192.0.2.0/24 dev a encap mpls 1048576", NULL, "encap mpls: `1048576` is not LABEL/LABEL/..." },
	{ ROUTE, "192.0.2.0/24 dev a encap mpls 1/", NULL, "encap mpls: `1/` is not LABEL/LABEL/..." },
	{ ROUTE, "192.0.2.0/24 dev a encap mpls", NULL, "encap mpls: the labels are missing" },
	{ ROUTE, "192.0.2.0/24 dev a encap ila 1:2:3", NULL, "encap ila: `1:2:3` is not a locator of four" },
	{ ROUTE, "192.0.2.0/24 dev a encap ila 1:2:3:4:5", NULL, "encap ila: `1:2:3:4:5` is not a locator" },
	{ ROUTE, "192.0.2.0/24 dev a encap gre", NULL, "`gre` is not ip, ip6, mpls" },
	{ ROUTE, "192.0.2.0/24 dev a encap mpls 16 id 5", NULL, "id: this is for encap ip and encap ip6 only" },
	{ ROUTE, "192.0.2.0/24 dev a encap ip dst fe80::1", NULL, "dst: encap ip has ends in IPv4" },
	{ ROUTE, "192.0.2.0/24 dev a encap ip id -1", NULL, "id: `-1` is not a number from 0 to 18446744073709551615" },
	{ ROUTE, "192.0.2.0/24 encap ip id 5", NULL, "where does the route lead?" },
	/* numbers and names */
	{ ROUTE, "192.0.2.0/24 dev a table 4294967295", "192.0.2.0/24 dev a table 4294967295", NULL },
	{ ROUTE, "192.0.2.0/24 dev a table local", "192.0.2.0/24 dev a table local", NULL },
	{ ROUTE, "192.0.2.0/24 dev a table 254", "192.0.2.0/24 dev a table main", NULL },
	{ ROUTE, "192.0.2.0/24 dev a table blue", "192.0.2.0/24 dev a table 1000", NULL },
	{ ROUTE, "192.0.2.0/24 dev a table green", "192.0.2.0/24 dev a table 2000", NULL },
	{ ROUTE, "192.0.2.0/24 dev a table red", NULL, "table: `red` is not known: it is no number, and no name in " },
	{ ROUTE, "192.0.2.0/24 dev a table 4294967296", NULL, "table: `4294967296` is not a number from 0 to 4294967295" },
	{ ROUTE, "192.0.2.0/24 dev a metric 5", "192.0.2.0/24 dev a metric 5", NULL },
	{ ROUTE, "192.0.2.0/24 dev a priority 5", "192.0.2.0/24 dev a metric 5", NULL },
	{ ROUTE, "192.0.2.0/24 dev a preference 5", "192.0.2.0/24 dev a metric 5", NULL },
	{ ROUTE, "192.0.2.0/24 dev a scope link tos 0x10", "192.0.2.0/24 dev a scope link tos 16", NULL },
	{ ROUTE, "192.0.2.0/24 dev a dsfield 256", NULL, "tos: `256` is not a number from 0 to 255" },
	{ ROUTE, "192.0.2.0/24 dev a protocol static", "192.0.2.0/24 dev a", "protocol keepd, which is taken" },
	{ ROUTE, "192.0.2.0/24 dev a protocol static no_track", "192.0.2.0/24 dev a protocol static no_track", NULL },
	{ ROUTE, "192.0.2.0/24 dev a protocol 18", "192.0.2.0/24 dev a protocol keepalived", NULL },
	{ ROUTE, "192.0.2.0/24 dev a mtu 1400 advmss lock 1300", "192.0.2.0/24 dev a mtu 1400 advmss lock 1300", NULL },
	{ ROUTE, "192.0.2.0/24 dev a mtu lock", NULL, "mtu: a value is missing" },
	{ ROUTE, "192.0.2.0/24 dev a mtu big", NULL, "mtu: `big` is not a number" },
	{ ROUTE, "192.0.2.0/24 dev a rtt 1.5s", "192.0.2.0/24 dev a rtt 12000", NULL },
	{ ROUTE, "192.0.2.0/24 dev a rtt lock 20msec", "192.0.2.0/24 dev a rtt lock 160", NULL },
	{ ROUTE, "192.0.2.0/24 dev a rtt 102 rttvar 103 rto_min 108", "192.0.2.0/24 dev a rtt 102 rttvar 103 rto_min 108", NULL },
	{ ROUTE, "192.0.2.0/24 dev a rttvar 10MS", "192.0.2.0/24 dev a rttvar 40", NULL },
	{ ROUTE, "192.0.2.0/24 dev a rto_min 10ms", "192.0.2.0/24 dev a rto_min 200", "rto_min: `10ms` is less than 200 ms; 200 ms is taken" },
	{ ROUTE, "192.0.2.0/24 dev a rtt 500s", "192.0.2.0/24 dev a rtt 960000", "rtt: `500s` is more than 120000 ms" },
	{ ROUTE, "192.0.2.0/24 dev a rtt 1e3", NULL, "rtt: `1e3` is not a time" },
	{ ROUTE, "192.0.2.0/24 dev a rtt 99999999999s", "192.0.2.0/24 dev a rtt 960000", "is more than 120000 ms" },
	{ ROUTE, "192.0.2.0/24 dev a reordering 3 cwnd 4 ssthresh lock 5", "192.0.2.0/24 dev a reordering 3 cwnd 4 ssthresh lock 5", NULL },
	{ ROUTE, "192.0.2.0/24 dev a congctl lock cubic", "192.0.2.0/24 dev a congctl lock cubic", NULL },
	{ ROUTE, "192.0.2.0/24 dev a congctl 1234567890123456", NULL, "congctl: `1234567890123456` is not a name" },
	{ ROUTE, "192.0.2.0/24 dev a hoplimit 255 window 1 initcwnd 2 initrwnd 3",
	  "192.0.2.0/24 dev a hoplimit 255 window 1 initcwnd 2 initrwnd 3", NULL },
	{ ROUTE, "192.0.2.0/24 dev a hoplimit 256", NULL, "hoplimit: `256` is not a number from 0 to 255" },
	{ ROUTE, "192.0.2.0/24 dev a window lock 5", NULL, "window: `lock` is not a number" },
	{ ROUTE, "192.0.2.0/24 dev a quickack 1 fastopen_no_cookie 0", "192.0.2.0/24 dev a quickack 1 fastopen_no_cookie 0", NULL },
	{ ROUTE, "192.0.2.0/24 dev a quickack 2", NULL, "quickack: `2` is not a number from 0 to 1" },
	{ ROUTE, "192.0.2.0/24 dev a features ecn", "192.0.2.0/24 dev a features ecn", NULL },
	{ ROUTE, "192.0.2.0/24 dev a features foo", NULL, "features: `foo` is not one of ecn" },
	{ ROUTE, "192.0.2.0/24 dev a realms 30/0x14", "192.0.2.0/24 dev a realms 30/20", NULL },
	{ ROUTE, "192.0.2.0/24 dev a realms lab/7", "192.0.2.0/24 dev a realms 5/7", NULL },
	{ ROUTE, "192.0.2.0/24 dev a realms 300/1", NULL, "realms: `300/1` is not [SOURCE/]DESTINATION" },
	{ ROUTE, "192.0.2.0/24 dev a realms /", NULL, "realms: `/` is not [SOURCE/]DESTINATION" },
	{ ROUTE, "192.0.2.0/24 dev a realms x/1", NULL, "realms: `x` is not known" },
	{ ROUTE, "2001:db8::/64 dev a realms 1", NULL, "realms: this is for IPv4 routes only" },
	{ ROUTE, "2001:db8::/64 dev a from 2001:db8:1::/48 pref low expires 60",
	  "2001:db8::/64 dev a from 2001:db8:1::/48 pref low expires 60", NULL },
	{ ROUTE, "192.0.2.0/24 dev a from 10.0.0.0/8", NULL, "from: this is for IPv6 routes only" },
	{ ROUTE, "192.0.2.0/24 dev a pref low", NULL, "pref: this is for IPv6 routes only" },
	{ ROUTE, "192.0.2.0/24 dev a expires 1", NULL, "expires: this is for IPv6 routes only" },
	{ ROUTE, "2001:db8::/64 dev a pref 4", NULL, "pref: `4` is not medium, high, low" },
	{ ROUTE, "192.0.2.0/24 dev a ttl-propagate enabled vrf blue", "192.0.2.0/24 dev a ttl-propagate enabled vrf blue", NULL },
	{ ROUTE, "192.0.2.0/24 dev a ttl-propagate on", NULL, "ttl-propagate: `on` is not one of" },
	{ ROUTE, "192.0.2.0/24 dev a append", "192.0.2.0/24 dev a append", NULL },
	{ ROUTE, "add 192.0.2.0/24 dev a", "192.0.2.0/24 dev a add", NULL },
	{ ROUTE, "192.0.2.0/24 dev a add append", NULL, "`append` and `add` cannot both stand here" },
	{ ROUTE, "192.0.2.0/24 as to 10.0.0.1 dev a", "192.0.2.0/24 dev a", "`as` is obsolete: it has no effect" },
	{ ROUTE, "192.0.2.0/24 dev a as 10.0.0.1", "192.0.2.0/24 dev a", "`as` is obsolete" },
	{ ROUTE, "192.0.2.0/24 dev a track_group g", "192.0.2.0/24 dev a track_group g", NULL },
	{ ROUTE, "192.0.2.0/24 via 10.0.0.1 track_group g", "192.0.2.0/24 via 10.0.0.1", "a route without dev cannot have a group" },
	{ ROUTE, "192.0.2.0/24 dev a track_group g no_track", "192.0.2.0/24 dev a no_track", "nothing follows from its loss" },
	{ VROUTE, "192.0.2.0/24 dev a track_group g", "192.0.2.0/24 dev a", "only routes of static_routes can have a group" },
	{ VROUTE, "no_track 192.0.2.0/24 dev a", "192.0.2.0/24 dev a no_track", NULL },
	/* twins */
	{ ROUTE, "192.0.2.0/24 dev a\n192.0.2.0/24 dev a", "192.0.2.0/24 dev a", "the same route stands in line 2; this one is dropped" },
	{ ROUTE, "192.0.2.0/24 dev a\n192.0.2.0/24 dev b", "192.0.2.0/24 dev a", NULL },
	{ ROUTE, "192.0.2.0/24 dev a\nadd 192.0.2.0/24 dev b", "192.0.2.0/24 dev a", "there is a route to the same network in line 2" },
	{ ROUTE, "192.0.2.0/24 dev a\n192.0.2.0/24 dev a metric 5", "192.0.2.0/24 dev a", NULL },
};

static const struct line rules[] = {
	{ RULE, "from 192.0.2.0/24 table 1 preference 5", "from 192.0.2.0/24 preference 5 table 1", NULL },
	{ RULE, "to 192.0.2.0/24 lookup 1 order 0x10", "to 192.0.2.0/24 preference 16 table 1", NULL },
	{ RULE, "to 192.0.2.0/24 lookup main priority 010", "to 192.0.2.0/24 preference 8 table main", NULL },
	{ RULE, "from 192.0.2.0/24 table 1", "from 192.0.2.0/24 preference 16384 table 1", "the rule has no preference; 16384 is taken" },
	{ RULE, "from fe80::/10 table 1\nto fe80::/10 table 1", "from fe80::/10 preference 16384 table 1", "the rule has no preference; 16383 is taken" },
	{ VRULE, "from 192.0.2.0/24 table 1", "from 192.0.2.0/24 preference 16384 table 1", "the rule has no preference; 16384 is taken" },
	{ RULE, "from all table 1 preference 5", "preference 5 table 1", NULL },
	{ RULE, "from default to any table 1 preference 5", "preference 5 table 1", NULL },
	{ RULE, "from 192.0.2.1/24 table 1 preference 5", "from 192.0.2.0/24 preference 5 table 1", "192.0.2.1/24 has bits behind its length, which do not count; 192.0.2.0/24 is taken" },
	{ RULE, "to 192.168.100./24 table 1", NULL, "to: `192.168.100./24` is not ADDRESS/LENGTH: a number is missing after a dot" },
	{ RULE, "from 192.0.2.0/24 to fe80::/10 table 1 preference 5", NULL, "`from` is IPv4, but `to` is IPv6" },
	{ RULE, "inet6 from 192.0.2.0/24 table 1 preference 5", NULL, "inet6: the addresses of the rule are IPv4" },
	{ RULE, "inet6 table 1 preference 5", "preference 5 table 1 inet6", NULL },
	{ RULE, "not from 192.0.2.0/24 table 1 preference 5", "from 192.0.2.0/24 not preference 5 table 1", NULL },
	{ RULE, "iif a oif b table 1 preference 5", "iif a oif b preference 5 table 1", NULL },
	{ RULE, "dev a table 1 preference 5", "iif a preference 5 table 1", NULL },
	{ RULE, "fwmark 24/0xff table 1 preference 5", "fwmark 0x18/0xff preference 5 table 1", NULL },
	{ RULE, "fwmark 4294967295 table 1 preference 5", "fwmark 0xffffffff preference 5 table 1", NULL },
	{ RULE, "fwmark 24/12 table 1 preference 5", "fwmark 0x8/0xc preference 5 table 1", "fwmark: `24/12` has bits outside its mask" },
	{ RULE, "fwmark 4294967296 table 1 preference 5", NULL, "fwmark: `4294967296` is not MARK or MARK/MASK" },
	{ RULE, "fwmark 1/ table 1 preference 5", NULL, "fwmark: `1/` is not MARK or MARK/MASK" },
	{ RULE, "tos 22 table 1 preference 5", "tos 22 preference 5 table 1", NULL },
	{ RULE, "realms 30/20 table 1 preference 5", "preference 5 table 1 realms 30/20", NULL },
	{ RULE, "from fe80::/10 realms 1 table 1 preference 5", NULL, "realms: this is for IPv4 rules only" },
	{ RULE, "suppress_prefixlength 0 table main preference 5", "preference 5 table main suppress_prefixlength 0", NULL },
	{ RULE, "sup_pl 32 table main preference 5", "preference 5 table main suppress_prefixlength 32", NULL },
	{ RULE, "sup_pl 33 table main preference 5", NULL, "a prefix of IPv4 is not longer than 32" },
	{ RULE, "inet6 sup_pl 33 table main preference 5", "preference 5 table main suppress_prefixlength 33 inet6", NULL },
	{ RULE, "sup_pl 129 table main preference 5", NULL, "suppress_prefixlength: `129` is not a number from 0 to 128" },
	{ RULE, "suppress_ifgroup 7 table main preference 5", "preference 5 table main suppress_ifgroup 7", NULL },
	{ RULE, "sup_group uplink table main preference 5", "preference 5 table main suppress_ifgroup 9", NULL },
	{ RULE, "sup_group nosuch table main preference 5", NULL, "suppress_ifgroup: `nosuch` is not known" },
	{ RULE, "from 192.0.2.0/24 goto 7 preference 5", "from 192.0.2.0/24 preference 5 goto 7", NULL },
	{ RULE, "from 192.0.2.0/24 goto 5 preference 5", NULL, "goto 5 does not lead forward: the preference of the rule is 5" },
	{ RULE, "from 192.0.2.0/24 goto 5", NULL, "`preference` is missing" },
	{ RULE, "nop preference 5", "preference 5 nop", NULL },
	{ RULE, "type blackhole preference 5", "preference 5 blackhole", NULL },
	{ RULE, "unreachable preference 5", "preference 5 unreachable", NULL },
	{ RULE, "type prohibit preference 5", "preference 5 prohibit", NULL },
	{ RULE, "type goto preference 5", NULL, "type: `goto` is not one of nop, blackhole" },
	{ RULE, "blackhole prohibit preference 5", NULL, "`prohibit` and `blackhole` cannot both stand here" },
	{ RULE, "type blackhole prohibit preference 5", NULL, "the rule has a second action" },
	{ RULE, "table 1 goto 7 preference 5", NULL, "the rule has a second action" },
	{ RULE, "table 1 l3mdev preference 5", NULL, "the rule has a second action" },
	{ RULE, "from 192.0.2.0/24 preference 5", NULL, "what is to be done?" },
	{ RULE, "table 0 preference 5", NULL, "table: `0` is not a number from 1 to 4294967295" },
	{ RULE, "table red preference 5", NULL, "table: `red` is not known" },
	{ RULE, "l3mdev preference 5", "preference 5 l3mdev", NULL },
	{ RULE, "tunnel-id 0x10 table 1 preference 5", "tunnel-id 16 preference 5 table 1", NULL },
	{ RULE, "uidrange 10000-19999 table 1 preference 5", "uidrange 10000-19999 preference 5 table 1", NULL },
	{ RULE, "uidrange 5-4 table 1 preference 5", NULL, "uidrange: `5-4` ends before it begins" },
	{ RULE, "ipproto tcp sport 10-20 dport 20 table 1 preference 5", "ipproto 6 sport 10-20 dport 20-20 preference 5 table 1", NULL },
	{ RULE, "ip_proto UDP table 1 preference 5", "ipproto 17 preference 5 table 1", NULL },
	{ RULE, "ipproto 256 table 1 preference 5", NULL, "ipproto: `256` is not a number from 0 to 255" },
	{ RULE, "ipproto nosuch table 1 preference 5", NULL, "ipproto: `nosuch` is not a number" },
	{ RULE, "sport 0-5 table 1 preference 5", NULL, "sport: `0-5` is not a range A-B" },
	{ RULE, "sport 1-65536 table 1 preference 5", NULL, "sport: `1-65536` is not a range A-B" },
	{ RULE, "dport - table 1 preference 5", NULL, "dport: `-` is not a range A-B" },
	{ RULE, "protocol 12 table 1 preference 5", "preference 5 table 1", "protocol keepd, which is taken" },
	{ RULE, "protocol 12 no_track table 1 preference 5", "preference 5 table 1 protocol 12 no_track", NULL },
	{ RULE, "protocol 300 table 1 preference 5", NULL, "protocol: `300` is not a number from 0 to 255" },
	{ RULE, "iif a track_group g table 1 preference 5", "iif a preference 5 table 1 track_group g", NULL },
	{ RULE, "oif a track_group g table 1 preference 5", "oif a preference 5 table 1", "a rule without iif cannot have a group" },
	{ VRULE, "iif a track_group g table 1 preference 5", "iif a preference 5 table 1", "only rules of static_rules can have a group" },
	{ RULE, "preference -1 table 1", NULL, "preference: `-1` is not a number from 0 to 4294967295" },
	{ RULE, "preference 5x table 1", NULL, "preference: `5x` is not a number" },
	{ RULE, "nonsense table 1", NULL, "unknown option `nonsense`" },
	{ RULE, "table 1 preference 5\ntable 1 preference 5", "preference 5 table 1", "the same rule stands in line 2; this one is dropped" },
};
/* clang-format on */

/* ---- names of this machine: a folder of our own ---- */

static char folder[] = "/tmp/test_vrrp_iproute.XXXXXX";
static const char *folders[] = { folder, "/nonexistent", NULL };

static void put_file(const char *name, const char *text)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void make_names(void)
{
	char path[100];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/rt_tables.d", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	put_file("rt_tables",
		"# some\n\n255\tlocal\n0x3e8 blue # of ours\n#5 red\nred\n99999999999 red\n");
	put_file("rt_tables.d/more.conf", "2000 green\n");
	put_file("rt_tables.d/README", "3000 red\n");
	put_file("rt_realms", "5 lab\n");
	put_file("group", "9\tuplink\n");
	iproute_folders = folders;
}

static void remove_names(void)
{
	static const char *const names[] = { "rt_tables.d/more.conf", "rt_tables.d/README",
		"rt_tables.d", "rt_tables", "rt_realms", "group", "" };
	char path[100];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		remove(path);
	}
}

/* ---- reading ---- */

static const struct conf_section *const vrrp_only[] = { &vrrp_section, NULL };

static struct conf *read_text(const char *text, bool is_canonical, char **report)
{
	const struct conf_params params = {
		.sections = vrrp_only, .is_canonical = is_canonical, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_text("test.conf", text, strlen(text), &params, r);
	size_t len;
	FILE *out = open_memstream(report, &len);

	conf_report_print(r, out);
	if (conf_report_warnings(r) == 0 && conf_report_errors(r) == conf_report_not_built(r))
		fputs("\nnothing to say\n", out);
	fclose(out);
	conf_report_free(r);
	return c;
}

/* ends the instance; what entries name as their track_group is there */
#define GROUP_TAIL "}\ntrack_group g {\ngroup {\nA\n}\n}\n"

static char *text_of(const struct line *l)
{
	char *text;
	bool is_inside = lists[l->list].is_inside;
	const char *vip = l->list == VIP ? "" : "virtual_ipaddress {\n192.0.2.99\n}\n";

	ck_assert_int_gt(
		asprintf(&text, "%s%s {\n%s\n}\n%s%s%s", is_inside ? "vrrp_instance A { " : "",
			lists[l->list].name, l->line, is_inside ? "" : "vrrp_instance A {\n",
			"interface eth0\nvirtual_router_id 1\npriority 100\n", vip),
		0);
	text = realloc(text, strlen(text) + sizeof(GROUP_TAIL));
	return strcat(text, GROUP_TAIL);
}

/* The first line of the list in canonical text. */
static char *first_line(const char *canonical, enum list list)
{
	char head[60];
	const char *at;

	snprintf(head, sizeof(head), "%s {\n", lists[list].name);
	at = strstr(canonical, head);
	ck_assert_msg(at != NULL, "no %s in: %s", head, canonical);
	at += strlen(head);
	at += strspn(at, "\t");
	return strndup(at, strcspn(at, "\n"));
}

/* Texts differ in blanks only? */
static bool is_alike(const char *a, const char *b)
{
	while (*a || *b) {
		if (!*b && a[strspn(a, " ")] == '\0')
			return true;
		if (*a != *b)
			return false;
		a += *a == ' ' ? strspn(a, " ") : *a != '\0';
		b += *b == ' ' ? strspn(b, " ") : *b != '\0';
	}
	return true;
}

static void there_and_back(const struct conf *c, const char *line)
{
	size_t len;
	char *text = conf_print_text(c, &vrrp_section, &len), *report, *again;
	struct conf *back = read_text(text, true, &report);

	ck_assert_msg(back != NULL, "%s: canonical text is refused:\n%s\n%s", line, report, text);
	ck_assert_msg(strstr(report, "nothing to say") != NULL, "%s: canonical text earns:\n%s\n%s",
		line, report, text);
	ck_assert_msg(conf_equal(conf_root(c, &vrrp_section), conf_root(back, &vrrp_section)),
		"%s: reading back gives another value:\n%s", line, text);
	again = conf_print_text(back, &vrrp_section, &len);
	ck_assert_msg(strcmp(text, again) == 0, "%s: no fixpoint:\n%s\n%s", line, text, again);
	free(again);
	free(report);
	free(text);
	conf_free(back);
}

static void try(const struct line *l)
{
	char *text = text_of(l), *report, *canonical, *line;
	struct conf *c = read_text(text, false, &report);
	size_t len;

	ck_assert_msg(strstr(report, l->says ? l->says : "nothing to say") != NULL,
		"%s: `%s` is not said, but:\n%s", l->line, l->says ? l->says : "nothing", report);
	ck_assert_msg((c == NULL) == (l->canonical == NULL), "%s: %s", l->line, report);
	if (c) {
		canonical = conf_print_text(c, &vrrp_section, &len);
		line = first_line(canonical, l->list);
		ck_assert_msg(is_alike(line, l->canonical), "%s: printed as\n%s\nnot as\n%s",
			l->line, line, l->canonical);
		there_and_back(c, l->line);
		free(line);
		free(canonical);
	}
	conf_free(c);
	free(report);
	free(text);
}

START_TEST(addresses_are_read_as_in_the_table)
{
	try(&addresses[_i]);
}
END_TEST

START_TEST(routes_are_read_as_in_the_table)
{
	try(&routes[_i]);
}
END_TEST

START_TEST(rules_are_read_as_in_the_table)
{
	try(&rules[_i]);
}
END_TEST

/* ---- what the values are ---- */

static const void *first_of(struct conf **c, enum list list, const char *line)
{
	const struct line l = { list, line, "", NULL };
	char *text = text_of(&l), *report;
	const struct vrrp_conf *v;

	*c = read_text(text, false, &report);
	ck_assert_msg(*c != NULL, "%s", report);
	v = (const struct vrrp_conf *)conf_root(*c, &vrrp_section);
	free(text);
	free(report);
	if (list == STATIC)
		return v->static_addresses.items[0];
	return list == ROUTE ? v->static_routes.items[0] : v->static_rules.items[0];
}

START_TEST(values_are_as_the_kernel_has_them)
{
	struct conf *c;
	const struct vrrp_vip_conf *a;
	const struct vrrp_route_conf *route;
	const struct vrrp_rule_conf *rule;
	char text[ADDR_TEXT_BYTES];

	a = first_of(&c, STATIC, "192.0.2.77/20 dev x brd +");
	ck_assert_str_eq(addr_format(&a->broadcast.addr, text), "192.0.15.255");
	ck_assert_uint_eq(a->preferred_lft, VRRP_FOREVER);
	conf_free(c);
	a = first_of(&c, STATIC, "192.0.2.77/20 dev x brd -");
	ck_assert_str_eq(addr_format(&a->broadcast.addr, text), "192.0.0.0");
	conf_free(c);
	a = first_of(&c, STATIC, "2001:db8::1 dev x -nodad");
	ck_assert_uint_eq(a->preferred_lft, 0);
	ck_assert(a->dad);
	conf_free(c);
	route = first_of(&c, ROUTE, "2001:db8::/32 dev x pref high encap mpls 17/18");
	ck_assert_uint_eq(route->pref, 1);
	ck_assert_uint_eq(route->encap->target.label_count, 2);
	ck_assert_uint_eq(route->encap->target.labels[1], 18);
	conf_free(c);
	route = first_of(&c, ROUTE, "default via 192.0.2.1 realms 3/4 rtt 2s append mtu lock 5");
	ck_assert_uint_eq(route->dest.addr.family, AF_INET);
	ck_assert_uint_eq(route->dest.len, 0);
	ck_assert_uint_eq(route->realms, 3 << 16 | 4);
	ck_assert_uint_eq(route->rtt.value, 16000);
	ck_assert_uint_eq(route->insert, VRRP_ROUTE_APPEND);
	ck_assert_uint_eq(route->table, 254);
	ck_assert_uint_eq(route->protocol, 112);
	ck_assert(route->mtu.is_locked && route->mtu.value == 5);
	conf_free(c);
	rule = first_of(&c, RULE, "type prohibit preference 7 to 2001:db8::/32");
	ck_assert_uint_eq(rule->action, VRRP_RULE_PROHIBIT);
	ck_assert_uint_eq(rule->family, AF_INET6);
	conf_free(c);
	rule = first_of(&c, RULE, "goto 9 preference 7 fwmark 5");
	ck_assert_uint_eq(rule->action, VRRP_RULE_GOTO);
	ck_assert_uint_eq(rule->family, AF_INET);
	ck_assert_uint_eq(rule->fwmark.mask, UINT32_MAX);
	conf_free(c);
}
END_TEST

START_TEST(canonical_text_needs_no_files)
{
	char *report;
	struct conf *c =
		read_text("static_routes {\n192.0.2.0/24 dev a table blue\n}\n", true, &report);

	ck_assert_ptr_null(c);
	ck_assert_ptr_nonnull(strstr(report, "table: `blue` is not known"));
	free(report);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp_iproute");
	TCase *t = tcase_create("lines");

	tcase_add_unchecked_fixture(t, make_names, remove_names);
	tcase_add_loop_test(t, addresses_are_read_as_in_the_table, 0, COUNT(addresses));
	tcase_add_loop_test(t, routes_are_read_as_in_the_table, 0, COUNT(routes));
	tcase_add_loop_test(t, rules_are_read_as_in_the_table, 0, COUNT(rules));
	tcase_add_test(t, values_are_as_the_kernel_has_them);
	tcase_add_test(t, canonical_text_needs_no_files);
	suite_add_tcase(s, t);
	return s;
}
