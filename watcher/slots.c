/* SPDX-License-Identifier: Apache-2.0 */
/* The watcher's page: see slots.h. Called by main.c, and by files.c for each thing it has seen. */
#include "watcher/slots.h"

#include <string.h>

int watch_slots_open(struct watch_slots *s, int fd, struct err *e)
{
	if (page_open(&s->page, fd, sizeof(struct watch_slot), WATCH_SLOTS, true, e) < 0)
		return -1;
	while (s->count < WATCH_SLOTS && page_read(&s->page, s->count, &s->values[s->count]))
		s->count++;
	return 0;
}

void watch_slots_close(struct watch_slots *s)
{
	doorbell_close(&s->vrrp);
	page_close(&s->page);
}

static void write_slot(struct watch_slots *s, uint32_t slot)
{
	if (s->page.map)
		page_write(&s->page, slot, &s->values[slot]);
}

static const struct watch_slot *find(
	const struct watch_slot *values, uint32_t count, const struct watch_slot *thing)
{
	for (uint32_t i = 0; i < count; i++)
		if (values[i].id == thing->id && values[i].kind == thing->kind)
			return &values[i];
	return NULL;
}

void watch_slots_take(struct watch_slots *s, const struct watch_slot *things, uint32_t count)
{
	struct watch_slot old[WATCH_SLOTS];
	uint32_t was = s->count;

	memcpy(old, s->values, sizeof(old));
	memset(s->values, 0, sizeof(s->values));
	for (uint32_t i = 0; i < count; i++) {
		const struct watch_slot *known = find(old, was, &things[i]);

		s->values[i] = known ? *known : things[i];
	}
	if (s->count < count)
		s->count = count;
	for (uint32_t i = 0; i < s->count; i++)
		write_slot(s, i);
	doorbell_ring(&s->vrrp, DOORBELL_ALL);
}

void watch_slots_set(struct watch_slots *s, uint32_t slot, int64_t number)
{
	struct watch_slot *value = &s->values[slot];

	if (value->is_known && value->number == number)
		return;
	value->is_known = true;
	value->number = number;
	write_slot(s, slot);
	doorbell_ring(&s->vrrp, slot);
}
