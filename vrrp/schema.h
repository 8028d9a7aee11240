/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_H
#define KEEPD_VRRP_SCHEMA_H

/*
 * The VRRP part of the configuration: what vrrp_instance and the vrrp_* rows of global_defs become.
 * Trackers and groups are in schema_track.h. Field comments give unit and meaning; ranges and
 * defaults stand in the rows of schema_instance.c and schema_global.c.
 */

#include "core/conf/schema.h"
#include "core/mono.h"
#include "vrrp/schema_address.h"
#include "vrrp/schema_reach.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_rule.h"
#include "vrrp/schema_track.h"
#include "vrrp/schema_types.h"

enum vrrp_conf_state {
	VRRP_CONF_BACKUP,
	VRRP_CONF_MASTER,
};

enum vrrp_auth_type {
	VRRP_AUTH_PASS,
	VRRP_AUTH_AH,
};

/* authentication { ... }; after the rules both rows are written */
struct vrrp_auth_conf {
	struct conf_obj obj;
	uint32_t type;	  /* enum vrrp_auth_type */
	const char *pass; /* at most 8 bytes after the rules */
};

/* key ID VALUE */
struct vrrp_hmac_key_conf {
	struct conf_obj obj;
	uint8_t id;
	const char *value; /* as written: 32..64 characters, hex:DIGITS or file:PATH */
};

enum vrrp_hmac_replay {
	VRRP_HMAC_TIME,
	VRRP_HMAC_MONOTONIC,
};

enum vrrp_hmac_mode {
	VRRP_HMAC_ENFORCE,
	VRRP_HMAC_PERMISSIVE,
	VRRP_HMAC_RECEIVE_ONLY,
};

/* auth_hmac { ... } */
struct vrrp_hmac_conf {
	struct conf_obj obj;
	struct conf_list keys; /* of struct vrrp_hmac_key_conf */
	uint8_t active_key;
	uint32_t anti_replay; /* enum vrrp_hmac_replay */
	span_t time_window;   /* set by the rules if it is not written */
	uint32_t mode;	      /* enum vrrp_hmac_mode */
};

/* One line of unicast_peer: ADDR [min_ttl N] [max_ttl N] */
struct vrrp_peer_conf {
	struct conf_obj obj;
	struct addr address;
	uint8_t min_ttl, max_ttl; /* of received adverts, where sources are checked */
};

enum vrrp_old_checksum {
	VRRP_OLD_CHECKSUM_AUTO, /* as the peer does it */
	VRRP_OLD_CHECKSUM_ON,
	VRRP_OLD_CHECKSUM_NEVER,
};

struct vrrp_instance_conf {
	struct conf_obj obj;
	const char *name;
	const char
		*interface; /* identity, with family, vrid and unicast source; NULL: unicast only */
	const char *vrf;    /* of unicast without an interface; NULL: none */
	uint8_t vrid;
	uint8_t priority;
	uint16_t family; /* of its adverts; follows from its addresses, see schema_check.c */
	uint32_t state;	 /* enum vrrp_conf_state */
	uint8_t version;
	span_t advert_int;
	bool nopreempt;
	bool preempt; /* written: undoes nopreempt; already accounted for in it */
	span_t preempt_delay;
	span_t preempt_after_sync; /* keepd's own; 0: connections do not matter */
	uint32_t down_timer_adverts;
	uint8_t timer_expired_backup; /* adverts late until it is BACKUP at once; 0: never */
	bool accept, no_accept;	      /* written; which counts is decided with strict_mode */
	bool strict_mode;	      /* complete after the rules: of the instance or of all */
	bool native_ipv6;
	bool promote_secondaries;

	struct conf_list vips;	   /* of struct vrrp_vip_conf */
	struct conf_list excluded; /* likewise, not in adverts */
	struct conf_list routes;   /* of struct vrrp_route_conf */
	struct conf_list rules;	   /* of struct vrrp_rule_conf */
	bool no_virtual_ipaddress; /* there may be none */

	struct addr mcast_src_ip;   /* of adverts; unset: the interface's primary address */
	struct addr mcast_dst_ip;   /* unset: the group of all instances */
	struct addr unicast_src_ip; /* as mcast_src_ip, and the instance is a unicast one */
	struct conf_list peers;	    /* of struct vrrp_peer_conf */
	uint8_t unicast_ttl;	    /* of adverts to peers */
	bool unicast_fault_no_peer;
	bool check_unicast_src;
	bool skip_check_adv_addr;
	uint32_t old_unicast_checksum; /* enum vrrp_old_checksum */
	bool v3_checksum_as_v2;
	uint32_t kernel_rx_buf_size;	       /* bytes; 0: by vrrp_rx_bufs_policy */
	struct vrrp_auth_conf *authentication; /* NULL: none */
	struct vrrp_hmac_conf *auth_hmac;      /* NULL: none */

	struct vrrp_vmac use_vmac;     /* conf_is_set: there is one */
	bool use_vmac_addr;	       /* also for addresses on other interfaces */
	bool vmac_xmit_base;	       /* adverts go through the interface below */
	struct vrrp_ipvlan use_ipvlan; /* conf_is_set: there is one */

