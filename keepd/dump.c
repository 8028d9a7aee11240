/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of keepalived's files, as far as there is something of ours to put there; see dump.h.
 * In JSON its keys, types and order; times in seconds, states as the numbers 0 init, 1 backup, 2
 * master, 3 fault.
 */
#include "keepd/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/conf/conf.h"
#include "core/conf/words.h"
#include "core/exit.h"
#include "core/json.h"

struct one {
	const struct vrrp_instance_conf *conf;
	const struct vrrp_slot *slot;
};

static double seconds(span_t span)
{
	return span_seconds(span);
}

/* ---- counters ---- */

#define SLOT(member) offsetof(struct vrrp_slot, member)
#define ERROR(name)  (SLOT(errors) + VRRP_DROP_##name * sizeof(uint64_t))

/* In both forms; those whose label is NULL are in JSON only. */
static const struct counter {
	const char *section; /* NULL = none; the first of it prints it */
	const char *label, *key;
	size_t offset;
} counters[] = {
	/* clang-format off */
	{ "Advertisements", "Received", "advert_rcvd", SLOT(received) },
	{ "Advertisements", "Sent", "advert_sent", SLOT(sent) },
	{ NULL, "Became master", "become_master", SLOT(became_active) },
	{ NULL, "Released master", "release_master", SLOT(released) },
	{ "Packet Errors", "Length", "packet_len_err", ERROR(LENGTH) },
	{ "Packet Errors", "TTL", "ip_ttl_err", ERROR(TTL) },
	{ "Packet Errors", "Invalid Type", "invalid_type_rcvd", ERROR(TYPE) },
	{ "Packet Errors", "Advertisement Interval", "advert_interval_err", ERROR(INTERVAL) },
	{ "Packet Errors", "Address List", "addr_list_err", ERROR(ADDRESS_LIST) },
	{ "Authentication Errors", "Invalid Type", "invalid_authtype", ERROR(AUTH_TYPE) },
	{ "Authentication Errors", "Type Mismatch", "authtype_mismatch", 0 },
	{ "Authentication Errors", "Failure", "auth_failure", ERROR(PASSWORD) },
	{ "Priority Zero", "Received", "pri_zero_rcvd", SLOT(zero_received) },
	{ "Priority Zero", "Sent", "pri_zero_sent", SLOT(zero_sent) },
	/* clang-format on */
};
#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static uint64_t value_of(const struct vrrp_slot *slot, const struct counter *c)
{
	uint64_t value = 0;

	if (c->offset) /* 0 = we do not tell it from the one before */
		memcpy(&value, (const char *)slot + c->offset, sizeof(value));
	return value;
}

static void put_stats(FILE *out, const struct one *one)
{
	const char *section = NULL;

	fprintf(out, "VRRP Instance: %s\n", one->conf->name);
	for (size_t i = 0; i < COUNTERS; i++) {
		const struct counter *c = &counters[i];

		if (c->section && (!section || strcmp(section, c->section) != 0))
			fprintf(out, "  %s:\n", c->section);
		section = c->section;
		fprintf(out, "%s%s: %llu\n", section ? "    " : "  ", c->label,
			(unsigned long long)value_of(one->slot, c));
	}
}

static struct json *stats_json(const struct one *one)
{
	struct json *j = json_new_object();

	for (size_t i = 0; i < COUNTERS; i++)
		json_set_int(j, counters[i].key, (int64_t)value_of(one->slot, &counters[i]));
	return j;
}

/* ---- words ---- */

static const char *const states[VRRP_STATE_COUNT] = { "INIT", "BACKUP", "MASTER", "FAULT" };

static unsigned state_of(const struct one *one)
{
	return one->slot->state < VRRP_STATE_COUNT ? one->slot->state : VRRP_INIT;
}

/* What it wants to be as soon as it can. */
static unsigned wanted_of(const struct one *one)
{
	return state_of(one) == VRRP_ACTIVE ? VRRP_ACTIVE : VRRP_BACKUP;
}

