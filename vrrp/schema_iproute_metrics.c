/* SPDX-License-Identifier: Apache-2.0 */
/* What a route tells the kernel of its way: numbers, times, congestion control. See
 * schema_iproute_types.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/conf/types.h"
#include "core/mono.h"
#include "vrrp/schema_iproute_types.h"

static bool take_word(struct type_in *in, const char *text)
{
	const struct word *w = type_peek(in);

	if (!w || strcmp(w->text, text) != 0)
		return false;
	in->next++;
	return true;
}

static int metric_read(struct type_in *in, void *field)
{
	struct vrrp_metric *m = field;

	m->is_locked = take_word(in, "lock");
	return conf_type_u32.read(in, &m->value);
}

static void metric_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_metric *m = field;

	(void)row;
	fprintf(out, "%s%u", m->is_locked ? "lock " : "", m->value);
}

static bool metric_equal(const void *a, const void *b)
{
	const struct vrrp_metric *x = a, *y = b;

	return x->value == y->value && x->is_locked == y->is_locked;
}

static uint64_t metric_hash(uint64_t h, const void *field)
{
	const struct vrrp_metric *m = field;

	return hash_bytes(
		hash_bytes(h, &m->value, sizeof(m->value)), &m->is_locked, sizeof(m->is_locked));
}

static void metric_describe(const struct conf_row *row, FILE *out)
{
	conf_type_u32.describe(row, out);
	fputs(", behind the word lock if the kernel may not change it", out);
}

const struct conf_type vrrp_type_metric = { "[lock] NUMBER", sizeof(struct vrrp_metric), 0,
	metric_read, metric_print, metric_equal, metric_hash, metric_describe,
	.examples = "1000\nlock 1000" };

/* "20ms", "1.5s" in microseconds; -1 if it is a bare number or no time. */
static int64_t time_of(const char *text)
{
	static const struct {
		const char *suffix, *unit;
	} units[] = { { "msecs", "ms" }, { "msec", "ms" }, { "ms", "ms" }, { "secs", "s" },
		{ "sec", "s" }, { "s", "s" } };
	size_t len = strspn(text, "0123456789.");
	char plain[40];
	bool is_rounded;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (len && len < 30 && strcasecmp(text + len, units[i].suffix) == 0) {
			snprintf(plain, sizeof(plain), "%.*s%s", (int)len, text, units[i].unit);
			return span_parse(plain, &is_rounded);
		}
	return -1;
}

static void clamped(struct type_in *in, const struct word *w, const char *than, uint32_t limit_ms)
{
	type_warn(in, w, "%s: `%s` is %s than %u ms; %u ms is taken", in->row->name, w->text, than,
		limit_ms, limit_ms);
}

static int metric_time_read(struct type_in *in, void *field)
{
	const struct vrrp_metric_unit *unit = in->row->param;
	uint64_t limit = (uint64_t)unit->max_ms * unit->per_ms, value;
	struct vrrp_metric *m = field;
	const struct word *w;
	int64_t us;

	m->is_locked = take_word(in, "lock");
	w = type_word(in);
	if (!w)
		return -1;
	us = time_of(w->text);
	if (us >= 0)
		value = ((uint64_t)us > limit * 1000 ? limit + 1
						     : ((uint64_t)us * unit->per_ms + 999) / 1000);
	else if (iproute_number(w->text, NULL, UINT32_MAX, &value) < 0)
		return type_unfit(in, w);
	if (us >= 0 && value < (uint64_t)unit->min_ms * unit->per_ms) {
		clamped(in, w, "less", unit->min_ms);
		value = (uint64_t)unit->min_ms * unit->per_ms;
	}
	if (value > limit) {
		clamped(in, w, "more", unit->max_ms);
		value = limit;
	}
	m->value = (uint32_t)value;
	return 0;
}

static void metric_time_describe(const struct conf_row *row, FILE *out)
{
	const struct vrrp_metric_unit *unit = row->param;

	fputs("a time (as 250ms or 1.5s), or a bare number of ", out);
	if (unit->per_ms > 1)
		fprintf(out, "1/%u ", unit->per_ms);
	fprintf(out, "ms, up to %u s; behind the word lock if the kernel may not change it",
		unit->max_ms / 1000);
}

const struct conf_type vrrp_type_metric_time = { "[lock] TIME", sizeof(struct vrrp_metric), 0,
	metric_time_read, metric_print, metric_equal, metric_hash, metric_time_describe,
	.examples = "250ms\nlock 1.5s\n2400" };

static int congctl_read(struct type_in *in, void *field)
{
	struct vrrp_congctl *c = field;
	const struct word *w;

	c->is_locked = take_word(in, "lock");
	w = type_word(in);
	if (!w)
		return -1;
	if (!w->len || w->len > 15 || strpbrk(w->text, " \t\v\f\r\"'#!{}\\"))
		return type_unfit(in, w);
	c->name = arena_strndup(in->arena, w->text, w->len);
	return 0;
}

static void congctl_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_congctl *c = field;

	(void)row;
	if (c->name)
		fprintf(out, "%s%s", c->is_locked ? "lock " : "", c->name);
}

static bool congctl_equal(const void *a, const void *b)
{
	const struct vrrp_congctl *x = a, *y = b;

	return text_equal(x->name, y->name) && x->is_locked == y->is_locked;
}

static uint64_t congctl_hash(uint64_t h, const void *field)
{
	const struct vrrp_congctl *c = field;

	return hash_bytes(hash_text(h, c->name), &c->is_locked, sizeof(c->is_locked));
}

static void congctl_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a name of 1 to 15 characters, as cubic; behind the word lock if programs may not "
	      "choose another",
		out);
}

const struct conf_type vrrp_type_congctl = { "[lock] NAME", sizeof(struct vrrp_congctl), 0,
	congctl_read, congctl_print, congctl_equal, congctl_hash, congctl_describe,
	.examples = "cubic\nlock bbr" };
