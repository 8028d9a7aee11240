/* SPDX-License-Identifier: Apache-2.0 */
/* What is watched: scripts, links; and the lines by which instances refer to them. */
#include "vrrp/schema_rows.h"

#define EXAMPLE_NAMES "one\n\"two words\""

/* clang-format off */
#define SCRIPT(member)   .offset = offsetof(struct vrrp_script_conf, member)
#define TRACK(member)    .offset = offsetof(struct vrrp_track_conf, member)
#define DELAY(member)    .offset = offsetof(struct vrrp_link_delay_conf, member)

/* ---- vrrp_script ---- */

static const struct conf_row script_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, SCRIPT(name), .flags = CONF_KEY,
	  .doc = "The name by which track_script refers to it." },
};

static const struct conf_row script_rows[] = {
	{ "script", NULL, NULL, &conf_type_script, NULL, SCRIPT(script), 0, 0, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_REQUIRED, .doc = "The command, in quotes if it has arguments. It succeeds if it ends with status 0." },
	{ "interval", NULL, NULL, &conf_type_span, NULL, SCRIPT(interval), 0, SECONDS(4294967), "seconds", "1", CONF_LIVE, A,
	  .doc = "The time from one start to the next; none is started while one runs." },
	{ "timeout", NULL, NULL, &conf_type_span, NULL, SCRIPT(timeout), 0, SECONDS(4294967), "seconds", NULL, CONF_LIVE, B,
	  .doc = "How long it may run: then it is ended, and has failed. The default is that of interval." },
	{ "weight", NULL, NULL, &conf_type_weight, NULL, SCRIPT(weight), -253, 253, NULL, "0", CONF_LIVE, A,
	  .doc = "For track_script entries that name none: 0 = a failure is a fault, more = added to the priority while it succeeds, less = taken from it while it fails." },
	{ "rise", NULL, NULL, &conf_type_u32, NULL, SCRIPT(rise), 1, INT32_MAX, NULL, "1", CONF_LIVE, A,
	  .doc = "So many successes in a row until it counts as succeeding." },
	{ "fall", NULL, NULL, &conf_type_u32, NULL, SCRIPT(fall), 1, INT32_MAX, NULL, "1", CONF_LIVE, A,
	  .doc = "So many failures in a row until it counts as failing." },
	{ "user", NULL, NULL, &conf_type_user, NULL, SCRIPT(user), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "Whom it runs as, and perhaps the group; else that of script_user." },
	{ "init_fail", NULL, NULL, &conf_type_flag, NULL, SCRIPT(init_fail), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "It counts as failing until it has succeeded rise times; else its first result decides." },
};

static void script_check(struct conf_obj *obj, struct conf_rules *r);

const struct conf_block vrrp_script_block = {
	"vrrp_script", sizeof(struct vrrp_script_conf), script_args, 1, script_rows, COUNT_OF(script_rows), false, script_check,
	"A command that is run again and again.",
};

/* ---- lines of track_interface, track_script, ... ---- */

static const struct conf_row interface_args[] = {
	{ "INTERFACE", NULL, NULL, &conf_type_ifname, NULL, TRACK(name), .scope = CONF_LIVE, .tier = A, .flags = CONF_KEY,
	  .doc = "The interface." },
};

static const struct conf_row interface_rows[] = {
	{ "weight", NULL, NULL, &conf_type_weight, NULL, TRACK(weight), -254, 254, NULL, "0", CONF_LIVE, B,
	  .doc = "0 = it being down is a fault, more = added to the priority while it is up, less = taken from it while it is down; reverse: the other way round." },
};

#define TRACK_ARG(what) \
	{ "NAME", NULL, NULL, &conf_type_string, NULL, TRACK(name), .scope = CONF_LIVE, .tier = A, .flags = CONF_KEY, \
	  .example = EXAMPLE_NAMES, .doc = "The name of the " what "." }
#define TRACK_WEIGHT(limit, what) \
	{ "weight", NULL, NULL, &conf_type_weight, NULL, TRACK(weight), -(limit), limit, NULL, NULL, CONF_LIVE, B, \
	  .doc = "In place of the weight that the " what " has; reverse: the other way round." }

static const struct conf_row track_script_args[] = { TRACK_ARG("vrrp_script") };
static const struct conf_row track_script_rows[] = { TRACK_WEIGHT(253, "vrrp_script") };
static const struct conf_row track_files_args[] = { TRACK_ARG("track_file") };
static const struct conf_row track_files_rows[] = { TRACK_WEIGHT(254, "track_file") };
static const struct conf_row track_processes_args[] = { TRACK_ARG("vrrp_track_process") };
static const struct conf_row track_processes_rows[] = { TRACK_WEIGHT(254, "vrrp_track_process") };
static const struct conf_row track_bfds_args[] = { TRACK_ARG("bfd_instance") };
static const struct conf_row track_bfds_rows[] = { TRACK_WEIGHT(253, "bfd_instance") };
static const struct conf_row track_pings_args[] = { TRACK_ARG("vrrp_track_ping") };
static const struct conf_row track_pings_rows[] = { TRACK_WEIGHT(253, "vrrp_track_ping") };
static const struct conf_row track_tcps_args[] = { TRACK_ARG("vrrp_track_tcp") };
static const struct conf_row track_tcps_rows[] = { TRACK_WEIGHT(253, "vrrp_track_tcp") };

