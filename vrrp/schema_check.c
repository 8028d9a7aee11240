/* SPDX-License-Identifier: Apache-2.0 */
/* The rules inside one vrrp_instance. */
#include "vrrp/schema_rows.h"

#define VIPS_MAX 255 /* the count in an advert has eight bits (RFC 3768 5.3.5) */

/* keepalived takes 1 where 0 announcements are asked for; so do we. */
void vrrp_at_least_one(struct conf_obj *obj, struct conf_rules *r, uint32_t *value, uint32_t offset)
{
	if (*value)
		return;
	*value = 1;
	conf_repaired(obj, offset);
	WARN(offset, "0 announcements are none at all; 1 is taken");
}

/* RFC 3768 5.3.7: whole seconds in eight bits. keepalived rounds; the peer must round alike. */
static void whole_seconds(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	int64_t s = (i->advert_int.us + 500000) / 1000000;

	if (i->version != 2 || i->advert_int.us % 1000000 == 0)
		return;
	if (s < 1)
		s = 1;
	i->advert_int = span_s(s);
	conf_repaired(obj, FIELD(advert_int));
	WARN(FIELD(advert_int), "VRRP version 2 knows whole seconds only; %d is taken", (int)s);
}

/* What state, priority and nopreempt mean together, as keepalived has it. */
static void role_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (!conf_is_set(obj, FIELD(priority)) && i->state == VRRP_CONF_MASTER) {
		i->priority = PRIORITY_OWNER;
		conf_repaired(obj, FIELD(priority));
		WARN(FIELD(state), "state MASTER without a priority means priority 255; write it");
	}
	if (!conf_is_set(obj, FIELD(state)) && i->priority == PRIORITY_OWNER)
		i->state = VRRP_CONF_MASTER;
	if (i->preempt && i->nopreempt) {
		WARN(FIELD(preempt), "preempt undoes nopreempt");
		i->nopreempt = false;
	}
	if (!i->nopreempt)
		return;
	if (i->state == VRRP_CONF_MASTER)
		WARN(FIELD(nopreempt),
			"nopreempt has no effect with state MASTER; write state BACKUP");
	else if (i->priority == PRIORITY_OWNER)
		WARN(FIELD(nopreempt), "nopreempt has no effect with priority 255");
	else
		return;
	i->nopreempt = false;
}

void vrrp_instance_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_instance_conf *i = (struct vrrp_instance_conf *)obj;

	if (i->version == 3)
		NOT_BUILT(FIELD(version), "`version` 3 is not supported yet");
	if (!i->interface && !addr_is_set(&i->unicast_src_ip))
		ERROR(FIELD(interface), "vrrp_instance: `interface` is missing");
	if (i->mcast_src_ip.family == AF_INET6)
		ERROR(FIELD(mcast_src_ip), "the source of adverts must be an IPv4 address");
	vrrp_vips_drop_twins(&i->vips, r);
	vrrp_vips_drop_twins(&i->excluded, r);
	vrrp_routes_drop_twins(&i->routes, r);
	vrrp_rules_drop_twins(&i->rules, r);
	if (!i->vips.count)
		ERROR(FIELD(vips), "there is no address in virtual_ipaddress");
	if (i->vips.count > VIPS_MAX)
		ERROR(FIELD(vips), "%zu addresses are more than the %d an advert can name",
			i->vips.count, VIPS_MAX);
	whole_seconds(obj, i, r);
	role_check(obj, i, r);
	vrrp_at_least_one(obj, r, &i->garp_master_repeat, FIELD(garp_master_repeat));
	vrrp_at_least_one(
		obj, r, &i->garp_master_refresh_repeat, FIELD(garp_master_refresh_repeat));
}
