/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_IDMAP_H
#define KEEPD_CHECKER_IDMAP_H

/* From a 64-bit identity to a small number: a hash table. A zeroed struct is the empty map. */

#include <stddef.h>
#include <stdint.h>

#define IDMAP_NONE UINT32_MAX

struct idmap {
	uint64_t *ids; /* 0 = free */
	uint32_t *values;
	size_t count, room; /* room is a power of two */
};

void idmap_fini(struct idmap *m);
/* Sets or replaces the number of an identity (not 0). */
void idmap_set(struct idmap *m, uint64_t id, uint32_t value);
/* IDMAP_NONE if it is not there. */
uint32_t idmap_get(const struct idmap *m, uint64_t id);
void idmap_remove(struct idmap *m, uint64_t id);

#endif
