/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots of state pages by identity; see slotmap.h.
 */
#include <stdlib.h>
#include <string.h>

#include "checker/slotmap.h"
#include "core/exit.h"

void slotmap_fini(struct slotmap *m)
{
	idmap_fini(&m->ids);
	free(m->owners);
	free(m->is_kept);
	*m = (struct slotmap){ 0 };
}

static void take(struct slotmap *m, uint32_t slot, uint64_t id)
{
	while (slot >= m->room) {
		uint32_t room = m->room ? 2 * m->room : 64;

		m->owners = reallocarray(m->owners, room, sizeof(*m->owners));
		m->is_kept = reallocarray(m->is_kept, room, sizeof(*m->is_kept));
		if (!m->owners || !m->is_kept)
			fatal(EXIT_INTERNAL, "out of memory");
		memset(m->owners + m->room, 0, (room - m->room) * sizeof(*m->owners));
		memset(m->is_kept + m->room, 0, (room - m->room) * sizeof(*m->is_kept));
		m->room = room;
	}
	if (slot >= m->used)
		m->used = slot + 1;
	m->owners[slot] = id;
	if (id)
		idmap_set(&m->ids, id, slot);
}

void slotmap_open(struct slotmap *m, struct page *page, uint32_t slots, void *value,
	uint64_t (*identity)(const void *value),
	void (*fn)(void *arg, uint32_t slot, const void *value), void *arg)
{
	slotmap_fini(m);
	m->page = page;
	m->slots = slots;
	for (uint32_t i = 0; i < slots && page_read(page, i, value); i++) {
		uint64_t id = identity(value);

		/* Twice the same: the writer died while it moved things. The first one stays. */
		if (id && idmap_get(&m->ids, id) != IDMAP_NONE)
			id = 0;
		take(m, i, id);
		if (id && fn)
			fn(arg, i, value);
	}
}

uint32_t slotmap_get(struct slotmap *m, uint64_t id)
{
	uint32_t slot = idmap_get(&m->ids, id);

	if (slot != IDMAP_NONE)
		return slot;
	while (m->next_free < m->used && m->owners[m->next_free])
		m->next_free++;
	if (m->next_free >= m->slots)
		return IDMAP_NONE;
	take(m, m->next_free, id);
	return m->next_free++;
}

bool slotmap_write(struct slotmap *m, uint64_t id, const void *value)
{
	uint32_t slot;

	if (!m->page)
		return true;
	slot = slotmap_get(m, id);
	if (slot == IDMAP_NONE)
		return false;
	m->is_kept[slot] = true;
	page_write(m->page, slot, value);
	return true;
}

void slotmap_begin(struct slotmap *m)
{
	if (m->room)
		memset(m->is_kept, 0, m->room * sizeof(*m->is_kept));
}

void slotmap_sweep(struct slotmap *m, const void *empty)
{
	if (!m->page)
		return;
	for (uint32_t i = 0; i < m->used; i++) {
		if (!m->owners[i] || m->is_kept[i])
			continue;
		idmap_remove(&m->ids, m->owners[i]);
		m->owners[i] = 0;
		page_write(m->page, i, empty);
	}
	m->next_free = 0;
}
