/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules inside one vrrp_instance about what its peers have to agree with: where adverts go and
 * come from, and how they are signed.
 */
#include <string.h>

#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_rows.h"

#define PASS_BYTES	 8
#define TTL_MAX		 255
#define KEY_BYTES_MIN	 32
#define KEY_BYTES_MAX	 64
#define WINDOW_MIN	 SECONDS(5)
#define WINDOW_MAX	 SECONDS(300)
#define IGNORE(row, ...) vrrp_row_ignore(r, obj, row, __VA_ARGS__)

/* ---- authentication ---- */

#define AUTH_AT(member) ((uint32_t)offsetof(struct vrrp_auth_conf, member))

/* Why there is none, although it is written; NULL: there is. */
static const char *auth_obstacle(const struct vrrp_instance_conf *i)
{
	const struct vrrp_auth_conf *a = i->authentication;

	if (i->auth_hmac)
		return "auth_hmac takes the place of authentication, which is ignored";
	if (i->version == 3)
		return "version 3 of the protocol has no authentication; it is ignored";
	if (i->strict_mode)
		return "strict_mode has no authentication; it is ignored";
	if (!conf_is_set(&a->obj, AUTH_AT(type)))
		return "authentication without auth_type is none; write auth_type PASS";
	if (!a->pass || !*a->pass)
		return "authentication without auth_pass is none; write auth_pass";
	return NULL;
}

static void auth_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	struct vrrp_auth_conf *a = i->authentication;
	const char *why;

	if (!a)
		return;
	why = auth_obstacle(i);
	if (why) {
		IGNORE(FIELD(authentication), "%s", why);
		return;
	}
	if (a->type == VRRP_AUTH_AH && i->state == VRRP_CONF_MASTER) {
		WARN(FIELD(state),
			"with auth_type AH an instance begins as BACKUP, which is taken");
		i->state = VRRP_CONF_BACKUP;
		conf_repaired(obj, FIELD(state));
	}
	if (strlen(a->pass) <= PASS_BYTES)
		return;
	conf_complain(r, CONF_WARNING, &a->obj, conf_row_at(a->obj.block, AUTH_AT(pass)),
		"the password has more than %d characters: the others are not used", PASS_BYTES);
	a->pass = arena_strndup(r->arena, a->pass, PASS_BYTES);
}

/* ---- auth_hmac ---- */

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789abcdefABCDEF") == len && len % 2 == 0;
}

static void key_check(const struct vrrp_hmac_key_conf *k, struct conf_rules *r)
{
	const char *text = k->value;
	size_t bytes;

	if (strncmp(text, "file:", strlen("file:")) == 0) {
		if (text[strlen("file:")] != '/')
			conf_complain(r, CONF_ERROR, &k->obj, &k->obj.block->args[1],
				"behind file: the whole path of a file must stand");
		return;
	}
	if (strncmp(text, "hex:", strlen("hex:")) == 0) {
		text += strlen("hex:");
		if (!is_hex(text, strlen(text))) {
			conf_complain(r, CONF_ERROR, &k->obj, &k->obj.block->args[1],
				"behind hex: an even number of hexadecimal digits must stand");
			return;
		}
		bytes = strlen(text) / 2;
	} else {
		bytes = strlen(text);
	}
	if (bytes < KEY_BYTES_MIN || bytes > KEY_BYTES_MAX)
		conf_complain(r, CONF_ERROR, &k->obj, &k->obj.block->args[1],
			"a key has %d to %d bytes, this one has %zu", KEY_BYTES_MIN, KEY_BYTES_MAX,
			bytes);
}

#define HMAC_AT(member) ((uint32_t)offsetof(struct vrrp_hmac_conf, member))

/*
 * keepalived switches the extension off if the active key is missing: the nodes then no longer hear
 * one another, and all of them are active. We refuse.
 */
static void keys_check(struct vrrp_hmac_conf *h, struct conf_rules *r)
{
	const struct vrrp_hmac_key_conf *known[UINT8_MAX + 1] = { NULL };

	for (size_t n = 0; n < h->keys.count; n++) {
		const struct vrrp_hmac_key_conf *k = h->keys.items[n];

		key_check(k, r);
		if (known[k->id])
			conf_complain(r, CONF_ERROR, &k->obj, k->obj.block->args,
				"there is a key %u already, in line %u", k->id,
				known[k->id]->obj.pos.line);
		known[k->id] = k;
	}
	if (!known[h->active_key])
		conf_complain(r, CONF_ERROR, &h->obj,
			conf_row_at(h->obj.block, HMAC_AT(active_key)),
			"there is no key %u; write `key %u VALUE`", h->active_key, h->active_key);
}

static void hmac_check(struct vrrp_instance_conf *i, struct conf_rules *r)
{
	struct vrrp_hmac_conf *h = i->auth_hmac;
	int64_t window = 3 * i->advert_int.us;

	if (!h)
		return;
	keys_check(h, r);
	if (!conf_is_set(&h->obj, HMAC_AT(time_window)))
		h->time_window = span_us(window < WINDOW_MIN   ? WINDOW_MIN
					 : window > WINDOW_MAX ? WINDOW_MAX
							       : window);
	if (!i->strict_mode || h->mode == VRRP_HMAC_ENFORCE)
		return;
	h->mode = VRRP_HMAC_ENFORCE;
	conf_repaired(&h->obj, HMAC_AT(mode));
	conf_complain(r, CONF_WARNING, &h->obj, conf_row_at(h->obj.block, HMAC_AT(mode)),
		"strict_mode has mode enforce only; it is taken");
}

/* ---- where adverts come from and go to ---- */

