/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_H
#define KEEPD_CHECKER_SCHEMA_H

/*
 * The checker part of the configuration: virtual servers, their real servers, and how those are
 * checked. Values that may stand at an outer level (delay_loop, retry, ...) are inherited when the
 * configuration is read; here each object has its effective value.
 */

#include "core/conf/schema.h"
#include "core/mono.h"
#include "ipvs/ipvs.h"

/* ---- kinds of values; how they are written is in schema_types.h ---- */

/* Which service: ADDRESS [PORT], fwmark N or group NAME */
enum service_kind {
	SERVICE_ADDRESS,
	SERVICE_FWMARK,
	SERVICE_GROUP,
};

struct service_conf {
	uint32_t kind; /* enum service_kind; only ADDRESS is supported yet */
	struct addr address;
	uint16_t port; /* 0: all ports */
	uint32_t fwmark;
	const char *group;
};

enum tunnel_type {
	TUNNEL_IPIP,
	TUNNEL_GUE,
	TUNNEL_GRE,
};

enum tunnel_checksum {
	TUNNEL_NOCSUM,
	TUNNEL_CSUM,
	TUNNEL_REMCSUM,
};

/* NAT | DR | TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum] */
struct lvs_method_conf {
	uint32_t kind;	  /* enum ipvs_method */
	uint8_t tunnel;	  /* enum tunnel_type; only IPIP without options is supported yet */
	uint8_t checksum; /* enum tunnel_checksum */
	uint16_t port;	  /* of GUE */
};

/* Which clients share a persistence template. */
struct granularity_conf {
	uint16_t family; /* 0: not written */
	uint16_t prefix;
};

#include "checker/schema_checks.h"

/* ---- servers ---- */

struct real_server_conf {
	struct conf_obj obj;
	struct addr address;
	uint16_t port;		 /* 0: the virtual server's */
	bool inhibit_on_failure; /* a failed server keeps its entry, with weight 0 */
	bool alpha;		 /* inherited by the checks, as what follows below */
	uint32_t weight;
	uint32_t upper_threshold, lower_threshold;
	struct lvs_method_conf method;
	uint32_t retry;
	bool smtp_alert;
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	const char *virtualhost;
	const char *snmp_name; /* NULL = none */
	struct conf_script notify_up, notify_down;
	struct conf_list checks; /* of struct check_conf and what begins with it */
};

/* sorry_server IP [PORT] */
struct sorry_server_conf {
	struct conf_obj obj;
	struct addr address;
	uint16_t port; /* 0: the virtual server's */
};

/*
 * defaults { ... } of the outermost level or of a virtual server: only for others to inherit from.
 * In that of a virtual server the first three, omega and the quorum scripts cannot be written.
 */
struct server_defaults_conf {
	struct conf_obj obj;
	uint32_t protocol; /* enum ipvs_protocol */
	const char *scheduler;
	uint32_t persistence_timeout_s;
	bool omega;
	struct conf_script quorum_up, quorum_down;
	struct lvs_method_conf method;
	uint32_t weight, retry;
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	bool inhibit_on_failure, alpha, log_all_failures;
	const char *virtualhost;
	struct conf_script notify_up, notify_down;
	/* of the checks */
	struct addr bindto;
	const char *bind_if;
	uint32_t fwmark;
};

struct virtual_server_conf {
	struct conf_obj obj;
	struct service_conf service;
	const struct server_group_conf *group; /* service.group, found by the rules */
	uint32_t protocol;		       /* enum ipvs_protocol */
	const char *scheduler;
	bool flag_1, flag_2, flag_3; /* of the scheduler */
	bool sh_port, sh_fallback, mh_port, mh_fallback;
	bool ops;	 /* each datagram is scheduled by itself */
	uint32_t family; /* enum ip_family of a service by mark; IP_FAMILY_NONE: from the servers */
	struct lvs_method_conf method;
	uint32_t persistence_timeout_s; /* 0 = none */
	const char *persistence_engine; /* NULL = none */
	struct granularity_conf granularity;
	uint32_t quorum, hysteresis;
	struct conf_script quorum_up, quorum_down;
	bool omega; /* scripts hear of the end */
	bool ha_suspend;
	bool smtp_alert;
	const char *snmp_name;			/* NULL = none */
	struct sorry_server_conf *sorry_server; /* NULL = none */
	bool sorry_server_inhibit;
	struct lvs_method_conf sorry_server_method; /* kind of the virtual server if not written */
	struct conf_list real_servers;		    /* of struct real_server_conf */
	/* inherited by the real servers and checks */
	bool inhibit_on_failure, alpha;
	uint32_t weight, retry;
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	const char *virtualhost;
	struct server_defaults_conf *defaults; /* NULL = none */
};

