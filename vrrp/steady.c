/* SPDX-License-Identifier: Apache-2.0 */
/* Results that must last: see steady.h. Called by kinds of sources and by its timer. */
#include "vrrp/steady.h"

#include <stdio.h>

#include "core/exit.h"
#include "core/log.h"
#include "vrrp/engine.h"

static void look(struct vrrp_steady *s, enum track_result result)
{
	timer_set(&s->timer, track_delay_see(&s->delay, &s->delays, result, mono_now()));
	vrrp_source_report(s->source, s->delay.shown, s->why);
}

static void on_timer(void *arg)
{
	struct vrrp_steady *s = arg;

	look(s, s->delay.seen);
}

void vrrp_steady_open(struct vrrp_steady *s, struct vrrp_source *source)
{
	struct err e;

	s->source = source;
	if (timer_open(&s->timer, source->engine->ctx->loop, on_timer, s, &e) < 0)
		fatal(EXIT_INTERNAL, "%s %s: %s", track_kind_word(source->is.kind), source->is.name,
			e.text);
}

void vrrp_steady_close(struct vrrp_steady *s)
{
	timer_close(&s->timer);
}

void vrrp_steady_begin(struct vrrp_steady *s, enum track_result result)
{
	track_delay_see(&s->delay, &s->delays, result, mono_now());
	track_source_set(&s->source->is, s->delay.shown);
}

void vrrp_steady_see(struct vrrp_steady *s, enum track_result result, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	look(s, result);
}
