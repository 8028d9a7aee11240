/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFD sessions come and go with the configuration: a kind of source, see source.h. What they do
 * meanwhile is in bfd.c.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "vrrp/bfd.h"
#include "vrrp/engine.h"

static struct bfd_params params_of(const struct conf_bfd *c)
{
	return (struct bfd_params){ .min_tx = c->min_tx,
		.min_rx = c->min_rx,
		.idle_tx = c->idle_tx,
		.multiplier = c->multiplier,
		.is_passive = c->passive };
}

static bool are_equal(const struct bfd_params *a, const struct bfd_params *b)
{
	return a->min_tx.us == b->min_tx.us && a->min_rx.us == b->min_rx.us &&
	       a->idle_tx.us == b->idle_tx.us && a->multiplier == b->multiplier &&
	       a->is_passive == b->is_passive;
}

bool bfd_is_same(const struct bfd_slot *slot, const struct conf_bfd *conf)
{
	return !strncmp(slot->name, conf->name, sizeof(slot->name)) &&
	       addr_equal(&slot->neighbor, &conf->neighbor) &&
	       addr_equal(&slot->source, &conf->source) && slot->is_multihop == conf->multihop;
}

/* Not 0, and nobody else's here (RFC 5880 section 6.8.1). */
static uint32_t new_discriminator(const struct vrrp_engine *engine)
{
	const struct vrrp_bfd *b;
	uint32_t mine;

	do {
		mine = bfd_random();
		for (b = bfd_first(engine); b && b->slot.session.mine != mine; b = bfd_next(b))
			;
	} while (!mine || b);
	return mine;
}

static void take_conf(struct vrrp_bfd *b, const struct conf_bfd *conf)
{
	b->params = params_of(conf);
	b->max_hops = conf->max_hops;
	b->slot.multiplier = conf->multiplier;
}

/* From the slot of a predecessor, or from nothing. */
static void begin_session(struct vrrp_bfd *b, const struct conf_bfd *conf)
{
	struct bfd_slot *slot = &b->slot;
	mono_t now = mono_now();

	b->slot_index = bfd_claim_slot(b->source.engine, conf, slot);
	if (b->slot_index == BFD_NO_SLOT)
		log_warning("bfd %s: the state page has no room for more than %d sessions",
			conf->name, BFD_SLOTS);
	take_conf(b, conf);
	b->ttl = conf->ttl;
	if (slot->name[0] && bfd_session_resume(&slot->session, &b->params, now)) {
		slot->is_resumed = true;
		log_info("bfd %s: goes on, %s", slot->name, bfd_state_word(slot->session.state));
	} else {
		*slot = (struct bfd_slot){ .neighbor = conf->neighbor,
			.source = conf->source,
			.is_multihop = conf->multihop,
			.multiplier = conf->multiplier };
		snprintf(slot->name, sizeof(slot->name), "%s", conf->name);
		bfd_session_init(
			&slot->session, &b->params, new_discriminator(b->source.engine), now);
	}
	bfd_publish(b);
	timer_set(&b->timer, bfd_session_due(&slot->session));
}

static void end_session(struct vrrp_bfd *b)
{
	struct bfd_output out;

	bfd_session_stop(&b->slot.session, &b->params, mono_now(), &out);
	bfd_act(b, &out);
	bfd_erase_slot(b->source.engine, b->slot_index);
	b->slot_index = BFD_NO_SLOT;
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

static const struct conf_bfd *conf_of(const struct vrrp_source *s)
{
	return (const struct conf_bfd *)s->conf;
}

static void on_open(struct vrrp_source *s)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct vrrp_bfd *b = (struct vrrp_bfd *)s;
	struct err e;

	b->fd = -1;
	b->slot_index = BFD_NO_SLOT;
	b->send_limit = limit;
	for (unsigned i = 0; i < BFD_DROP_COUNT; i++)
		b->drop_limits[i] = limit;
	if (timer_open(&b->timer, s->engine->ctx->loop, bfd_on_timer, b, &e) < 0)
		fatal(EXIT_INTERNAL, "bfd %s: %s", s->is.name, e.text);
	begin_session(b, conf_of(s));
	track_source_set(&s->is, bfd_result(b));
}

/*
 * A session with other ends is another one, and the neighbor of the old one has not failed. What
 * was found out stays until there is something else to say, as it does with other sources.
 */
static void on_change(struct vrrp_source *s, const struct conf_obj *old)
{
	struct vrrp_bfd *b = (struct vrrp_bfd *)s;
	const struct conf_bfd *conf = conf_of(s);
	const struct bfd_params was = b->params;
	enum bfd_verdict verdict = (enum bfd_verdict)b->slot.session.verdict;
	struct bfd_output out;

	(void)old;
	if (!bfd_is_same(&b->slot, conf) || b->ttl != conf->ttl) {
		end_session(b);
		b->slot.name[0] = '\0';
		begin_session(b, conf);
		b->slot.session.verdict = verdict;
		return;
	}
	take_conf(b, conf);
	if (are_equal(&was, &b->params))
		return;
	bfd_session_change(&b->slot.session, &b->params, mono_now(), bfd_random(), &out);
	bfd_act(b, &out);
}

static void on_close(struct vrrp_source *s)
{
	struct vrrp_bfd *b = (struct vrrp_bfd *)s;

	if (b->slot.session.state != BFD_ADMIN_DOWN)
		end_session(b);
	timer_close(&b->timer);
}

const struct vrrp_source_ops vrrp_bfd_ops = {
	.bytes = sizeof(struct vrrp_bfd), .open = on_open, .change = on_change, .close = on_close
};

void bfd_stop(struct vrrp_engine *engine)
{
	for (struct vrrp_bfd *b = bfd_first(engine); b; b = bfd_next(b))
		end_session(b);
}
