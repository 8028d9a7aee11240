/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of interfaces and addresses. No netlink here: see table_netlink.c for where it comes
 * from.
 */
#include "vrrp/table.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/exit.h"

#define TOUCHED_MAX 4096 /* with more, everything counts as touched */

static void *grow(void *items, size_t *room, size_t count, size_t bytes)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 32;
	items = reallocarray(items, *room, bytes);
	if (!items)
		fatal(EXIT_INTERNAL, "out of memory for the table of addresses");
	return items;
}

void link_table_fini(struct link_table *t)
{
	free(t->links);
	free(t->addrs);
	free(t->touched);
	*t = (struct link_table){ 0 };
}

void link_table_clear(struct link_table *t)
{
	t->link_count = t->addr_count = t->touched_count = 0;
	t->is_all_touched = true;
	t->changes++;
	t->names++;
}

void link_table_replace(struct link_table *t, struct link_table *fresh)
{
	for (size_t i = 0; i < fresh->link_count; i++)
		fresh->links[i].birth += t->births;
	fresh->births += t->births;
	fresh->changes += t->changes + 1;
	fresh->names += t->names + 1;
	fresh->is_all_touched = true;
	link_table_fini(t);
	*t = *fresh;
	*fresh = (struct link_table){ 0 };
}

static bool is_same_link(const struct link_info *a, const struct link_info *b)
{
	return !strcmp(a->name, b->name) && a->flags == b->flags && a->mtu == b->mtu &&
	       a->vrf_table == b->vrf_table && !memcmp(a->mac, b->mac, sizeof(a->mac));
}

bool link_table_equal(const struct link_table *a, const struct link_table *b)
{
	if (a->link_count != b->link_count || a->addr_count != b->addr_count)
		return false;
	for (size_t i = 0; i < a->link_count; i++) {
		const struct link_info *other = link_by_index(b, a->links[i].ifindex);

		if (!other || !is_same_link(&a->links[i], other))
			return false;
	}
	for (size_t i = 0; i < a->addr_count; i++)
		if (addr_key_cmp(&a->addrs[i].key, &b->addrs[i].key) ||
			a->addrs[i].is_secondary != b->addrs[i].is_secondary ||
			a->addrs[i].proto != b->addrs[i].proto)
			return false;
	return true;
}

int addr_key_cmp(const struct addr_key *a, const struct addr_key *b)
{
	int order;

	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	order = addr_cmp(&a->addr, &b->addr);
	return order ? order : (int)a->len - (int)b->len;
}

bool addr_key_is_same_subnet(const struct addr_key *a, const struct addr_key *b)
{
	unsigned whole = a->len / 8, rest = a->len % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return a->ifindex == b->ifindex && a->len == b->len && a->addr.family == b->addr.family &&
	       !memcmp(a->addr.bytes, b->addr.bytes, whole) &&
	       (!rest || !((a->addr.bytes[whole] ^ b->addr.bytes[whole]) & mask));
}

