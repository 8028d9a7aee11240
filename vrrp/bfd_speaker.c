/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What BFD sessions share: the sockets that receive, the slots of the state page. Called by the
 * engine and by bfd_source.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "vrrp/bfd.h"
#include "vrrp/engine.h"

enum {
	RETRY_MS = 1000,
	PUBLISH_DELAY_MS = 100,
};

struct vrrp_bfd *bfd_first(const struct vrrp_engine *engine)
{
	return (struct vrrp_bfd *)engine->sources.lists[TRACK_BFD];
}

struct vrrp_bfd *bfd_next(const struct vrrp_bfd *b)
{
	return (struct vrrp_bfd *)b->source.next;
}

/* ---- sockets ---- */

static bool is_wanted(const struct bfd_receiver *r)
{
	for (const struct vrrp_bfd *b = bfd_first(r->engine); b; b = bfd_next(b))
		if (b->source.conf && b->slot.neighbor.family == r->family &&
			bfd_port(b) == r->port)
			return true;
	return false;
}

static void close_receiver(struct bfd_receiver *r)
{
	io_close(&r->io);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static void on_readable(void *arg, unsigned events)
{
	(void)events;
	bfd_receive(arg);
}

static int open_receiver(struct bfd_receiver *r)
{
	struct err e;

	r->fd = bfd_socket_receiver(r->family, r->port, &e);
	if (r->fd >= 0 &&
		io_open(&r->io, r->engine->ctx->loop, r->fd, IO_READ, on_readable, r, &e) == 0)
		return 0;
	log_limited(&r->engine->bfd.open_limit, LOG_LEVEL_ERROR, "bfd: %s%s; trying again", e.text,
		e.sysno == EADDRINUSE
			? ": another program speaks BFD here; stop it, or remove bfd_instance"
			: "");
	close_receiver(r);
	return -1;
}

static int open_sender(struct vrrp_bfd *b)
{
	struct err e;

	b->fd = bfd_socket_sender(
		&b->slot.source, b->slot.neighbor.family, b->ttl, &b->slot.port, &e);
	if (b->fd >= 0)
		return 0;
	log_limited(
		&b->send_limit, LOG_LEVEL_ERROR, "bfd %s: %s; trying again", b->slot.name, e.text);
	return -1;
}

static void open_sockets(struct vrrp_engine *engine)
{
	int missing = 0;

	for (int i = 0; i < BFD_RECEIVERS; i++) {
		struct bfd_receiver *r = &engine->bfd.receivers[i];

		if (!is_wanted(r))
			close_receiver(r);
		else if (r->fd < 0)
			missing |= open_receiver(r);
	}
	for (struct vrrp_bfd *b = bfd_first(engine); b; b = bfd_next(b))
		if (b->source.conf && b->fd < 0)
			missing |= open_sender(b);
	if (missing)
		timer_set(&engine->bfd.retry_timer, mono_add(mono_now(), span_ms(RETRY_MS)));
}

static void on_retry(void *arg)
{
	open_sockets(arg);
}

/* ---- the state page ---- */

void bfd_page(struct vrrp_engine *engine, struct page *page)
{
	struct bfd_speaker *s = &engine->bfd;
	struct bfd_slot slot;

	s->page = page;
	free(s->left);
	s->left = calloc(BFD_SLOTS, sizeof(*s->left));
	if (!s->left)
		fatal(EXIT_INTERNAL, "out of memory for the state page");
	for (s->slot_count = 0; s->slot_count < BFD_SLOTS; s->slot_count++) {
		if (!page_read(page, s->slot_count, &slot))
			break;
		s->left[s->slot_count] = slot;
	}
}

void bfd_erase_slot(struct vrrp_engine *engine, uint32_t index)
{
	const struct bfd_slot nothing = { 0 };

	if (engine->bfd.page && index < engine->bfd.slot_count)
		page_write(engine->bfd.page, index, &nothing);
}

static bool is_slot_free(const struct vrrp_engine *engine, uint32_t index)
{
	if (engine->bfd.left && engine->bfd.left[index].name[0])
		return false;
	for (const struct vrrp_bfd *b = bfd_first(engine); b; b = bfd_next(b))
		if (b->slot_index == index)
			return false;
	return true;
}

static uint32_t free_slot(struct vrrp_engine *engine)
{
	struct bfd_speaker *s = &engine->bfd;

	for (uint32_t i = 0; i < s->slot_count; i++)
		if (is_slot_free(engine, i))
			return i;
	return s->slot_count < BFD_SLOTS ? s->slot_count++ : BFD_NO_SLOT;
}

uint32_t bfd_claim_slot(
	struct vrrp_engine *engine, const struct conf_bfd *conf, struct bfd_slot *slot)
{
	struct bfd_speaker *s = &engine->bfd;

	for (uint32_t i = 0; s->left && i < s->slot_count; i++) {
		struct bfd_slot *left = &s->left[i];

		if (!left->name[0] || !bfd_is_same(left, conf))
			continue;
		*slot = *left;
		left->name[0] = '\0';
		return i;
	}
	return free_slot(engine);
}

static void forget_left(struct vrrp_engine *engine)
{
	struct bfd_speaker *s = &engine->bfd;

	for (uint32_t i = 0; s->left && i < s->slot_count; i++)
		if (s->left[i].name[0])
			bfd_erase_slot(engine, i);
	free(s->left);
	s->left = NULL;
}

void bfd_settle(struct vrrp_engine *engine)
{
	open_sockets(engine);
	forget_left(engine);
}

void bfd_publish(struct vrrp_bfd *b)
{
	b->is_dirty = false;
	if (b->source.engine->bfd.page && b->slot_index < BFD_SLOTS)
		page_write(b->source.engine->bfd.page, b->slot_index, &b->slot);
}

void bfd_publish_soon(struct vrrp_bfd *b)
{
	struct timer *timer = &b->source.engine->bfd.publish_timer;

	b->is_dirty = true;
	if (!timer_is_set(timer))
		timer_set(timer, mono_add(mono_now(), span_ms(PUBLISH_DELAY_MS)));
}

static void on_publish(void *arg)
{
	for (struct vrrp_bfd *b = bfd_first(arg); b; b = bfd_next(b))
		if (b->is_dirty)
			bfd_publish(b);
}

/* ---- life ---- */

int bfd_open(struct vrrp_engine *engine, struct err *e)
{
	static const uint16_t families[] = { AF_INET, AF_INET6 };
	static const uint16_t ports[] = { BFD_PORT_SINGLEHOP, BFD_PORT_MULTIHOP };
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct bfd_speaker *s = &engine->bfd;

	s->stray_limit = s->open_limit = limit;
	for (int i = 0; i < BFD_RECEIVERS; i++)
		s->receivers[i] = (struct bfd_receiver){
			.engine = engine, .family = families[i / 2], .port = ports[i % 2], .fd = -1
		};
	if (timer_open(&s->retry_timer, engine->ctx->loop, on_retry, engine, e) < 0)
		return -1;
	return timer_open(&s->publish_timer, engine->ctx->loop, on_publish, engine, e);
}

void bfd_close(struct vrrp_engine *engine)
{
	struct bfd_speaker *s = &engine->bfd;

	for (int i = 0; i < BFD_RECEIVERS; i++)
		if (s->receivers[i].engine)
			close_receiver(&s->receivers[i]);
	timer_close(&s->retry_timer);
	timer_close(&s->publish_timer);
	free(s->left);
	*s = (struct bfd_speaker){ 0 };
}
