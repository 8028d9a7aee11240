/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that several roles read; see common.h. */
#include <string.h>

#include "core/conf/common.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "core/conf/types.h"

/* ---- times in milliseconds ---- */

static int millis_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	bool is_rounded;
	int64_t us;

	if (!w)
		return -1;
	us = span_parse(w->text, &is_rounded);
	if (us >= 0 && w->text[strspn(w->text, "0123456789.")] == '\0') {
		is_rounded |= us % 1000 != 0;
		us = (us + 500) / 1000;
	}
	if (us < in->row->min || us > in->row->max)
		return type_unfit(in, w);
	if (is_rounded)
		type_warn(in, w, "%s: `%s` is finer than a microsecond; it is rounded",
			in->row->name, w->text);
	*(span_t *)field = span_us(us);
	return 0;
}

static void millis(int64_t us, FILE *out)
{
	fprintf(out, "%lld", (long long)(us / 1000));
	if (us % 1000)
		fprintf(out, ".%03d", (int)(us % 1000));
}

static void millis_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	millis(((const span_t *)field)->us, out);
}

static bool millis_equal(const void *a, const void *b)
{
	return conf_type_span.equal(a, b);
}

static uint64_t millis_hash(uint64_t h, const void *field)
{
	return conf_type_span.hash(h, field);
}

static void millis_describe(const struct conf_row *row, FILE *out)
{
	fputs("a time of ", out);
	millis(row->min, out);
	fputs(" to ", out);
	millis(row->max, out);
	fputs(" milliseconds (as 10, 2.5, or with a unit: 250ms, 1s)", out);
}

static const struct conf_type type_millis = { "TIME", sizeof(span_t), 0, millis_read, millis_print,
	millis_equal, millis_hash, millis_describe, .examples = "1000\n1000.5\n2s\n4294967" };

/* ---- names of processes ---- */

#define PROCESS_NAME_MAX 15 /* what the kernel keeps of it */

static int process_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	if (!w->len)
		return type_unfit(in, w);
	if (w->len > PROCESS_NAME_MAX)
		type_warn(in, w,
			"%s: the kernel keeps %d characters of a name: the rest is cut off",
			in->row->name, PROCESS_NAME_MAX);
	*(const char **)field = arena_strndup(
		in->arena, w->text, w->len < PROCESS_NAME_MAX ? w->len : PROCESS_NAME_MAX);
	return 0;
}

static void process_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fprintf(out, "a name of 1 to %d characters", PROCESS_NAME_MAX);
}

const struct conf_type conf_type_process = { "NAME", sizeof(const char *), 0, process_read,
	type_string_print, type_string_equal, type_string_hash, process_describe,
	.examples = "keepd_web\nname-of-15-byte" };

/* clang-format off */
#define INIT(member) .offset = offsetof(struct conf_init_file, member)
#define TRACK(member) .offset = offsetof(struct conf_track_file, member)
#define BFD(member)  .offset = offsetof(struct conf_bfd, member)
#define FIFO(member) .offset = offsetof(struct conf_fifo, member)
#define COUNT_OF(rows) (sizeof(rows) / sizeof(*(rows)))
#define B CONF_TIER_B
#define C CONF_TIER_C
#define MS(n) ((int64_t)(n) * 1000)
#define MS_MAX MS(4294967)

/* ---- PATH [USER [GROUP]] ---- */

static const struct conf_row fifo_args[] = {
	{ "PATH", NULL, NULL, &conf_type_string, NULL, FIFO(path), .scope = CONF_LIVE, .example = "/run/keepd/events",
	  .doc = "The name of the pipe. It is made if it is not there." },
	{ "USER", NULL, NULL, &conf_type_user, NULL, FIFO(owner), .scope = CONF_LIVE, .flags = CONF_OPTIONAL_ARG,
	  .doc = "Who owns the pipe, and perhaps the group." },
};

const struct conf_block conf_fifo_block = {
	"fifo", sizeof(struct conf_fifo), fifo_args, COUNT_OF(fifo_args), NULL, 0, true, NULL, NULL,
};

/* ---- track_file ---- */

