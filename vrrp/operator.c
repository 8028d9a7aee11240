/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operator wants of virtual routers: handing over, and maintenance of the node. Whether it
 * makes sense is for the parent to ask (keepd/operator.c). Called by main.c.
 */
#include "vrrp/router.h"

/* With its group: nobody has half of one. */
static void hand_over(struct vrrp_router *r)
{
	const struct vrrp_event event = { .type = VRRP_EV_YIELD,
		.reason = VRRP_BECAUSE_HANDED_OVER,
		.is_leaving = true,
		.is_handover = true };

	if (r->fsm.state != VRRP_ACTIVE)
		return;
	if (r->group)
		vrrp_group_tell(r->group, &event);
	else
		vrrp_router_step(r, &event);
}

static void set_maintenance(struct vrrp_engine *engine, bool is_on)
{
	if (engine->is_in_maintenance == is_on)
		return;
	engine->is_in_maintenance = is_on;
	if (engine->routers)
		log_notice("maintenance is %s", is_on ? "on: no instance takes part" : "over");
	vrrp_engine_look(engine);
}

void vrrp_engine_order(struct vrrp_engine *engine, const struct msg_order *order)
{
	switch ((enum order)order->order) {
	case ORDER_HAND_OVER:
		for (struct vrrp_router *r = engine->routers; r; r = r->next)
			if (order->slot == ORDER_ALL || order->slot == r->slot_index)
				hand_over(r);
		break;
	case ORDER_STAY_OUT: set_maintenance(engine, true); break;
	case ORDER_TAKE_PART: set_maintenance(engine, false); break;
	case ORDER_COUNT: break;
	}
}