static void track_interface_check(struct conf_obj *obj, struct conf_rules *r);

const struct conf_block vrrp_track_interface_block = {
	"track_interface", sizeof(struct vrrp_track_conf), interface_args, 1, interface_rows, 1, true, track_interface_check, NULL,
};
const struct conf_block vrrp_track_script_block = {
	"track_script", sizeof(struct vrrp_track_conf), track_script_args, 1, track_script_rows, 1, true, NULL, NULL,
};
const struct conf_block vrrp_track_files_block = {
	"track_file", sizeof(struct vrrp_track_conf), track_files_args, 1, track_files_rows, 1, true, NULL, NULL,
};
const struct conf_block vrrp_track_processes_block = {
	"track_process", sizeof(struct vrrp_track_conf), track_processes_args, 1, track_processes_rows, 1, true, NULL, NULL,
};
const struct conf_block vrrp_track_bfds_block = {
	"track_bfd", sizeof(struct vrrp_track_conf), track_bfds_args, 1, track_bfds_rows, 1, true, NULL, NULL,
};

const struct conf_block vrrp_track_pings_block = {
	"track_ping", sizeof(struct vrrp_track_conf), track_pings_args, 1, track_pings_rows, 1, true, NULL, NULL,
};
const struct conf_block vrrp_track_tcps_block = {
	"track_tcp", sizeof(struct vrrp_track_conf), track_tcps_args, 1, track_tcps_rows, 1, true, NULL, NULL,
};

#define PLACE(block, lists, type) { block, offsetof(struct vrrp_conf, lists), offsetof(struct type, weight) }

const struct vrrp_track_place vrrp_track_places[TRACK_KIND_COUNT] = {
	[TRACK_INTERFACE] = { NULL, 0, 0 },
	[TRACK_SCRIPT] = PLACE("vrrp_script", scripts, vrrp_script_conf),
	[TRACK_FILE] = PLACE("track_file", track_files, conf_track_file),
	[TRACK_PROCESS] = PLACE("vrrp_track_process", processes, conf_process),
	[TRACK_BFD] = PLACE("bfd_instance", bfds, conf_bfd),
	[TRACK_PING] = PLACE("vrrp_track_ping", pings, vrrp_reach_conf),
	[TRACK_TCP] = PLACE("vrrp_track_tcp", tcps, vrrp_reach_conf),
};

/* ---- links ---- */

static const struct conf_row delay_args[] = {
	{ "INTERFACE", NULL, NULL, &conf_type_ifname, NULL, DELAY(interface), .scope = CONF_LIVE, .tier = C, .flags = CONF_KEY,
	  .doc = "The interface." },
	{ "DOWN", NULL, NULL, &conf_type_span, NULL, DELAY(down), 0, SECONDS(255), "seconds", NULL, CONF_LIVE, C,
	  .doc = "For how long it must be down until that counts." },
	{ "UP", NULL, NULL, &conf_type_span, NULL, DELAY(up), 0, SECONDS(255), "seconds", "0", CONF_LIVE, C, .flags = CONF_OPTIONAL_ARG,
	  .doc = "For how long it must be up until that counts." },
};

const struct conf_block vrrp_link_delay_block = {
	"interface_up_down_delays", sizeof(struct vrrp_link_delay_conf), delay_args, COUNT_OF(delay_args), NULL, 0, true, NULL, NULL,
};
/* clang-format on */

/* ---- rules ---- */

#define SCRIPT_AT(member) ((uint32_t)offsetof(struct vrrp_script_conf, member))
#define TRACK_AT(member)  ((uint32_t)offsetof(struct vrrp_track_conf, member))
#define WEIGHT_MAX	  253

/* keepalived counts in milliseconds, and takes 1 second where there is no time at all. */
static void at_least_a_second(
	struct conf_obj *obj, struct conf_rules *r, span_t *value, uint32_t offset)
{
	if (value->us >= 1000)
		return;
	WARN(offset, "a time of 0 is none at all; 1 second is taken");
	*value = span_s(1);
	conf_repaired(obj, offset);
}

static void script_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_script_conf *s = (struct vrrp_script_conf *)obj;

	at_least_a_second(obj, r, &s->interval, SCRIPT_AT(interval));
	if (conf_is_set(obj, SCRIPT_AT(timeout)))
		at_least_a_second(obj, r, &s->timeout, SCRIPT_AT(timeout));
	else
		s->timeout = s->interval;
	if (!conf_is_set(obj, SCRIPT_AT(user)))
		return;
	s->script.user = s->user.name;
	s->script.group = s->user.group;
	conf_script_complete(&s->script);
}

/* keepalived takes 254 of an interface and makes 253 of it. */
static void track_interface_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_track_conf *t = (struct vrrp_track_conf *)obj;
	int32_t limit = t->weight.value < 0 ? -WEIGHT_MAX : WEIGHT_MAX;

	if (t->weight.value >= -WEIGHT_MAX && t->weight.value <= WEIGHT_MAX)
		return;
	WARN(TRACK_AT(weight), "the weight of an interface is at most 253; %d is taken", limit);
	t->weight.value = limit;
	conf_repaired(obj, TRACK_AT(weight));
}