static const struct conf_row init_args[] = {
	{ "VALUE", NULL, NULL, &conf_type_i32, NULL, INIT(value), 0, 0, NULL, "0", CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG | CONF_FLOATS, .doc = "What is written into the file; without it 0." },
};

static const struct conf_row init_rows[] = {
	{ "overwrite", NULL, NULL, &conf_type_switch, NULL, INIT(overwrite), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .doc = "Also if the file is there already." },
};

static const struct conf_block init_block = {
	"init_file", sizeof(struct conf_init_file), init_args, 1, init_rows, 1, true, NULL, NULL,
};

static const struct conf_row track_file_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, TRACK(name), .flags = CONF_KEY,
	  .doc = "The name by which trackers refer to it." },
};

static const struct conf_row track_file_rows[] = {
	{ "file", NULL, NULL, &conf_type_string, NULL, TRACK(path), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_REQUIRED, .example = "/run/keepd/weight\n\"/run/a file\"",
	  .doc = "The file. One that is missing or holds no number counts as 0. It is read when somebody has written, replaced or removed it; what a symbolic link points to is looked at every 2 seconds." },
	{ "weight", NULL, NULL, &conf_type_weight, NULL, TRACK(weight), -254, 254, NULL, "1", CONF_LIVE, B,
	  .doc = "What the number in the file is multiplied by, for trackers that name no weight. With 0 any other number than 0 is a fault." },
	{ "init_file", NULL, NULL, &conf_type_line, &init_block, TRACK(init), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Write the file at the start, with overwrite even if it is there; never at a reload." },
};

const struct conf_block conf_track_file_block = {
	"track_file", sizeof(struct conf_track_file), track_file_args, 1,
	track_file_rows, COUNT_OF(track_file_rows), false, NULL,
	"A file with a number in it.",
};

/* ---- bfd_instance ---- */

static void bfd_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row bfd_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, BFD(name), .flags = CONF_KEY,
	  .doc = "The name by which trackers and checks refer to it, at most 31 characters." },
};

