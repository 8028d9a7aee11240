/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_COMMON_H
#define KEEPD_CORE_CONF_COMMON_H

/*
 * Blocks that several roles read: each of their sections has a row for the block at its outermost
 * level, and gets objects of its own. Field comments give unit and meaning; ranges and defaults
 * stand in the rows of common.c.
 */

#include <sched.h>
#include "core/conf/schema.h"
#include "core/mono.h"

/* init_file [VALUE] [overwrite] */
struct conf_init_file {
	struct conf_obj obj;
	int32_t value;
	bool overwrite; /* also a file that is there */
};

/* track_file NAME { ... }: a number in a file, for trackers and for FILE_CHECK */
struct conf_track_file {
	struct conf_obj obj;
	const char *name;
	const char *path;
	struct conf_weight weight;   /* times the number; 0: any other number than 0 is a fault */
	struct conf_init_file *init; /* NULL: the file is never written */
};

/* bfd_instance NAME { ... }: a BFD session, for track_bfd and for BFD_CHECK */
struct conf_bfd {
	struct conf_obj obj;
	const char *name;
	struct addr neighbor;
	struct addr source; /* unset: any */
	span_t min_rx, min_tx;
	span_t idle_tx;	    /* as long as the session is not up */
	uint8_t multiplier; /* so many packets missing: down */
	bool passive;
	uint8_t ttl;	  /* of what is sent; set by the rules if it is not written */
	int32_t max_hops; /* so much less may be the ttl of what is received; see the row */
	bool multihop;	  /* RFC 5883, port 4784 */
	struct conf_weight weight;	  /* of track_bfd entries without one; 0: down is a fault */
	bool is_for_vrrp, is_for_checker; /* after the rules: at least one of them */
};

enum conf_param_match {
	CONF_PARAM_UNSET,   /* exact if there are parameters */
	CONF_PARAM_EXACT,   /* these and no more */
	CONF_PARAM_INITIAL, /* the first ones */
	CONF_PARAM_PARTIAL, /* the first ones, and the last of them may be longer */
};

/* vrrp_track_process NAME { ... }: processes that must run, or must not */
struct conf_process {
	struct conf_obj obj;
	const char *name;
	struct conf_list words; /* of const char *: name and parameters */
	uint32_t param_match;	/* enum conf_param_match */
	struct conf_weight weight;
	uint32_t quorum;
	uint32_t quorum_max;			   /* conf_is_set: 0: none may run; else no limit */
	span_t delay, fork_delay, terminate_delay; /* the latter two are complete after the rules */
	bool full_command;
};

/* PATH [USER [GROUP]], of notify_fifo and its like */
struct conf_fifo {
	struct conf_obj obj;
	const char *path;
	struct conf_user owner; /* no name: whoever keepd runs as */
};

extern const struct conf_block conf_track_file_block, conf_bfd_block, conf_process_block;
extern const struct conf_block conf_fifo_block; /* for rows of conf_type_line */

struct conf_rules;

/* keepalived moves a priority of real time into its range; so do we, with a warning. */
void conf_rt_priority_check(
	struct conf_rules *r, struct conf_obj *obj, uint32_t offset, int32_t *priority);

/* A list of struct conf_range as a set of processors; false if it is empty. */
bool conf_cpus(const struct conf_list *ranges, cpu_set_t *cpus);

/* The rows for the outermost level; at: .offset of a conf_list. */
/* clang-format off */
#define CONF_TRACK_FILE_ROW(at) \
	{ "track_file", NULL, "vrrp_track_file", &conf_type_block, &conf_track_file_block, at, .scope = CONF_LIVE, \
	  .tier = CONF_TIER_B, .flags = CONF_REPEATS, \
	  .doc = "A file with a number in it, which is watched: the number times a weight is added to priorities." }
#define CONF_PROCESS_ROW(at) \
	{ "vrrp_track_process", NULL, NULL, &conf_type_block, &conf_process_block, at, .scope = CONF_LIVE, \
	  .tier = CONF_TIER_B, .flags = CONF_REPEATS, \
	  .doc = "Processes that must run, or must not; track_process refers to it." }
#define CONF_BFD_ROW(at) \
	{ "bfd_instance", NULL, NULL, &conf_type_block, &conf_bfd_block, at, .scope = CONF_LIVE, \
	  .tier = CONF_TIER_B, .flags = CONF_REPEATS, \
	  .doc = "A BFD session (RFC 5880) with a neighbour: its loss is known within milliseconds." }
/* clang-format on */

/* const char *; the name of a process; what is beyond 15 bytes is cut off with a warning */
extern const struct conf_type conf_type_process;

#endif
