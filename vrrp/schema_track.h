/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_TRACK_H
#define KEEPD_VRRP_SCHEMA_TRACK_H

/*
 * What instances watch, and the groups they are in. Field comments give unit and meaning; ranges
 * and defaults stand in the rows of schema_track.c and schema_group.c.
 */

#include "core/conf/common.h"
#include "vrrp/track.h"

struct vrrp_instance_conf;

/* vrrp_script NAME { ... } */
struct vrrp_script_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_script script; /* its user is that of the row `user`, if that is written */
	struct conf_user user;
	span_t interval;	   /* from start to start */
	span_t timeout;		   /* set by the rules if it is not written */
	struct conf_weight weight; /* of trackers without one */
	uint32_t rise, fall;	   /* so many equal results in a row */
	bool init_fail;
	bool is_tracked; /* set by the rules: those that are not are dropped */
};

/* One line of track_interface, track_script, track_file ...: NAME [weight N [reverse]] */
struct vrrp_track_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_weight weight;     /* after the rules: that of the target, if not written */
	const struct conf_obj *target; /* set by the rules; NULL: this kind has no blocks */
};

/* What a vrrp_instance or a vrrp_sync_group watches. */
struct vrrp_tracks {
	struct conf_list lists[TRACK_KIND_COUNT]; /* of struct vrrp_track_conf */
};

/* What the entries of a kind refer to. */
struct vrrp_track_place {
	const char *block; /* NULL: no block; the name is that of an interface, and the like */
	uint32_t list;	   /* of such blocks, in struct vrrp_conf */
	uint32_t weight;   /* in such a block: of entries without one */
};

extern const struct vrrp_track_place vrrp_track_places[TRACK_KIND_COUNT];

/* One name in `group` */
struct vrrp_member_conf {
	struct conf_obj obj;
	const char *name;
	struct vrrp_instance_conf *instance; /* set by the rules, never NULL after them */
};

/* vrrp_sync_group NAME { ... } */
struct vrrp_sync_group_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_list members; /* of struct vrrp_member_conf */
	struct vrrp_tracks tracks;
	struct conf_script notify_master, notify_backup, notify_fault, notify_stop, notify;
	bool smtp_alert, notify_priority_changes;
	bool sync_group_tracking_weight; /* members may have weighted trackers */
};

/* track_group NAME { group { ... } } */
struct vrrp_track_group_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_list members; /* of struct vrrp_member_conf */
};

/* The name of an interface in a list of them */
struct vrrp_interface_conf {
	struct conf_obj obj;
	const char *name;
};

/* garp_group { ... } */
struct vrrp_garp_group_conf {
	struct conf_obj obj;
	span_t garp_interval, gna_interval; /* 0: none */
	const char *interface;		    /* NULL: see interfaces */
	struct conf_list interfaces;	    /* of struct vrrp_interface_conf; one budget for all */
};

/* One line of interface_up_down_delays: INTERFACE DOWN [UP] */
struct vrrp_link_delay_conf {
	struct conf_obj obj;
	const char *interface;
	span_t down, up; /* for so long a change must last to count; 0: at once */
};

#endif