static void family_check(struct conf_obj *obj, struct conf_rules *r, const struct addr *a,
	uint32_t offset, const char *what, uint16_t family)
{
	if (addr_is_set(a) && a->family != family)
		ERROR(offset, "%s must be an %s address", what,
			family == AF_INET ? "IPv4" : "IPv6");
}

static void sources_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	uint16_t family = i->family;
	const char *source = "the source of adverts";

	family_check(obj, r, &i->mcast_src_ip, FIELD(mcast_src_ip), source, family);
	family_check(obj, r, &i->unicast_src_ip, FIELD(unicast_src_ip), source, family);
	family_check(obj, r, &i->mcast_dst_ip, FIELD(mcast_dst_ip), "the group", family);
	if (!r->is_canonical && addr_is_set(&i->mcast_src_ip) && addr_is_set(&i->unicast_src_ip) &&
		!addr_equal(&i->mcast_src_ip, &i->unicast_src_ip))
		WARN(FIELD(mcast_src_ip),
			"mcast_src_ip and unicast_src_ip differ: unicast_src_ip is taken");
	if (i->track_src_ip && !addr_is_set(&i->mcast_src_ip) && !addr_is_set(&i->unicast_src_ip))
		IGNORE(FIELD(track_src_ip),
			"track_src_ip needs mcast_src_ip or unicast_src_ip; it is ignored");
}

static void multicast_check(
	struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	const struct addr *group = &i->mcast_dst_ip;

	if (!addr_is_set(group))
		return;
	if (!addr_is_multicast(group))
		ERROR(FIELD(mcast_dst_ip), "this is no multicast address");
	else if (group->family == AF_INET6 && (group->bytes[1] & 0xf) != 2)
		ERROR(FIELD(mcast_dst_ip), "this is no link-local group (ff_2:)");
	else if (i->peers.count)
		IGNORE(FIELD(mcast_dst_ip),
			"with unicast_peer nothing goes to a group; mcast_dst_ip is ignored");
}

/* ---- unicast ---- */

static void same_peer(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct vrrp_rule_list *t = arg;
	struct vrrp_peer_conf *p = t->list->items[later];
	char text[ADDR_TEXT_BYTES];

	conf_complain(t->r, CONF_WARNING, &p->obj, p->obj.block->args,
		"%s stands there twice: this one is dropped, the other is in line %u",
		addr_format(&p->address, text), earlier->pos.line);
	conf_drop(&p->obj);
}

static void peer_check(
	const struct vrrp_peer_conf *p, const struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (p->address.family != i->family)
		conf_complain(r, CONF_ERROR, &p->obj, p->obj.block->args,
			"a peer must be of the address family of the instance, %s",
			i->family == AF_INET ? "IPv4" : "IPv6");
	if (addr_equal(&p->address, &i->unicast_src_ip))
		conf_complain(r, CONF_ERROR, &p->obj, p->obj.block->args,
			"this is unicast_src_ip: a node is no peer of itself");
	if (p->min_ttl > p->max_ttl)
		conf_complain(r, CONF_ERROR, &p->obj,
			conf_row_at(p->obj.block, offsetof(struct vrrp_peer_conf, min_ttl)),
			"min_ttl is more than max_ttl, %u: no advert would be accepted",
			p->max_ttl);
}

/* keepalived falls back to multicast, and so do we. */
static void without_peers(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (conf_is_set(obj, FIELD(unicast_ttl)) && i->unicast_ttl != TTL_MAX)
		IGNORE(FIELD(unicast_ttl), "unicast_ttl needs unicast_peer; it is ignored");
	i->unicast_ttl = TTL_MAX;
	if (i->unicast_fault_no_peer || r->is_canonical)
		return;
	if (addr_is_set(&i->unicast_src_ip))
		WARN(FIELD(unicast_src_ip),
			"without unicast_peer adverts go to the multicast group; write "
			"mcast_src_ip if that is meant");
	else if (conf_is_set(obj, FIELD(peers)))
		WARN(FIELD(peers), "there is no peer: adverts go to the multicast group");
	if (conf_is_set(obj, FIELD(check_unicast_src)) && i->check_unicast_src)
		WARN(FIELD(check_unicast_src), "check_unicast_src needs unicast_peer");
}

/* Adverts of IPv6 leave from the link-local address, which reaches nobody beyond the link. */
static void source_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	bool is_written = addr_is_set(&i->unicast_src_ip) || addr_is_set(&i->mcast_src_ip);

	for (size_t n = 0; n < i->peers.count && !is_written; n++) {
		const struct vrrp_peer_conf *p = i->peers.items[n];

		if (p->address.family != AF_INET6 || IN6_IS_ADDR_LINKLOCAL(&p->address.v6))
			continue;
		ERROR(FIELD(peers),
			"with IPv6 adverts to a peer that is not link-local need unicast_src_ip");
		return;
	}
}

static void unicast_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	struct vrrp_rule_list peers = { &i->peers, r };

	conf_twins(&i->peers, r->arena, same_peer, &peers);
	conf_list_purge(&i->peers);
	for (size_t n = 0; n < i->peers.count; n++)
		peer_check(i->peers.items[n], i, r);
	if (!i->peers.count) {
		without_peers(obj, i, r);
		return;
	}
	source_check(obj, i, r);
	if (conf_is_set(obj, FIELD(use_vmac)))
		i->vmac_xmit_base = true; /* a peer answers to the address it knows */
	if (i->strict_mode && !r->is_canonical)
		WARN(FIELD(peers), "strict_mode allows unicast_peer only on an interface without "
				   "multicast; with it the start fails");
}

void vrrp_peers_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	auth_check(obj, i, r);
	hmac_check(i, r);
	sources_check(obj, i, r);
	unicast_check(obj, i, r);
	multicast_check(obj, i, r);
}