	struct vrrp_tracks tracks;
	bool dont_track_primary; /* the interface of the instance may be down */
	bool track_src_ip;	 /* a source address that is not there is a fault */

	span_t garp_master_delay;    /* second burst after; 0 = none */
	uint32_t garp_master_repeat; /* announcements per address in a burst */
	span_t garp_master_refresh;  /* periodic announcements; 0 = off */
	uint32_t garp_master_refresh_repeat;
	span_t garp_lower_prio_delay;	 /* after an advert of lower priority; complete after ... */
	uint32_t garp_lower_prio_repeat; /* ... the rules: as garp_master_* if not written */
	struct vrrp_extra_garp garp_extra_if;
	bool lower_prio_no_advert, higher_prio_send_advert, owner_ignore_adverts;
	uint32_t advert_warn; /* intervals; 0: nothing is late */

	struct conf_script notify_master, notify_backup, notify_fault, notify_stop, notify;
	struct conf_script notify_deleted; /* conf_is_set: reported, with or without a script */
	struct conf_script notify_master_rx_lower_pri;
	bool notify_priority_changes, smtp_alert;
	struct vrrp_sync_group_conf *sync_group; /* set by the rules; NULL: in none */
	const char *lvs_sync_daemon_interface;	 /* NULL: none */
	uint8_t debug;				 /* nothing looks at it */
};

enum vrrp_dynamic {
	VRRP_DYNAMIC_OFF,
	VRRP_DYNAMIC_ON,
	VRRP_DYNAMIC_ALLOW_IF_CHANGES,
};

/* vrrp_rx_bufs_policy: a number of bytes, or one of these */
#define VRRP_RX_BUFS_MTU    UINT32_MAX
#define VRRP_RX_BUFS_ADVERT (UINT32_MAX - 1)

struct vrrp_global_conf {
	struct conf_obj obj;
	uint8_t version;
	struct addr mcast_group4, mcast_group6;
	span_t garp_master_delay;
	uint32_t garp_master_repeat;
	span_t garp_master_refresh;
	uint32_t garp_master_refresh_repeat;
	span_t garp_lower_prio_delay;
	uint32_t garp_lower_prio_repeat;
	span_t garp_interval, gna_interval; /* 0: no gap */
	bool min_garp;
	struct vrrp_extra_garp garp_extra_if;
	uint32_t down_timer_adverts;
	bool lower_prio_no_advert, higher_prio_send_advert, owner_ignore_adverts;
	bool v3_checksum_as_v2, check_unicast_src, skip_check_adv_addr, strict;
	bool notify_priority_changes;
	span_t startup_delay, delay_after_boot; /* 0: none */
	span_t link_silence;			/* 0: not waited for */
	uint32_t dynamic_interfaces;		/* enum vrrp_dynamic */
	const char *default_interface;
	bool disable_local_igmp, log_unknown_vrids;
	const char *vmac_prefix, *vmac_addr_prefix; /* the latter NULL: as the first */

	struct conf_list iptables; /* of const char *; conf_is_set, empty: INPUT and OUTPUT */
	struct conf_list ipsets;   /* of const char *; conf_is_set, empty: none */
	const char *nftables;	   /* the table; NULL: not written */
	int32_t nftables_priority;
	bool nftables_ifindex, nftables_counters;

	bool smtp_alert, smtp_alert_vrrp, no_email_faults;

	const char *process_name;
	int32_t priority;    /* nice value */
	int32_t rt_priority; /* 0: not in real time */
	uint32_t rlimit_rttime_us;
	bool no_swap;
	struct conf_list cpu_affinity; /* of struct conf_range; empty: all */
	uint32_t rx_bufs_policy;       /* bytes or VRRP_RX_BUFS_*; 0: as the system has it */
	uint32_t rx_bufs_multiplier;
	uint32_t netlink_cmd_rcv_bufs,
		netlink_monitor_rcv_bufs; /* bytes; 0: as the system has it */
	bool netlink_cmd_rcv_bufs_force, netlink_monitor_rcv_bufs_force;
};

struct vrrp_conf {
	struct conf_obj obj;
	struct vrrp_global_conf *global;   /* never NULL after reading */
	struct conf_list instances;	   /* of struct vrrp_instance_conf */
	struct conf_list sync_groups;	   /* of struct vrrp_sync_group_conf */
	struct conf_list scripts;	   /* of struct vrrp_script_conf */
	struct conf_list processes;	   /* of struct conf_process */
	struct conf_list track_files;	   /* of struct conf_track_file */
	struct conf_list pings, tcps;	   /* of struct vrrp_reach_conf */
	struct conf_list bfds;		   /* of struct conf_bfd */
	struct conf_list track_groups;	   /* of struct vrrp_track_group_conf */
	struct conf_list garp_groups;	   /* of struct vrrp_garp_group_conf */
	struct conf_list link_delays;	   /* of struct vrrp_link_delay_conf */
	struct conf_list static_addresses; /* of struct vrrp_vip_conf */
	struct conf_list static_routes;	   /* of struct vrrp_route_conf */
	struct conf_list static_rules;	   /* of struct vrrp_rule_conf */
};

extern const struct conf_section vrrp_section;

#endif
