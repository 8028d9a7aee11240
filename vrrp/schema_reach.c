/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts and services that are asked whether they are there: vrrp_track_ping, vrrp_track_tcp. */
#include "vrrp/schema_reach.h"

#include "vrrp/schema_rows.h"

/* clang-format off */
#define REACH(member)  .offset = offsetof(struct vrrp_reach_conf, member)
#define TARGET(member) .offset = offsetof(struct vrrp_target_conf, member)

#define ADDRESS \
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, TARGET(address), .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY, \
	  .doc = "Its address." }
#define NAME(tracker) \
	{ "NAME", NULL, NULL, &conf_type_string, NULL, REACH(name), .flags = CONF_KEY, \
	  .doc = "The name by which " tracker " refers to it." }
#define ROWS(block, target_doc) \
	{ "target", NULL, NULL, &conf_type_line, block, REACH(targets), 0, 0, NULL, NULL, CONF_RESTART, B, \
	  .flags = CONF_REPEATS | CONF_REQUIRED | CONF_OWN, .doc = target_doc }, \
	{ "need", NULL, NULL, &conf_type_u32, NULL, REACH(need), 1, 64, NULL, "1", CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "So many targets must be reached; with fewer the whole counts as down." }, \
	{ "interval", NULL, NULL, &conf_type_span, NULL, REACH(interval), 100000, SECONDS(3600), "seconds", "1", CONF_LIVE, B, \
	  .flags = CONF_OWN, .doc = "The time from one question to the next; all targets are asked at once." }, \
	{ "timeout", NULL, NULL, &conf_type_span, NULL, REACH(timeout), 10000, SECONDS(3600), "seconds", NULL, CONF_LIVE, B, \
	  .flags = CONF_OWN, .doc = "How long an answer may take; not more than interval, which is the default." }, \
	{ "rise", NULL, NULL, &conf_type_u32, NULL, REACH(rise), 1, 1000, NULL, "1", CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "So many answers in a row until a target counts as reached; the very first decides alone." }, \
	{ "fall", NULL, NULL, &conf_type_u32, NULL, REACH(fall), 1, 1000, NULL, "3", CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "So many missing answers in a row until a target counts as lost." }, \
	{ "weight", NULL, NULL, &conf_type_weight, NULL, REACH(weight), -253, 253, NULL, "0", CONF_LIVE, B, .flags = CONF_OWN, \
	  .doc = "For trackers that name none: 0 = too few targets are a fault, more = added to the priority for each target that is reached, less = taken from it for each that is lost." }

static void reach_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row ping_target_args[] = { ADDRESS };
static const struct conf_block ping_target_block = {
	"target", sizeof(struct vrrp_target_conf), ping_target_args, 1, NULL, 0, true, NULL, NULL,
};
static const struct conf_row ping_args[] = { NAME("track_ping") };
static const struct conf_row ping_rows[] = { ROWS(&ping_target_block, "A host that is pinged.") };

const struct conf_block vrrp_ping_block = {
	"vrrp_track_ping", sizeof(struct vrrp_reach_conf), ping_args, 1, ping_rows, COUNT_OF(ping_rows), false, reach_check,
	"Hosts that must answer a ping.",
};

static const struct conf_row tcp_target_args[] = {
	ADDRESS,
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, TARGET(port), 1, 65535, .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY,
	  .doc = "Its TCP port." },
};
static const struct conf_block tcp_target_block = {
	"target", sizeof(struct vrrp_target_conf), tcp_target_args, COUNT_OF(tcp_target_args), NULL, 0, true, NULL, NULL,
};
static const struct conf_row tcp_args[] = { NAME("track_tcp") };
static const struct conf_row tcp_rows[] = { ROWS(&tcp_target_block, "A service that is connected to.") };

const struct conf_block vrrp_tcp_block = {
	"vrrp_track_tcp", sizeof(struct vrrp_reach_conf), tcp_args, 1, tcp_rows, COUNT_OF(tcp_rows), false, reach_check,
	"Services that must accept a connection.",
};
/* clang-format on */

#define AT(member) ((uint32_t)offsetof(struct vrrp_reach_conf, member))

static void reach_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_reach_conf *c = (struct vrrp_reach_conf *)obj;

	if (!conf_is_set(obj, AT(timeout)))
		c->timeout = c->interval;
	if (c->timeout.us > c->interval.us)
		ERROR(AT(timeout), "an answer may not take longer than the interval, %g seconds",
			span_seconds(c->interval));
	if (c->targets.count && c->need > c->targets.count)
		ERROR(AT(need), "there are only %zu targets", c->targets.count);
	if (c->targets.count > 64)
		ERROR(AT(targets), "more than 64 targets are not supported");
}
