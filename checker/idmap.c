/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing with linear probing; identities are hashes already. See idmap.h.
 */
#include <stdlib.h>

#include "checker/idmap.h"
#include "core/err.h"
#include "core/exit.h"

void idmap_fini(struct idmap *m)
{
	free(m->ids);
	free(m->values);
	*m = (struct idmap){ 0 };
}

/* Where the identity stands, or the free place where it would. */
static size_t place(const struct idmap *m, uint64_t id)
{
	size_t i = id & (m->room - 1);

	while (m->ids[i] && m->ids[i] != id)
		i = (i + 1) & (m->room - 1);
	return i;
}

static void grow(struct idmap *m)
{
	struct idmap old = *m;

	m->room = old.room ? old.room * 2 : 64;
	m->ids = calloc(m->room, sizeof(*m->ids));
	m->values = calloc(m->room, sizeof(*m->values));
	if (!m->ids || !m->values)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < old.room; i++) {
		size_t at;

		if (!old.ids[i])
			continue;
		at = place(m, old.ids[i]);
		m->ids[at] = old.ids[i];
		m->values[at] = old.values[i];
	}
	free(old.ids);
	free(old.values);
}

void idmap_set(struct idmap *m, uint64_t id, uint32_t value)
{
	size_t at;

	if (2 * (m->count + 1) > m->room)
		grow(m);
	at = place(m, id);
	m->count += !m->ids[at];
	m->ids[at] = id;
	m->values[at] = value;
}

uint32_t idmap_get(const struct idmap *m, uint64_t id)
{
	size_t at;

	if (!m->room)
		return IDMAP_NONE;
	at = place(m, id);
	return m->ids[at] ? m->values[at] : IDMAP_NONE;
}

void idmap_remove(struct idmap *m, uint64_t id)
{
	size_t hole, i;

	if (!m->room || !m->ids[hole = place(m, id)])
		return;
	m->count--;
	/* Moves back what stands behind the hole and would not be found any more. */
	for (i = (hole + 1) & (m->room - 1); m->ids[i]; i = (i + 1) & (m->room - 1)) {
		size_t home = m->ids[i] & (m->room - 1);

		if (((i - home) & (m->room - 1)) < ((i - hole) & (m->room - 1)))
			continue;
		m->ids[hole] = m->ids[i];
		m->values[hole] = m->values[i];
		hole = i;
	}
	m->ids[hole] = 0;
}
