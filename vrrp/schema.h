/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_H
#define KEEPD_VRRP_SCHEMA_H

/*
 * The VRRP part of the configuration: what vrrp_instance and the vrrp_* rows of global_defs become.
 * Field comments give unit and meaning; ranges and defaults stand in the rows of schema.c.
 */

#include "core/conf/schema.h"
#include "core/mono.h"
#include "vrrp/schema_address.h"

enum vrrp_conf_state {
	VRRP_CONF_BACKUP,
	VRRP_CONF_MASTER,
};

struct vrrp_instance_conf {
	struct conf_obj obj;
	const char *name;
	const char *interface; /* identity, with family, vrid and unicast source */
	uint8_t vrid;
	uint8_t priority;
	uint32_t state; /* enum vrrp_conf_state */
	uint8_t version;
	span_t advert_int;
	bool nopreempt;
	bool preempt; /* written: undoes nopreempt; already accounted for in it */
	uint32_t down_timer_adverts;
	struct addr mcast_src_ip;    /* of adverts; unset: the interface's primary address */
	struct conf_list vips;	     /* of struct vrrp_vip_conf */
	struct conf_list excluded;   /* likewise, not in adverts */
	span_t garp_master_delay;    /* second burst after; 0 = none */
	uint32_t garp_master_repeat; /* announcements per address in a burst */
	span_t garp_master_refresh;  /* periodic announcements; 0 = off */
	uint32_t garp_master_refresh_repeat;
	struct conf_script notify_master, notify_backup, notify_fault, notify_stop, notify;
};

struct vrrp_global_conf {
	struct conf_obj obj;
	uint8_t version;
	span_t garp_master_delay;
	uint32_t garp_master_repeat;
	span_t garp_master_refresh;
	uint32_t garp_master_refresh_repeat;
	uint32_t down_timer_adverts;
	bool dynamic_interfaces; /* one that was never seen is no mistake */
};

struct vrrp_conf {
	struct conf_obj obj;
	struct vrrp_global_conf *global;   /* never NULL after reading */
	struct conf_list instances;	   /* of struct vrrp_instance_conf */
	struct conf_list static_addresses; /* of struct vrrp_vip_conf */
};

extern const struct conf_section vrrp_section;

#endif