/* The first address that is not before key. */
static size_t lower_bound(const struct link_table *t, const struct addr_key *key)
{
	size_t lo = 0, hi = t->addr_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (addr_key_cmp(&t->addrs[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct link_info *find_link(const struct link_table *t, uint32_t ifindex)
{
	for (size_t i = 0; i < t->link_count; i++)
		if (t->links[i].ifindex == ifindex)
			return &t->links[i];
	return NULL;
}

const struct link_info *link_by_index(const struct link_table *t, uint32_t ifindex)
{
	return find_link(t, ifindex);
}

const struct link_info *link_by_name(const struct link_table *t, const char *name)
{
	for (size_t i = 0; i < t->link_count; i++)
		if (!strcmp(t->links[i].name, name))
			return &t->links[i];
	return NULL;
}

bool link_has_addr(const struct link_table *t, const struct addr *addr)
{
	for (size_t i = 0; i < t->addr_count; i++)
		if (addr_equal(&t->addrs[i].key.addr, addr))
			return true;
	return false;
}

const struct addr_info *link_find_addr(const struct link_table *t, const struct addr_key *key)
{
	size_t i = lower_bound(t, key);

	return i < t->addr_count && !addr_key_cmp(&t->addrs[i].key, key) ? &t->addrs[i] : NULL;
}

bool link_can_arp(const struct link_info *link)
{
	return link->hwtype == ARPHRD_ETHER && link->has_mac && !(link->flags & IFF_NOARP);
}

void link_table_put_link(struct link_table *t, const struct link_info *link)
{
	struct link_info *old = find_link(t, link->ifindex);

	t->changes++;
	t->is_all_touched = true;
	if (!old || strcmp(old->name, link->name) != 0)
		t->names++;
	if (old) {
		uint64_t birth = old->birth;

		*old = *link;
		old->birth = birth;
		return;
	}
	t->links = grow(t->links, &t->link_room, t->link_count, sizeof(*t->links));
	t->links[t->link_count] = *link;
	t->links[t->link_count++].birth = ++t->births;
}

void link_table_set_router6(struct link_table *t, uint32_t ifindex, bool is_router6)
{
	struct link_info *link = find_link(t, ifindex);

	if (link && link->is_router6 != is_router6) {
		link->is_router6 = is_router6;
		t->changes++;
	}
}

void link_table_drop_link(struct link_table *t, uint32_t ifindex)
{
	struct link_info *link = find_link(t, ifindex);
	size_t first, end = link_addrs(t, ifindex, &first);

	t->changes++;
	t->names++;
	t->is_all_touched = true;
	if (end > first)
		memmove(t->addrs + first, t->addrs + end,
			(t->addr_count - end) * sizeof(*t->addrs));
	t->addr_count -= end - first;
	if (link)
		*link = t->links[--t->link_count];
}

static void touch(struct link_table *t, const struct addr_key *key)
{
	t->changes++;
	if (t->is_all_touched)
		return;
	if (t->touched_count == TOUCHED_MAX) {
		t->is_all_touched = true;
		return;
	}
	t->touched = grow(t->touched, &t->touched_room, t->touched_count, sizeof(*t->touched));
	t->touched[t->touched_count++] = *key;
}

void link_table_put_addr(struct link_table *t, const struct addr_info *addr)
{
	size_t i = lower_bound(t, &addr->key);
	uint64_t order;

	touch(t, &addr->key);
	t->has_makers |= addr->proto != 0;
	if (i < t->addr_count && !addr_key_cmp(&t->addrs[i].key, &addr->key)) {
		order = t->addrs[i].order;
	} else {
		t->addrs = grow(t->addrs, &t->addr_room, t->addr_count, sizeof(*t->addrs));
		memmove(t->addrs + i + 1, t->addrs + i, (t->addr_count - i) * sizeof(*t->addrs));
		t->addr_count++;
		order = t->next_order++;
	}
	t->addrs[i] = *addr;
	t->addrs[i].order = order;
}

void link_table_drop_addr(struct link_table *t, const struct addr_key *key)
{
	size_t i = lower_bound(t, key);

	if (i == t->addr_count || addr_key_cmp(&t->addrs[i].key, key))
		return;
	touch(t, key);
	t->addr_count--;
	memmove(t->addrs + i, t->addrs + i + 1, (t->addr_count - i) * sizeof(*t->addrs));
}

size_t link_addrs(const struct link_table *t, uint32_t ifindex, size_t *first)
{
	const struct addr_key begin = { .ifindex = ifindex }, end = { .ifindex = ifindex + 1 };

	*first = lower_bound(t, &begin);
	return lower_bound(t, &end);
}

static bool is_better(const struct addr_info *a, const struct addr_info *b)
{
	if (!b || a->is_secondary != b->is_secondary)
		return !b || !a->is_secondary;
	return a->scope != b->scope ? a->scope < b->scope : a->order < b->order;
}

static bool is_source(const struct addr_info *a, uint16_t family)
{
	if (a->key.addr.family != family)
		return false;
	return family == AF_INET ||
	       (IN6_IS_ADDR_LINKLOCAL(&a->key.addr.v6) && !a->is_tentative && !a->is_duplicate);
}

struct addr link_source(const struct link_table *t, uint32_t ifindex, uint16_t family,
	bool (*is_vip)(const void *arg, const struct addr *addr), const void *arg)
{
	const struct addr_info *best = NULL;
	size_t i, end = link_addrs(t, ifindex, &i);

	for (; i < end; i++) {
		const struct addr_info *a = &t->addrs[i];

		if (is_source(a, family) && is_better(a, best) && !is_vip(arg, &a->key.addr))
			best = a;
	}
	return best ? best->key.addr : (struct addr){ 0 };
}
