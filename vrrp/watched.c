/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other processes see for this one: see watched.h. Called by main.c (page, channel), by the
 * channel, and by the sources that live from it.
 */
#include "vrrp/watched.h"

#include <unistd.h>

#include "core/doorbell.h"
#include "core/log.h"
#include "vrrp/engine.h"

#define MESSAGES_AT_ONCE 64

/* Which source a slot is for. */
static const enum track_kind kinds[WATCH_KIND_COUNT] = {
	[WATCH_FREE] = TRACK_KIND_COUNT,
	[WATCH_FILE] = TRACK_FILE,
	[WATCH_PROCESS] = TRACK_PROCESS,
};

void vrrp_watched_init(struct vrrp_watched *w)
{
	*w = (struct vrrp_watched){ .channel = { .fd = -1 } };
}

void vrrp_watched_close(struct vrrp_watched *w)
{
	io_close(&w->io);
	channel_close(&w->channel);
	page_close(&w->page);
	vrrp_watched_init(w);
}

/* ---- what is seen ---- */

static bool read_slot(const struct vrrp_watched *w, uint32_t i, struct watch_slot *slot)
{
	return w->page.map && page_read(&w->page, i, slot);
}

bool vrrp_watched_find(
	const struct vrrp_watched *w, enum watch_kind kind, uint64_t id, struct watch_slot *slot)
{
	for (uint32_t i = 0; i < WATCH_SLOTS && read_slot(w, i, slot); i++)
		if (slot->kind == (uint32_t)kind && slot->id == id)
			return slot->is_known;
	return false;
}

static void see(struct vrrp_engine *engine, const struct watch_slot *slot)
{
	if (slot->kind >= WATCH_KIND_COUNT || !slot->is_known)
		return;
	vrrp_source_seen(engine, kinds[slot->kind], slot->id, slot->number);
}

static void look(struct vrrp_engine *engine, uint32_t which)
{
	struct watch_slot slot;

	vrrp_sources_hold(engine);
	if (which != DOORBELL_ALL && which < WATCH_SLOTS &&
		read_slot(&engine->watched, which, &slot))
		see(engine, &slot);
	for (uint32_t i = 0; which == DOORBELL_ALL && i < WATCH_SLOTS; i++) {
		if (!read_slot(&engine->watched, i, &slot))
			break;
		see(engine, &slot);
	}
	vrrp_sources_release(engine);
}

/* ---- page and channel ---- */

static void gone(struct vrrp_watched *w)
{
	io_close(&w->io);
	channel_close(&w->channel);
	w->channel.fd = -1;
}

static void on_ready(void *arg, unsigned events)
{
	struct vrrp_engine *engine = arg;
	struct vrrp_watched *w = &engine->watched;
	enum msg_status status;
	struct err e;
	struct msg m;

	(void)events;
	for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
		status = msg_receive(&w->channel, &m, &e);
		if (status == MSG_NONE)
			return;
		if (status == MSG_CLOSED) {
			gone(w);
			return;
		}
		if (status == MSG_INVALID)
			log_error("%s: %s", role_name(w->channel.peer), e.text);
		else if (m.number == MSG_SLOT)
			look(engine, m.slot.slot);
	}
}

int vrrp_watched_page(struct vrrp_engine *engine, int fd, struct err *e)
{
	struct page *page = &engine->watched.page;
	int status = 0;

	if (!page->map)
		status = page_open(page, fd, sizeof(struct watch_slot), WATCH_SLOTS, false, e);
	close(fd);
	return status;
}

int vrrp_watched_peer(struct vrrp_engine *engine, enum role peer, int fd, struct err *e)
{
	struct vrrp_watched *w = &engine->watched;

	gone(w);
	w->channel = (struct channel){ .fd = fd, .self = ROLE_VRRP, .peer = peer };
	if (io_open(&w->io, engine->ctx->loop, fd, IO_READ, on_ready, engine, e) < 0) {
		gone(w);
		return -1;
	}
	return 0;
}
