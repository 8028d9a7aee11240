/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The slots of the state page and their owners. Called by the engine and by routers.
 */
#include "vrrp/slots.h"

#include <stdlib.h>
#include <string.h>

#include "core/exit.h"

static void *allocate(size_t bytes)
{
	void *p = calloc(VRRP_SLOTS, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for the state page");
	return p;
}

void vrrp_slots_page(struct vrrp_slots *s, struct page *page)
{
	struct vrrp_slot slot;

	vrrp_slots_free(s);
	s->page = page;
	s->is_taken = allocate(sizeof(*s->is_taken));
	s->left = allocate(sizeof(*s->left));
	while (s->count < VRRP_SLOTS && page_read(page, s->count, &slot)) {
		s->is_taken[s->count] = slot.vrid != 0;
		s->left[s->count++] = slot;
	}
	s->left_count = s->count;
}

void vrrp_slots_free(struct vrrp_slots *s)
{
	free(s->is_taken);
	free(s->left);
	*s = (struct vrrp_slots){ 0 };
}

static uint32_t free_slot(struct vrrp_slots *s)
{
	uint32_t i = 0;

	if (!s->page)
		return VRRP_NO_SLOT;
	while (i < s->count && s->is_taken[i])
		i++;
	if (i == VRRP_SLOTS)
		return VRRP_NO_SLOT;
	if (i == s->count)
		s->count++;
	s->is_taken[i] = true;
	return i;
}

uint32_t vrrp_slots_claim(
	struct vrrp_slots *s, const struct vrrp_identity *id, struct vrrp_slot *left)
{
	for (uint32_t i = 0; i < s->left_count; i++)
		if (vrrp_adopt_is_same(&s->left[i], id)) {
			*left = s->left[i];
			s->left[i].vrid = 0;
			return i;
		}
	return free_slot(s);
}

void vrrp_slots_write(struct vrrp_slots *s, uint32_t index, const struct vrrp_slot *value)
{
	if (s->page && index < VRRP_SLOTS)
		page_write(s->page, index, value);
}

void vrrp_slots_release(struct vrrp_slots *s, uint32_t index)
{
	const struct vrrp_slot nothing = { 0 };

	if (index >= s->count)
		return;
	vrrp_slots_write(s, index, &nothing);
	s->is_taken[index] = false;
}

bool vrrp_slots_knew_interface(const struct vrrp_slots *s, const char *name)
{
	for (uint32_t i = 0; i < s->left_count; i++)
		if (s->left[i].vrid && !strncmp(s->left[i].ifname, name, sizeof(s->left[i].ifname)))
			return true;
	return false;
}

bool vrrp_slots_forget(struct vrrp_slots *s)
{
	bool was_active = false;

	for (uint32_t i = 0; i < s->left_count; i++) {
		was_active |= s->left[i].state == VRRP_ACTIVE;
		if (s->left[i].vrid)
			vrrp_slots_release(s, i);
	}
	free(s->left);
	s->left = NULL;
	s->left_count = 0;
	return was_active;
}