static const char *interface_of(const struct one *one)
{
	return one->conf->interface ? one->conf->interface : "";
}

/* "192.0.2.1/24 dev eth0 scope global set" */
static void put_vip(FILE *out, const struct one *one, const struct vrrp_vip_conf *vip)
{
	const struct addr *addr = &vip->prefix.addr;
	char text[ADDR_TEXT_BYTES];

	fputs(addr_format(addr, text), out);
	if (vip->prefix.len < 8 * addr_len_bytes(addr))
		fprintf(out, "/%u", vip->prefix.len);
	fprintf(out, " dev %s scope %s%s", vip->dev ? vip->dev : interface_of(one),
		vip->scope == 253   ? "link"
		: vip->scope == 254 ? "host"
				    : "global",
		one->slot->vips && one->slot->vips_present == one->slot->vips ? " set" : "");
}

/* 'WORD' 'WORD': a command as it is run. */
static void put_command(FILE *out, const char *command)
{
	struct arena *a = arena_new();
	char **argv;
	struct err e;

	if (script_argv(a, command, &argv, &e) >= 0)
		for (size_t i = 0; argv[i]; i++)
			fprintf(out, "%s'%s'", i ? " " : "", argv[i]);
	arena_free(a);
}

/* ---- JSON ---- */

static FILE *begin_text(char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	return out;
}

/* As a value of an object, or without a key at the end of an array. */
static void set_text(struct json *j, const char *key, FILE *out, char **text)
{
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	if (key)
		json_set_string(j, key, *text);
	else
		json_append(j, json_new_string(*text));
	free(*text);
}

static void set_script(struct json *j, const char *key, const struct conf_script *script)
{
	char *text;
	size_t len;
	FILE *out;

	if (!script->command)
		return;
	out = begin_text(&text, &len);
	put_command(out, script->command);
	set_text(j, key, out, &text);
}

static void set_vips(
	struct json *j, const char *key, const struct one *one, const struct conf_list *vips)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < vips->count; i++) {
		char *text;
		size_t len;
		FILE *out = begin_text(&text, &len);

		put_vip(out, one, vips->items[i]);
		set_text(list, NULL, out, &text);
	}
	if (vips->count)
		json_set(j, key, list);
	else
		json_free(list);
}

/* What keepalived tells of: the names of interfaces and processes, the commands of scripts. */
static const struct {
	enum track_kind kind;
	const char *key, *label;
} tracked[] = {
	{ TRACK_INTERFACE, "track_ifp", "Tracked interfaces" },
	{ TRACK_SCRIPT, "track_script", "Tracked scripts" },
	{ TRACK_PROCESS, "track_process", "Tracked processes" },
};
#define TRACKED (sizeof(tracked) / sizeof(tracked[0]))

static void append_tracked(struct json *list, enum track_kind kind, const struct vrrp_track_conf *t)
{
	char *text;
	size_t len;
	FILE *out = begin_text(&text, &len);

	if (kind == TRACK_SCRIPT)
		put_command(out, ((const struct vrrp_script_conf *)t->target)->script.command);
	else
		fputs(t->name, out);
	set_text(list, NULL, out, &text);
}

static void set_tracked(struct json *j, const struct vrrp_tracks *tracks)
{
	for (size_t n = 0; n < TRACKED; n++) {
		const struct conf_list *from = &tracks->lists[tracked[n].kind];
		struct json *list;

		if (!from->count)
			continue;
		list = json_new_array();
		for (size_t i = 0; i < from->count; i++)
			append_tracked(list, tracked[n].kind, from->items[i]);
		json_set(j, tracked[n].key, list);
	}
}

static struct json *data_json(const struct one *one)
{
	const struct vrrp_instance_conf *c = one->conf;
	const struct vrrp_slot *s = one->slot;
	const double interval = seconds(c->advert_int);
	struct json *j = json_new_object();

