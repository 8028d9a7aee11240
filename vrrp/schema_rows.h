/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_ROWS_H
#define KEEPD_VRRP_SCHEMA_ROWS_H

/*
 * What the files with the VRRP tables and rules share: short names for rows, the blocks, the rules
 * that more than one block has. Included by vrrp/schema*.c only. Ranges, defaults and repairs are
 * those of keepalived 2.4; where keepd differs, the rule says why.
 */

#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "vrrp/schema.h"

#define A			      CONF_TIER_A
#define B			      CONF_TIER_B
#define C			      CONF_TIER_C
#define D			      CONF_TIER_D
#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)
#define OBSOLETE(word, instead)	      CONF_ROW_NONE(word, CONF_OBSOLETE, CONF_TIER_D, instead)
#define COUNT_OF(rows)		      (sizeof(rows) / sizeof(*(rows)))
#define SECONDS(n)		      ((int64_t)(n)*1000000)
#define DAY			      SECONDS(86400)
#define PRIORITY_OWNER		      255

/* In rules with `obj` and `r`: a finding at the row whose field is at that offset. */
#define WARN(row, ...)                                                                             \
	conf_complain(r, CONF_WARNING, obj, conf_row_at(obj->block, row), __VA_ARGS__)
#define ERROR(row, ...) conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, row), __VA_ARGS__)
#define NOT_BUILT(row, ...)                                                                        \
	do {                                                                                       \
		if (!r->is_canonical)                                                              \
			conf_complain(r, CONF_NOT_BUILT, obj, conf_row_at(obj->block, row),        \
				__VA_ARGS__);                                                      \
	} while (0)
/* The carrier that drivers of today report is what MII, ethtool and the ioctl would answer. */
#define NO_POLLING    "the kernel tells at once when a link goes, there is nothing to poll"
#define FIELD(member) ((uint32_t)offsetof(struct vrrp_instance_conf, member))

/* What instances and groups may watch; `who` ends the sentences. */
/* clang-format off */
#define TRACK_ROWS(AT, who, level, built) \
	{ "track_interface", NULL, NULL, &conf_type_lines, &vrrp_track_interface_block, AT(tracks.lists[TRACK_INTERFACE]), 0, 0, NULL, NULL, \
	  CONF_LIVE, level, .state = built, \
	  .doc = "Interfaces that must be up, one on each line" who ". With a weight their state changes the priority instead." }, \
	{ "track_script", NULL, NULL, &conf_type_lines, &vrrp_track_script_block, AT(tracks.lists[TRACK_SCRIPT]), 0, 0, NULL, NULL, \
	  CONF_LIVE, level, .state = built, \
	  .doc = "Scripts (vrrp_script) that must succeed, one on each line" who ". With a weight their result changes the priority instead." }, \
	{ "track_file", NULL, NULL, &conf_type_lines, &vrrp_track_files_block, AT(tracks.lists[TRACK_FILE]), 0, 0, NULL, NULL, \
	  CONF_LIVE, B, .state = built, \
	  .doc = "Files (track_file) whose number, times the weight, is added to the priority" who "." }, \
	{ "track_process", NULL, NULL, &conf_type_lines, &vrrp_track_processes_block, AT(tracks.lists[TRACK_PROCESS]), 0, 0, NULL, NULL, \
	  CONF_LIVE, B, .state = built, \
	  .doc = "Processes (vrrp_track_process) that must run, one on each line" who ". With a weight they change the priority instead." }, \
	{ "track_bfd", NULL, NULL, &conf_type_lines, &vrrp_track_bfds_block, AT(tracks.lists[TRACK_BFD]), 0, 0, NULL, NULL, \
	  CONF_LIVE, C, .state = built, \
	  .doc = "BFD sessions (bfd_instance) that must be up, one on each line" who ". With a weight they change the priority instead." }, \
	{ "track_ping", NULL, NULL, &conf_type_lines, &vrrp_track_pings_block, AT(tracks.lists[TRACK_PING]), 0, 0, NULL, NULL, \
	  CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "Hosts (vrrp_track_ping) that must answer, one on each line" who ". With a weight each target that does changes the priority instead." }, \
	{ "track_tcp", NULL, NULL, &conf_type_lines, &vrrp_track_tcps_block, AT(tracks.lists[TRACK_TCP]), 0, 0, NULL, NULL, \
	  CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "Services (vrrp_track_tcp) that must accept connections, one on each line" who ". With a weight each target that does changes the priority instead." }
/* clang-format on */

extern const struct conf_block vrrp_track_interface_block, vrrp_track_script_block; /* of lines */
extern const struct conf_block vrrp_track_files_block, vrrp_track_processes_block;
extern const struct conf_block vrrp_track_bfds_block, vrrp_track_pings_block, vrrp_track_tcps_block;
extern const struct conf_block vrrp_script_block; /* schema_track.c */
extern const struct conf_block vrrp_link_delay_block;
extern const struct conf_block vrrp_sync_group_block, vrrp_track_group_block; /* schema_group.c */
extern const struct conf_block vrrp_garp_group_block;
extern const struct conf_block vrrp_instance_block; /* schema_instance.c */
extern const struct conf_block vrrp_global_block;   /* schema_global.c */

/* keepalived takes 1 where 0 announcements are asked for; so do we. */
void vrrp_at_least_one(
	struct conf_obj *obj, struct conf_rules *r, uint32_t *value, uint32_t offset);

/* For conf_twins(). */
struct vrrp_rule_list {
	struct conf_list *list;
	struct conf_rules *r;
};

/* schema_check.c: the rules inside an instance. */
void vrrp_instance_check(struct conf_obj *obj, struct conf_rules *r);
/* schema_peer.c: those about what peers have to agree with. */
void vrrp_peers_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r);
/* schema_refs.c: what trackers and groups refer to; what is not there is dropped. */
void vrrp_refs_check(struct vrrp_conf *c, struct conf_rules *r);
/* schema_sync.c: what a group cannot do because its members want different things. */
void vrrp_members_check(const struct vrrp_sync_group_conf *g, struct conf_rules *r);
/* Scripts that no tracker is left for. */
void vrrp_untracked_drop(struct vrrp_conf *c, struct conf_rules *r);
/* schema_weight.c: which weights trackers may have, and whether they can matter. */
void vrrp_weights_check(struct vrrp_conf *c, struct conf_rules *r);
/* schema_group.c: which groups of interfaces are of use. */
void vrrp_garp_groups_check(struct vrrp_conf *c, struct conf_rules *r);
/* schema_rules.c: the rules between objects. */
void vrrp_section_check(struct conf_obj *root, struct conf_rules *r);

#endif