static const struct conf_row bfd_rows[] = {
	{ "neighbor_ip", "neighbour_ip", NULL, &conf_type_addr, NULL, BFD(neighbor), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_REQUIRED, .example = "192.0.2.1\n2001:db8::1", .doc = "The other end of the session." },
	{ "source_ip", NULL, NULL, &conf_type_addr, NULL, BFD(source), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .example = "198.51.100.7", .doc = "The address packets are sent from, of the family of neighbor_ip; else the kernel chooses." },
	{ "min_rx", NULL, NULL, &type_millis, NULL, BFD(min_rx), MS(1), MS_MAX, "milliseconds", "10", CONF_LIVE, C,
	  .doc = "How often packets of the neighbour can be taken, in milliseconds." },
	{ "min_tx", NULL, NULL, &type_millis, NULL, BFD(min_tx), MS(1), MS_MAX, "milliseconds", "10", CONF_LIVE, C,
	  .doc = "How often packets are wished to be sent, in milliseconds. The slower of this and of the neighbour's min_rx counts." },
	{ "idle_tx", NULL, NULL, &type_millis, NULL, BFD(idle_tx), MS(1000), MS_MAX, "milliseconds", "1000", CONF_LIVE, C,
	  .doc = "How often packets are sent while the session is not up, in milliseconds." },
	{ "multiplier", NULL, NULL, &conf_type_u8, NULL, BFD(multiplier), 1, 255, NULL, "5", CONF_LIVE, C,
	  .doc = "After how many missing packets the session is down." },
	{ "passive", NULL, NULL, &conf_type_flag, NULL, BFD(passive), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "Wait for the first packet of the neighbour. One of the two must not." },
	{ "ttl", "hoplimit", NULL, &conf_type_u8, NULL, BFD(ttl), 1, 255, NULL, NULL, CONF_RESTART, C,
	  .doc = "The TTL or hop limit of what is sent, and less max_hops the least that is accepted; the default is 255." },
	{ "max_hops", NULL, NULL, &conf_type_i32, NULL, BFD(max_hops), -1, 255, NULL, "0", CONF_RESTART, C,
	  .doc = "By how many hops the TTL of received packets may be less than ttl; 255 or -1 = any, which is the default with multihop." },
	{ "multihop", NULL, NULL, &conf_type_flag, NULL, BFD(multihop), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "The neighbour is not on the same link (RFC 5883): port 4784 in place of 3784." },
	{ "weight", NULL, NULL, &conf_type_weight, NULL, BFD(weight), -253, 253, NULL, "0", CONF_LIVE, C,
	  .doc = "What track_bfd entries add to the priority that name no weight; 0 = the loss of the session is a fault." },
	{ "vrrp", NULL, NULL, &conf_type_flag, NULL, BFD(is_for_vrrp), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The session is for VRRP. Without this and checker it is for both." },
	{ "checker", NULL, NULL, &conf_type_flag, NULL, BFD(is_for_checker), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The session is for the checks of servers." },
};

const struct conf_block conf_bfd_block = {
	"bfd_instance", sizeof(struct conf_bfd), bfd_args, 1,
	bfd_rows, COUNT_OF(bfd_rows), false, bfd_check,
	"A BFD session.",
};
/* clang-format on */

/* ---- rules ---- */

#define BFD_NAME_MAX  31
#define SLOW	      MS(10000)
#define GTSM_TTL      255 /* RFC 5881 section 5, also for IPv6 where keepalived sends 64 */
#define ANY_HOPS      255
#define AT(member)    ((uint32_t)offsetof(struct conf_bfd, member))
#define WARN(at, ...) conf_complain(r, CONF_WARNING, obj, conf_row_at(obj->block, at), __VA_ARGS__)

void conf_rt_priority_check(
	struct conf_rules *r, struct conf_obj *obj, uint32_t offset, int32_t *priority)
{
	if (!conf_is_set(obj, offset) || (*priority >= 1 && *priority <= 99))
		return;
	*priority = *priority < 1 ? 1 : 99;
	conf_repaired(obj, offset);
	WARN(offset, "priorities of real time are 1 to 99; %d is taken", *priority);
}

bool conf_cpus(const struct conf_list *ranges, cpu_set_t *cpus)
{
	CPU_ZERO(cpus);
	for (size_t i = 0; i < ranges->count; i++) {
		const struct conf_range *range = ranges->items[i];

		for (uint32_t n = range->first; n <= range->last && n < CPU_SETSIZE; n++)
			CPU_SET(n, cpus);
	}
	return ranges->count != 0;
}

static void slow_check(struct conf_obj *obj, struct conf_rules *r, uint32_t at, span_t t)
{
	const struct conf_row *row = conf_row_at(obj->block, at);

	if (t.us > SLOW)
		conf_complain(r, CONF_WARNING, obj, row,
			"%s is in milliseconds: %d seconds are a lot for BFD", row->name,
			(int)(t.us / 1000000));
}

static void bfd_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct conf_bfd *b = (struct conf_bfd *)obj;

	if (strlen(b->name) > BFD_NAME_MAX)
		conf_complain(r, CONF_ERROR, obj, bfd_args,
			"the name has more than the %d characters it may have", BFD_NAME_MAX);
	if (b->source.family && b->source.family != b->neighbor.family)
		conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, AT(source)),
			"source_ip must be of the address family of neighbor_ip");
	slow_check(obj, r, AT(min_rx), b->min_rx);
	slow_check(obj, r, AT(min_tx), b->min_tx);
	slow_check(obj, r, AT(idle_tx), b->idle_tx);
	if (!b->ttl)
		b->ttl = GTSM_TTL;
	if (b->multihop && !conf_is_set(obj, AT(max_hops)))
		b->max_hops = ANY_HOPS;
	if (b->max_hops != ANY_HOPS && b->max_hops > b->ttl) {
		WARN(AT(max_hops), "max_hops cannot be more than the TTL; %u is taken", b->ttl);
		b->max_hops = b->ttl;
		conf_repaired(obj, AT(max_hops));
	}
	if (!b->is_for_vrrp && !b->is_for_checker)
		b->is_for_vrrp = b->is_for_checker = true;
}
