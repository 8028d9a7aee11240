/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_TABLE_H
#define KEEPD_IPVS_TABLE_H

/*
 * An IPVS table as a value: services in the order of their keys, each with its destinations in the
 * order of their endpoints. Desired and actual tables have the same form.
 */

#include <stddef.h>
#include "ipvs/ipvs.h"

struct ipvs_table_service {
	struct ipvs_service service;
	size_t first, count; /* its destinations in dests */
};

struct ipvs_table {
	struct ipvs_table_service *services;
	struct ipvs_dest *dests;
	size_t service_count, dest_count;
	size_t service_room, dest_room;
};

/* A zeroed struct is an empty table. */
void ipvs_table_fini(struct ipvs_table *t);
/* Empties it and keeps the memory. */
void ipvs_table_clear(struct ipvs_table *t);

/* Appends a service; the destinations added next belong to it. Out of memory is fatal. */
void ipvs_table_add_service(struct ipvs_table *t, const struct ipvs_service *s);
void ipvs_table_add_dest(struct ipvs_table *t, const struct ipvs_dest *d);

/*
 * Brings everything into order. Of two services or destinations with the same identity the one
 * added first stays.
 */
void ipvs_table_sort(struct ipvs_table *t);

/* In a sorted table; NULL if it is not there. */
const struct ipvs_table_service *ipvs_table_find(
	const struct ipvs_table *t, const struct ipvs_service_key *key);
const struct ipvs_dest *ipvs_table_find_dest(const struct ipvs_table *t,
	const struct ipvs_table_service *s, const struct endpoint *endpoint);

/* A sorted set of keys. A zeroed struct is the empty set. */
struct ipvs_keys {
	struct ipvs_service_key *items;
	size_t count, room;
};

void ipvs_keys_fini(struct ipvs_keys *k);
void ipvs_keys_clear(struct ipvs_keys *k);
/* Appends; the set must be sorted again before it is searched. */
void ipvs_keys_add(struct ipvs_keys *k, const struct ipvs_service_key *key);
void ipvs_keys_sort(struct ipvs_keys *k);
bool ipvs_keys_has(const struct ipvs_keys *k, const struct ipvs_service_key *key);

#endif
