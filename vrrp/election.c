/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others are told of elections: see election.h. Called by main.c (page, channel), routers and
 * the engine.
 */
#include "vrrp/election.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/sync.h"
#include "vrrp/router.h"

void vrrp_election_init(struct vrrp_engine *engine)
{
	doorbell_init(&engine->election.bell, engine->ctx->loop);
}

void vrrp_election_close(struct vrrp_engine *engine)
{
	doorbell_close(&engine->election.bell);
	page_close(&engine->election.page);
	page_close(&engine->election.listening);
}

int vrrp_election_page(struct vrrp_engine *engine, int fd, struct err *e)
{
	struct vrrp_election *el = &engine->election;
	struct election_slot slot;
	int status = 0;

	if (!el->page.map)
		status = page_open(&el->page, fd, sizeof(slot), ELECTION_SLOTS, true, e);
	close(fd);
	while (status == 0 && el->count < ELECTION_SLOTS && page_read(&el->page, el->count, &slot))
		el->count++;
	return status;
}

int vrrp_election_listening_page(struct vrrp_engine *engine, int fd, struct err *e)
{
	struct page *page = &engine->election.listening;
	int status = 0;

	if (!page->map)
		status = page_open(
			page, fd, sizeof(struct listening_slot), LISTENING_SLOTS, false, e);
	close(fd);
	return status;
}

mono_t vrrp_election_synced(const struct vrrp_router *r)
{
	const struct page *page = &r->engine->election.listening;
	struct listening_slot slot = { 0 };

	if (!r->conf->preempt_after_sync.us)
		return (mono_t){ 0 };
	if (page->map)
		page_read(page, 0, &slot);
	if (!slot.since_us)
		return MONO_NEVER;
	return mono_add((mono_t){ slot.since_us }, r->conf->preempt_after_sync);
}

void vrrp_election_peer(struct vrrp_engine *engine, int fd)
{
	doorbell_connect(&engine->election.bell, ROLE_VRRP, ROLE_CHECKER, fd);
}

/* Free slots in between are written, too: the reader stops at the first that never was. */
static void write_slot(struct vrrp_election *el, uint32_t index, const struct election_slot *slot)
{
	const struct election_slot nothing = { 0 };
	struct election_slot was;

	if (!el->page.map || index >= ELECTION_SLOTS)
		return;
	for (; el->count < index; el->count++)
		page_write(&el->page, el->count, &nothing);
	if (page_read(&el->page, index, &was) && !memcmp(&was, slot, sizeof(was)))
		return;
	page_write(&el->page, index, slot);
	if (el->count == index)
		el->count++;
	doorbell_ring(&el->bell, index);
}

void vrrp_election_tell(const struct vrrp_router *r)
{
	struct election_slot slot = { .vrid = r->conf->vrid,
		.is_active = r->fsm.state == VRRP_ACTIVE };

	snprintf(slot.instance, sizeof(slot.instance), "%s", r->conf->name);
	write_slot(&r->engine->election, r->slot_index, &slot);
}

static bool is_taken(const struct vrrp_engine *engine, uint32_t index)
{
	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		if (r->slot_index == index)
			return true;
	return false;
}

void vrrp_election_settle(struct vrrp_engine *engine)
{
	const struct election_slot nothing = { 0 };

	for (uint32_t i = 0; i < engine->election.count; i++)
		if (!is_taken(engine, i))
			write_slot(&engine->election, i, &nothing);
}
