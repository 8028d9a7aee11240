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

struct check_type; /* check.h */

/* What every check has; the struct of a check type begins with it. */
struct check_conf {
	struct conf_obj obj;	/* obj.block tells the type: check_type_of() */
	struct addr connect_ip; /* unset: the real server's */
	uint16_t connect_port;	/* 0: the real server's */
	struct addr bindto;	/* local address; unset: any */
	span_t connect_timeout; /* deadline of a probe, from its first packet to its verdict; with
				   several urls of each */
	span_t delay_loop;	/* from the start of one probe to the start of the next */
	uint32_t retry;		/* further attempts before a server counts as down */
	span_t delay_before_retry;
	span_t warmup; /* the first probe starts at a random point in this time */
	bool alpha;    /* down until the first good probe */
	bool log_all_failures;
};

/* TCP_CHECK */
struct tcp_check_conf {
	struct check_conf check;
};

/* In the order of the words "1.0", "1.0C", "1.0c", "1.1". */
enum http_protocol {
	HTTP_1_0,	    /* no Connection header */
	HTTP_1_0_CLOSE,	    /* "Connection: close" */
	HTTP_1_0_CLOSE_LOW, /* "Connection: close", the same to us */
	HTTP_1_1,	    /* "Connection: close" */
};

/* url { ... } of HTTP_GET: all of them must pass, in their order */
struct http_url_conf {
	struct conf_obj obj;
	const char *path;
	const char *virtualhost;       /* effective; NULL = address and port of the real server */
	struct conf_list status_codes; /* of struct conf_range; empty = 200-299 */
	const char *regex;	       /* PCRE2, searched for in the body; NULL = none */
	bool regex_no_match;	       /* the expression must not be found */
	const char *digest;	       /* MD5 of the body in 32 hexadecimal digits; NULL = none */
};

/* HTTP_GET */
struct http_check_conf {
	struct check_conf check;
	uint32_t http_protocol;	 /* enum http_protocol */
	const char *virtualhost; /* inherited by the urls */
	struct conf_list urls;	 /* of struct http_url_conf */
};

struct real_server_conf {
	struct conf_obj obj;
	struct addr address;
	uint16_t port; /* 0: the virtual server's */
	uint32_t weight;
	bool inhibit_on_failure; /* a failed server keeps its entry, with weight 0 */
	uint32_t upper_threshold, lower_threshold;
	uint32_t method; /* enum ipvs_method */
	const char *virtualhost;
	/* inherited by the checks */
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	uint32_t retry;
	bool alpha;
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
 * In that of a virtual server the first three and the quorum scripts cannot be written.
 */
struct server_defaults_conf {
	struct conf_obj obj;
	uint32_t protocol; /* enum ipvs_protocol */
	const char *scheduler;
	uint32_t persistence_timeout_s;
	struct conf_script quorum_up, quorum_down;
	uint32_t method; /* enum ipvs_method */
	uint32_t weight, retry;
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	bool inhibit_on_failure, alpha, log_all_failures;
	const char *virtualhost;
	struct conf_script notify_up, notify_down;
};

struct virtual_server_conf {
	struct conf_obj obj;
	struct addr address;
	uint16_t port;
	uint32_t protocol; /* enum ipvs_protocol */
	const char *scheduler;
	uint32_t method;		/* enum ipvs_method */
	uint32_t persistence_timeout_s; /* 0 = none */
	uint32_t quorum, hysteresis;
	struct conf_script quorum_up, quorum_down;
	struct sorry_server_conf *sorry_server; /* NULL = none */
	struct conf_list real_servers;		/* of struct real_server_conf */
	/* inherited by the real servers and checks */
	bool inhibit_on_failure, alpha;
	uint32_t weight, retry;
	span_t connect_timeout, delay_loop, delay_before_retry, warmup;
	const char *virtualhost;
	struct server_defaults_conf *defaults; /* NULL = none */
};

struct checker_global_conf {
	struct conf_obj obj;
	span_t ipvs_audit_interval; /* keepd's own: how often the kernel's table is compared with
				       ours */
	bool log_all_failures;
};

struct checker_conf {
	struct conf_obj obj;
	struct checker_global_conf *global;    /* never NULL after reading */
	struct server_defaults_conf *defaults; /* NULL = none */
	struct conf_list virtual_servers;      /* of struct virtual_server_conf */
};

extern const struct conf_section checker_section;

#endif
