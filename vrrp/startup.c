/* SPDX-License-Identifier: Apache-2.0 */
/* The delays of the start: see startup.h. Called by the engine; starts routers that waited. */
#include "vrrp/startup.h"

#include "vrrp/router.h"

mono_t vrrp_startup_due(const struct vrrp_global_conf *g, bool is_successor, mono_t began)
{
	mono_t due = mono_add(began, g->startup_delay);

	if (is_successor)
		return began;
	return mono_before(due, (mono_t){ g->delay_after_boot.us })
		       ? (mono_t){ g->delay_after_boot.us }
		       : due;
}

static void on_due(void *arg)
{
	struct vrrp_engine *engine = arg;

	vrrp_groups_hold(engine);
	for (struct vrrp_group *g = engine->groups.list; g; g = g->next)
		vrrp_group_look(g);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (r->waits_for == VRRP_BECAUSE_STARTUP_DELAY)
			vrrp_router_start(r);
	vrrp_groups_release(engine);
}

int vrrp_startup_open(struct vrrp_engine *engine, struct err *e)
{
	return timer_open(&engine->startup.timer, engine->ctx->loop, on_due, engine, e);
}

void vrrp_startup_close(struct vrrp_engine *engine)
{
	timer_close(&engine->startup.timer);
}

/* Did a predecessor get as far as an election? */
static bool has_predecessor(const struct vrrp_slots *slots)
{
	for (uint32_t i = 0; slots->left && i < slots->left_count; i++)
		if (slots->left[i].vrid && slots->left[i].state != VRRP_INIT)
			return true;
	return false;
}

void vrrp_startup_take(struct vrrp_engine *engine, const struct vrrp_global_conf *g)
{
	struct vrrp_startup *s = &engine->startup;
	mono_t now = mono_now();

	if (!s->began.us) {
		s->began = now;
		s->is_successor = has_predecessor(&engine->slots);
	}
	s->due = vrrp_startup_due(g, s->is_successor, s->began);
	if (!mono_before(now, s->due)) {
		timer_off(&s->timer);
		return;
	}
	timer_set(&s->timer, s->due);
	log_notice("instances wait for %.3f s (vrrp_startup_delay, vrrp_delay_after_boot)",
		span_seconds(mono_sub(s->due, now)));
}