/* ---- virtual_server_group ---- */

enum ip_family {
	IP_FAMILY_INET,
	IP_FAMILY_INET6,
	IP_FAMILY_NONE, /* not written */
};

/* One line of it; a single address is a range of one. */
struct server_group_entry {
	struct conf_pos pos;
	uint32_t kind; /* enum service_kind, ADDRESS or FWMARK */
	struct addr first, last;
	uint16_t port; /* 0: all ports */
	uint32_t fwmark;
	uint32_t family; /* enum ip_family of a mark */
};

struct server_group_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_list entries; /* of struct server_group_entry */
};

/* ---- the outermost level ---- */

/* SSL { ... }: what keepd shows of itself to the servers of SSL_GET, and whom it trusts */
struct ssl_conf {
	struct conf_obj obj;
	const char *password, *ca, *certificate, *key; /* NULL = none */
};

/* lvs_sync_daemon IF [[inst] VRRP] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS] */
struct lvs_sync_conf {
	struct conf_obj obj;
	const char *interface;
	const char *vrrp; /* the instance that says who sends; NULL = none */
	const char *inst; /* other spelling of it, until the rules have seen it */
	uint8_t old_id;	  /* other spelling of id, likewise */
	uint8_t id;
	uint16_t maxlen; /* bytes of a datagram; 0: the kernel's */
	uint16_t port;
	uint8_t ttl;
	struct addr group;
};

/* lvs_timeouts [tcp N] [tcpfin N] [udp N]; seconds, 0 = the kernel's stays */
struct lvs_timeouts_conf {
	struct conf_obj obj;
	uint32_t tcp_s, tcpfin_s, udp_s;
};

/* What becomes of the kernel's table at the end. */
enum lvs_flush_on_stop {
	LVS_FLUSH_NO, /* servers are taken out one by one */
	LVS_FLUSH_ALL,
	LVS_FLUSH_VS, /* the services are deleted, with all that is in them */
};

struct conf_fifo; /* core/conf/common.h */

struct checker_global_conf {
	struct conf_obj obj;
	span_t ipvs_audit_interval; /* keepd's own: how often the kernel's table is compared with
				       ours */
	bool log_all_failures;
	struct lvs_sync_conf *sync;	    /* NULL = none */
	struct lvs_timeouts_conf *timeouts; /* NULL = none */
	bool lvs_flush;
	uint32_t lvs_flush_on_stop;	     /* enum lvs_flush_on_stop */
	const char *nftables_ipvs;	     /* the table; NULL = not used */
	int32_t nftables_ipvs_priority;	     /* of the chain */
	uint32_t nftables_ipvs_start_fwmark; /* the first mark that is taken */
	bool rs_init_notifies;		     /* notify_up of servers that are new at the start */
	bool no_checker_emails;		     /* nothing looks at it */
	bool smtp_alert, smtp_alert_all;     /* of smtp_alert_checker, of smtp_alert */
	int32_t nice;
	bool no_swap;
	int32_t rt_priority;				   /* SCHED_RR; 0 = off */
	uint32_t rlimit_rttime_us;			   /* 0 = not set */
	struct conf_list cpus;				   /* of struct conf_range; empty = all */
	const char *process_name;			   /* NULL = as it is */
	uint32_t netlink_cmd_bytes, netlink_monitor_bytes; /* receive buffers; 0 = the kernel's */
	bool netlink_cmd_force, netlink_monitor_force;
	span_t snmp_vs_interval, snmp_rs_interval; /* the age of what is shown is at most this */
};

struct checker_conf {
	struct conf_obj obj;
	struct checker_global_conf *global;    /* never NULL after reading */
	struct server_defaults_conf *defaults; /* NULL = none */
	struct ssl_conf *ssl;		       /* NULL = none */
	struct conf_list track_files;	       /* of struct conf_track_file */
	struct conf_list bfd_instances;	       /* of struct conf_bfd */
	struct conf_list groups;	       /* of struct server_group_conf */
	struct conf_list virtual_servers;      /* of struct virtual_server_conf */
};

extern const struct conf_section checker_section;

#endif
