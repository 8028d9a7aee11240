/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables and key sets as growing arrays that are sorted once and then searched; see table.h.
 * Services may come in any order: sorting moves them, their destinations stay where they are but
 * for the order within one service.
 */
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/exit.h"
#include "ipvs/table.h"

/* Makes room for one more item; returns the array. */
static void *grow(void *items, size_t count, size_t *room, size_t item_bytes)
{
	void *more;

	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 16;
	more = reallocarray(items, *room, item_bytes);
	if (!more)
		fatal(EXIT_INTERNAL, "out of memory for %zu entries of an IPVS table", *room);
	return more;
}

void ipvs_table_fini(struct ipvs_table *t)
{
	free(t->services);
	free(t->dests);
	*t = (struct ipvs_table){ 0 };
}

void ipvs_table_clear(struct ipvs_table *t)
{
	t->service_count = t->dest_count = 0;
}

void ipvs_table_add_service(struct ipvs_table *t, const struct ipvs_service *s)
{
	t->services = grow(t->services, t->service_count, &t->service_room, sizeof(*t->services));
	t->services[t->service_count++] =
		(struct ipvs_table_service){ .service = *s, .first = t->dest_count };
}

void ipvs_table_add_dest(struct ipvs_table *t, const struct ipvs_dest *d)
{
	t->dests = grow(t->dests, t->dest_count, &t->dest_room, sizeof(*t->dests));
	t->dests[t->dest_count++] = *d;
	t->services[t->service_count - 1].count++;
}

static int cmp_services(const void *a, const void *b)
{
	const struct ipvs_table_service *sa = a, *sb = b;
	int order = ipvs_service_key_cmp(&sa->service.key, &sb->service.key);

	/* What was added first stays first: destinations were appended in that order. */
	return order ? order : (sa->first > sb->first) - (sa->first < sb->first);
}

static int cmp_dests(const void *a, const void *b)
{
	const struct ipvs_dest *da = a, *db = b;

	return endpoint_cmp(&da->endpoint, &db->endpoint);
}

/*
 * glibc's qsort is stable as long as it finds memory for a merge; nothing depends on it but which
 * of two equal destinations stays.
 */
static void sort_dests(struct ipvs_dest *dests, size_t *count)
{
	size_t kept = 0;

	qsort(dests, *count, sizeof(*dests), cmp_dests);
	for (size_t i = 0; i < *count; i++)
		if (!kept || cmp_dests(&dests[kept - 1], &dests[i]))
			dests[kept++] = dests[i];
	*count = kept;
}

void ipvs_table_sort(struct ipvs_table *t)
{
	size_t kept = 0;

	if (t->service_count)
		qsort(t->services, t->service_count, sizeof(*t->services), cmp_services);
	for (size_t i = 0; i < t->service_count; i++) {
		struct ipvs_table_service *s = &t->services[i];

		if (kept &&
			!ipvs_service_key_cmp(&t->services[kept - 1].service.key, &s->service.key))
			continue;
		if (s->count)
			sort_dests(t->dests + s->first, &s->count);
		t->services[kept++] = *s;
	}
	t->service_count = kept;
}

static int cmp_key_to_service(const void *key, const void *service)
{
	const struct ipvs_table_service *s = service;

	return ipvs_service_key_cmp(key, &s->service.key);
}

const struct ipvs_table_service *ipvs_table_find(
	const struct ipvs_table *t, const struct ipvs_service_key *key)
{
	if (!t->service_count)
		return NULL;
	return bsearch(
		key, t->services, t->service_count, sizeof(*t->services), cmp_key_to_service);
}

static int cmp_endpoint_to_dest(const void *endpoint, const void *dest)
{
	const struct ipvs_dest *d = dest;

	return endpoint_cmp(endpoint, &d->endpoint);
}

const struct ipvs_dest *ipvs_table_find_dest(const struct ipvs_table *t,
	const struct ipvs_table_service *s, const struct endpoint *endpoint)
{
	if (!s->count)
		return NULL;
	return bsearch(
		endpoint, t->dests + s->first, s->count, sizeof(*t->dests), cmp_endpoint_to_dest);
}

void ipvs_keys_fini(struct ipvs_keys *k)
{
	free(k->items);
	*k = (struct ipvs_keys){ 0 };
}

void ipvs_keys_clear(struct ipvs_keys *k)
{
	k->count = 0;
}

void ipvs_keys_add(struct ipvs_keys *k, const struct ipvs_service_key *key)
{
	k->items = grow(k->items, k->count, &k->room, sizeof(*k->items));
	k->items[k->count++] = *key;
}

static int cmp_keys(const void *a, const void *b)
{
	return ipvs_service_key_cmp(a, b);
}

void ipvs_keys_sort(struct ipvs_keys *k)
{
	size_t kept = 0;

	if (k->count)
		qsort(k->items, k->count, sizeof(*k->items), cmp_keys);
	for (size_t i = 0; i < k->count; i++)
		if (!kept || cmp_keys(&k->items[kept - 1], &k->items[i]))
			k->items[kept++] = k->items[i];
	k->count = kept;
}

bool ipvs_keys_has(const struct ipvs_keys *k, const struct ipvs_service_key *key)
{
	return k->count && bsearch(key, k->items, k->count, sizeof(*k->items), cmp_keys);
}