	json_set_string(j, "iname", c->name);
	json_set_int(j, "dont_track_primary", c->dont_track_primary);
	json_set_int(j, "skip_check_adv_addr", c->skip_check_adv_addr);
	json_set_int(j, "strict_mode", c->strict_mode);
	json_set_string(j, "vmac_ifname", "");
	if (c->interface)
		json_set_string(j, "ifp_ifname", c->interface);
	json_set_int(j, "master_priority", state_of(one) == VRRP_BACKUP ? s->peer_priority : 0);
	json_set_double(j, "last_transition", mono_to_wall((mono_t){ s->since_us }));
	json_set_double(j, "garp_delay", seconds(c->garp_master_delay));
	json_set_double(j, "garp_refresh", seconds(c->garp_master_refresh));
	json_set_int(j, "garp_rep", c->garp_master_repeat);
	json_set_int(j, "garp_refresh_rep", c->garp_master_refresh_repeat);
	json_set_double(j, "garp_lower_prio_delay", seconds(c->garp_lower_prio_delay));
	json_set_int(j, "garp_lower_prio_rep", c->garp_lower_prio_repeat);
	json_set_int(j, "lower_prio_no_advert", c->lower_prio_no_advert);
	json_set_int(j, "higher_prio_send_advert", c->higher_prio_send_advert);
	json_set_int(j, "vrid", c->vrid);
	json_set_int(j, "base_priority", c->priority);
	json_set_int(j, "effective_priority", s->priority);
	json_set_bool(j, "vipset", s->vips_present > 0);
	json_set_bool(j, "promote_secondaries", c->promote_secondaries);
	json_set_double(j, "adver_int", interval);
	json_set_double(j, "master_adver_int",
		s->peer_int_us ? seconds(span_us(s->peer_int_us)) : interval);
	json_set_int(j, "accept", !c->no_accept);
	json_set_bool(j, "nopreempt", c->nopreempt);
	json_set_int(j, "preempt_delay", c->preempt_delay.us / 1000000);
	json_set_int(j, "state", state_of(one));
	json_set_int(j, "wantstate", wanted_of(one));
	json_set_int(j, "version", c->version);
	json_set_bool(j, "smtp_alert", c->smtp_alert);
	json_set_bool(j, "notify_deleted",
		conf_is_set(&c->obj, offsetof(struct vrrp_instance_conf, notify_deleted)));
	set_script(j, "script_backup", &c->notify_backup);
	set_script(j, "script_master", &c->notify_master);
	set_script(j, "script_fault", &c->notify_fault);
	set_script(j, "script_stop", &c->notify_stop);
	set_script(j, "script_deleted", &c->notify_deleted);
	set_script(j, "script", &c->notify);
	set_script(j, "script_master_rx_lower_pri", &c->notify_master_rx_lower_pri);
	set_vips(j, "vips", one, &c->vips);
	set_vips(j, "evips", one, &c->excluded);
	set_tracked(j, &c->tracks);
	json_set_int(j, "auth_type", c->authentication != NULL);
	if (c->authentication)
		json_set_string(j, "auth_data", CONF_MASK);
	return j;
}

/* ---- text ---- */

static void put_bool(FILE *out, const char *label, bool is_on)
{
	fprintf(out, "   %s = %s\n", label, is_on ? "enabled" : "disabled");
}

static void put_transition(FILE *out, const struct one *one)
{
	double at = mono_to_wall((mono_t){ one->slot->since_us });
	time_t whole = (time_t)at;
	char text[40] = "";
	struct tm tm;

	if (localtime_r(&whole, &tm))
		strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
	fprintf(out, "   Last transition = %.6f (%s)\n", at, text);
}

static void put_announcements(FILE *out, const struct vrrp_instance_conf *c)
{
	fprintf(out,
		"   Gratuitous ARP delay = %g\n   Gratuitous ARP repeat = %u\n"
		"   Gratuitous ARP refresh = %g\n   Gratuitous ARP refresh repeat = %u\n",
		seconds(c->garp_master_delay), c->garp_master_repeat,
		seconds(c->garp_master_refresh), c->garp_master_refresh_repeat);
}

