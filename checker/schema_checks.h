/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_CHECKS_H
#define KEEPD_CHECKER_SCHEMA_CHECKS_H

/* The checks of a real server as configured; a part of schema.h. */

#include "core/conf/schema.h"
#include "core/mono.h"

struct check_type; /* check.h */

/* What every check has; the struct of a check type begins with it. */
struct check_conf {
	struct conf_obj obj;	/* obj.block tells the type: check_type_of() */
	struct addr connect_ip; /* unset: the real server's */
	struct addr bindto;	/* local address; unset: any */
	uint16_t connect_port;	/* 0: the real server's */
	uint16_t bind_port;	/* 0: any */
	bool alpha;		/* down until the first good probe */
	bool log_all_failures;
	uint32_t fwmark;	/* of the packets of the probe; 0 = none */
	uint32_t retry;		/* further attempts before a server counts as down */
	span_t connect_timeout; /* deadline of a probe, from its first packet to its verdict; with
				   several urls of each */
	span_t delay_loop;	/* from the start of one probe to the start of the next */
	span_t delay_before_retry;
	span_t warmup;	     /* the first probe starts at a random point in this time */
	const char *bind_if; /* NULL: any */
};

/* TCP_CHECK, PING_CHECK */
struct tcp_check_conf {
	struct check_conf check;
};

/* ---- HTTP_GET and SSL_GET ---- */

/* In the order of the words "1.0", "1.0C", "1.0c", "1.1". */
enum http_protocol {
	HTTP_1_0,	    /* no Connection header */
	HTTP_1_0_CLOSE,	    /* "Connection: close" */
	HTTP_1_0_CLOSE_LOW, /* "Connection: close", the same to us */
	HTTP_1_1,	    /* "Connection: close" */
};

/* regex_stack FIRST MOST, bytes */
struct regex_stack_conf {
	uint32_t first, most;
};

/* url { ... }: all of them must pass, in their order */
struct http_url_conf {
	struct conf_obj obj;
	const char *path;
	const char *virtualhost;       /* effective; NULL = address and port of the real server */
	struct conf_list status_codes; /* of struct conf_range; empty = 200-299 */
	const char *regex;	       /* PCRE2, searched for in the body; NULL = none */
	uint32_t regex_options;	       /* bit i: word i of checker_regex_options */
	uint32_t regex_min_offset, regex_max_offset; /* bytes of the body; 0 = to its end */
	struct regex_stack_conf regex_stack;	     /* 0, 0 = the library's */
	bool regex_no_match;			     /* the expression must not be found */
	bool tls_compliant;			     /* SSL_GET */
	const char *digest; /* MD5 of the body in 32 hexadecimal digits; NULL = none */
};

/* HTTP_GET, SSL_GET */
struct http_check_conf {
	struct check_conf check;
	uint32_t http_protocol;	 /* enum http_protocol */
	bool fast_recovery;	 /* no delay_loop between urls while the server is not up */
	bool enable_sni;	 /* SSL_GET: the name of the host goes with the handshake ... */
	bool tls_compliant;	 /* SSL_GET: the end of the connection is announced */
	const char *sni_name;	 /* ... this one; NULL = a virtualhost. Implies enable_sni */
	const char *virtualhost; /* inherited by the urls */
	struct conf_list urls;	 /* of struct http_url_conf */
};

/* ---- the others ---- */

/* SMTP_CHECK */
struct smtp_check_conf {
	struct check_conf check;
	const char *helo_name;
	struct conf_list hosts; /* of struct check_conf: host { ... }, further checks */
};

/* In the order of the words of the language. */
enum dns_check_type {
	DNS_A,
	DNS_NS,
	DNS_CNAME,
	DNS_SOA,
	DNS_MX,
	DNS_TXT,
	DNS_AAAA,
	DNS_RRSIG,
	DNS_DNSKEY,
};

/* DNS_CHECK */
struct dns_check_conf {
	struct check_conf check;
	uint32_t type; /* enum dns_check_type */
	const char *name;
};

/* MISC_CHECK */
struct misc_check_conf {
	struct check_conf check;
	struct conf_script command; /* after the rules with the user of `user` */
	struct conf_user user;
	span_t timeout; /* after the rules never 0 */
	bool dynamic;	/* the exit code sets the weight */
};

/* Bytes some of whose halves may be anything. */
struct payload_conf {
	const uint8_t *bytes, *mask; /* bits of mask that are 0: anything */
	uint32_t len;
	bool is_written; /* require_reply alone stands for any reply */
};

/* UDP_CHECK */
struct udp_check_conf {
	struct check_conf check;
	struct payload_conf payload;	   /* len 0: random bytes */
	struct payload_conf require_reply; /* is_written: there must be a reply */
	uint16_t min_reply_length, max_reply_length;
};

struct conf_track_file;
struct conf_bfd;

/* FILE_CHECK: of struct check_conf only the head is used */
struct file_check_conf {
	struct check_conf check;
	const char *track_file;
	struct conf_weight weight;	    /* of the file, if not written here */
	const struct conf_track_file *file; /* found by the rules */
};

/* BFD_CHECK: of struct check_conf only the head and alpha are used */
struct bfd_check_conf {
	struct check_conf check;
	const char *name;
	const struct conf_bfd *bfd; /* found by the rules */
};

#endif