static void put_lists(FILE *out, const struct one *one)
{
	const struct vrrp_instance_conf *c = one->conf;

	if (c->vips.count)
		fprintf(out, "   Virtual IP (%zu):\n", c->vips.count);
	for (size_t i = 0; i < c->vips.count; i++) {
		fputs("     ", out);
		put_vip(out, one, c->vips.items[i]);
		putc('\n', out);
	}
	for (size_t n = 0; n < TRACKED; n++) {
		const struct conf_list *list = &c->tracks.lists[tracked[n].kind];

		if (list->count)
			fprintf(out, "   %s :\n", tracked[n].label);
		for (size_t i = 0; i < list->count; i++) {
			const struct vrrp_track_conf *t = list->items[i];

			fprintf(out, "     %s weight %d\n", t->name, t->weight.value);
		}
	}
}

static void put_data(FILE *out, const struct one *one)
{
	const struct vrrp_instance_conf *c = one->conf;
	char source[ADDR_TEXT_BYTES];

	fprintf(out, " VRRP Instance = %s\n   VRRP Version = %u\n   State = %s\n", c->name,
		c->version, states[state_of(one)]);
	fprintf(out, "   Wantstate = %s\n", states[wanted_of(one)]);
	put_transition(out, one);
	fprintf(out, "   Interface = %s\n   Using src_ip = %s\n", interface_of(one),
		addr_format(&one->slot->source, source));
	put_announcements(out, c);
	fprintf(out, "   Down timer adverts = %u\n   Virtual Router ID = %u\n",
		c->down_timer_adverts, c->vrid);
	fprintf(out, "   Priority = %u\n   Effective priority = %u\n", c->priority,
		one->slot->priority);
	fprintf(out, "   Advert interval = %g sec\n", seconds(c->advert_int));
	put_bool(out, "Accept", !c->no_accept);
	put_bool(out, "Preempt", !c->nopreempt);
	if (c->preempt_delay.us)
		fprintf(out, "   Preempt delay = %g secs\n", seconds(c->preempt_delay));
	fprintf(out, "   Authentication type = %s\n",
		c->authentication ? "SIMPLE_PASSWORD" : "none");
	put_lists(out, one);
	fprintf(out, "   Using smtp notification = %s\n", c->smtp_alert ? "yes" : "no");
}

/* ---- all ---- */

static const struct vrrp_slot *slot_of(
	const struct vrrp_instance_conf *conf, const struct vrrp_slot *slots, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slots[i].vrid == conf->vrid &&
			!strncmp(slots[i].name, conf->name, sizeof(slots[i].name) - 1))
			return &slots[i];
	return NULL;
}

static void put_one(enum dump_form form, const struct one *one, FILE *out, struct json *list)
{
	struct json *j;

	switch (form) {
	case DUMP_DATA: put_data(out, one); break;
	case DUMP_STATS: put_stats(out, one); break;
	case DUMP_JSON:
		j = json_new_object();
		json_set(j, "data", data_json(one));
		json_set(j, "stats", stats_json(one));
		json_append(list, j);
		break;
	}
}

char *dump_text(enum dump_form form, const struct vrrp_conf *conf, const struct vrrp_slot *slots,
	size_t count, unsigned version, size_t *len)
{
	struct json *list = json_new_array(), *all = list;
	char *text;
	FILE *out = begin_text(&text, len);

	if (form == DUMP_DATA)
		fputs("------< VRRP Topology >------\n", out);
	for (size_t i = 0; conf && i < conf->instances.count; i++) {
		struct one one = { .conf = conf->instances.items[i] };

		one.slot = slot_of(one.conf, slots, count);
		if (one.slot)
			put_one(form, &one, out, list);
	}
	if (form == DUMP_JSON && version == 2) {
		all = json_new_object();
		json_set(all, "vrrp", list);
	}
	if (form == DUMP_JSON)
		fprintf(out, "%s\n", json_text(all));
	json_free(all);
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	return text;
}
