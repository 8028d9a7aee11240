/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of values that only the VRRP keywords have; see schema_types.h. */
#include <inttypes.h>
#include <string.h>

#include "core/conf/types.h"
#include "vrrp/schema_types.h"

static bool is_next(struct type_in *in, const char *text)
{
	const struct word *w = type_peek(in);

	if (!w || strcmp(w->text, text) != 0)
		return false;
	in->next++;
	return true;
}

/* ---- garp_extra_if ---- */

static int extra_garp_read(struct type_in *in, void *field)
{
	struct vrrp_extra_garp *g = field;

	g->is_all = is_next(in, "all");
	return conf_type_span.read(in, &g->every);
}

static void extra_garp_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_extra_garp *g = field;

	if (g->is_all)
		fputs("all ", out);
	conf_type_span.print(row, &g->every, out);
}

static bool extra_garp_equal(const void *a, const void *b)
{
	const struct vrrp_extra_garp *x = a, *y = b;

	return x->every.us == y->every.us && x->is_all == y->is_all;
}

static uint64_t extra_garp_hash(uint64_t h, const void *field)
{
	const struct vrrp_extra_garp *g = field;

	return hash_bytes(hash_bytes(h, &g->every, sizeof(g->every)), &g->is_all, sizeof(bool));
}

static void extra_garp_describe(const struct conf_row *row, FILE *out)
{
	conf_type_span.describe(row, out);
	fputs(", perhaps with all before it", out);
}

const struct conf_type vrrp_type_extra_garp = { "[all] TIME", sizeof(struct vrrp_extra_garp), 0,
	extra_garp_read, extra_garp_print, extra_garp_equal, extra_garp_hash, extra_garp_describe,
	.examples = "10\nall 3600" };

/* ---- use_vmac and use_ipvlan ---- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);

	return c && at ? (int)(at - digits) : -1;
}

/* Five or six octets of two digits; returns how many, or 0. */
static uint8_t mac_parse(const char *text, uint8_t mac[6])
{
	for (uint8_t n = 0; n < 6; n++, text += 3) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return 0;
		mac[n] = (uint8_t)(high << 4 | low);
		if (text[2] == '\0')
			return n >= 4 ? n + 1 : 0;
		if (text[2] != ':')
			return 0;
	}
	return 0;
}

/* A wrong address had better not become the name of an interface. */
static bool looks_like_an_address(const char *text)
{
	return strchr(text, ':') ||
	       (strchr(text, '.') && text[strspn(text, "0123456789./")] == '\0');
}

/* `group ID`, or a name with or without `name` before it; -1 after a complaint, 0: neither. */
static int link_word(struct type_in *in, const char **name, uint32_t *group)
{
	struct conf_row row = *in->row;
	struct type_in part = *in;
	int status;

	part.row = &row;
	row.min = row.max = 0;
	row.param = NULL;
	row.flags &= ~(unsigned)CONF_OPTIONAL_ARG;
	if (is_next(&part, "group")) {
		status = conf_type_u32.read(&part, group);
	} else {
		bool is_named = is_next(&part, "name");
		const struct word *w = type_peek(&part);

		if (!is_named && (*name || looks_like_an_address(w->text)))
			return 0;
		status = conf_type_ifname.read(&part, name);
	}
	in->next = part.next;
	return status < 0 ? -1 : 1;
}

static void print_link(const char *name, uint32_t group, FILE *out)
{
	if (name)
		fprintf(out, " name %s", name);
	if (group)
		fprintf(out, " group %" PRIu32, group);
}

static int vmac_read(struct type_in *in, void *field)
{
	struct vrrp_vmac *v = field;
	const struct word *w;

	*v = (struct vrrp_vmac){ 0 };
	while ((w = type_peek(in))) {
		uint8_t mac[6] = { 0 }, len = mac_parse(w->text, mac);
		int status;

		if (len) {
			memcpy(v->mac, mac, sizeof(mac));
			v->mac_len = len;
			in->next++;
			continue;
		}
		if (is_next(in, "netlink_notify_msg")) {
			v->is_announced = true;
			continue;
		}
		status = link_word(in, &v->name, &v->group);
		if (status <= 0)
			return status < 0 ? -1 : type_unfit(in, w);
	}
	return 0;
}

static void vmac_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_vmac *v = field;

	(void)row;
	print_link(v->name, v->group, out);
	for (unsigned i = 0; i < v->mac_len; i++)
		fprintf(out, i ? ":%02x" : " %02x", v->mac[i]);
	if (v->is_announced)
		fputs(" netlink_notify_msg", out);
}

static bool vmac_equal(const void *a, const void *b)
{
	const struct vrrp_vmac *x = a, *y = b;

	return text_equal(x->name, y->name) && memcmp(x->mac, y->mac, sizeof(x->mac)) == 0 &&
	       x->mac_len == y->mac_len && x->is_announced == y->is_announced &&
	       x->group == y->group;
}

static uint64_t vmac_hash(uint64_t h, const void *field)
{
	const struct vrrp_vmac *v = field;

	h = hash_bytes(hash_text(h, v->name), v->mac, v->mac_len);
	h = hash_bytes(h, &v->is_announced, sizeof(v->is_announced));
	return hash_bytes(h, &v->group, sizeof(v->group));
}

static void vmac_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("any of: the name of the interface to make, a MAC address of 5 or 6 octets, "
	      "netlink_notify_msg, group and a number",
		out);
}

const struct conf_type vrrp_type_vmac = {
	"[[name] INTERFACE] [MAC] [netlink_notify_msg] [group ID]", sizeof(struct vrrp_vmac), 0,
	vmac_read, vmac_print, vmac_equal, vmac_hash, vmac_describe,
	.examples = "\nvrrp.51\nname vrrp.51\nvrrp.51 02:00:5e:00:01:33 netlink_notify_msg group "
		    "7\n02:00:5e:00:01"
};

static const char *const ipvlan_modes[] = { "bridge", "private", "vepa" };

static int ipvlan_word(struct type_in *in, struct vrrp_ipvlan *v)
{
	const struct word *w = type_peek(in);
	struct addr ignored;
	char text[ADDR_TEXT_BYTES] = "";
	size_t len = strcspn(w->text, "/");

	for (uint32_t i = 0; i < 3; i++)
		if (is_next(in, ipvlan_modes[i])) {
			v->mode = i;
			return 1;
		}
	if (len < sizeof(text))
		memcpy(text, w->text, len);
	if (addr_parse(text, &ignored) == 0)
		return conf_type_prefix.read(in, &v->address) < 0 ? -1 : 1;
	return link_word(in, &v->name, &v->group);
}

static int ipvlan_read(struct type_in *in, void *field)
{
	const struct word *w;

	memset(field, 0, sizeof(struct vrrp_ipvlan));
	while ((w = type_peek(in))) {
		int status = ipvlan_word(in, field);

		if (status <= 0)
			return status < 0 ? -1 : type_unfit(in, w);
	}
	return 0;
}

static void ipvlan_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_ipvlan *v = field;

	print_link(v->name, v->group, out);
	if (addr_is_set(&v->address.addr)) {
		putc(' ', out);
		conf_type_prefix.print(row, &v->address, out);
	}
	if (v->mode)
		fprintf(out, " %s", ipvlan_modes[v->mode]);
}

static bool ipvlan_equal(const void *a, const void *b)
{
	const struct vrrp_ipvlan *x = a, *y = b;

	return text_equal(x->name, y->name) && conf_type_prefix.equal(&x->address, &y->address) &&
	       x->mode == y->mode && x->group == y->group;
}

static uint64_t ipvlan_hash(uint64_t h, const void *field)
{
	const struct vrrp_ipvlan *v = field;

	h = conf_type_prefix.hash(hash_text(h, v->name), &v->address);
	h = hash_bytes(h, &v->mode, sizeof(v->mode));
	return hash_bytes(h, &v->group, sizeof(v->group));
}

static void ipvlan_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("any of: the name of the interface to make, its address, bridge, private or vepa, "
	      "group and a number",
		out);
}

const struct conf_type vrrp_type_ipvlan = {
	"[[name] INTERFACE] [ADDRESS[/LENGTH]] [bridge|private|vepa] [group ID]",
	sizeof(struct vrrp_ipvlan), 0, ipvlan_read, ipvlan_print, ipvlan_equal, ipvlan_hash,
	ipvlan_describe,
	.examples = "192.0.2.9/24\nipv.51 192.0.2.9 private\nname ipv.51 192.0.2.9/24 vepa group 7"
};

/* ---- a name that may be left out ---- */

static int name_read(struct type_in *in, void *field)
{
	if (type_peek(in))
		return conf_type_string.read(in, field);
	*(const char **)field = in->row->param;
	return 0;
}

static void name_describe(const struct conf_row *row, FILE *out)
{
	fprintf(out, "a name; without it %s", (const char *)row->param);
}

const struct conf_type vrrp_type_optional = { "[NAME]", sizeof(const char *), 0, name_read,
	type_string_print, type_string_equal, type_string_hash, name_describe,
	.examples = "\nmine" };

/* ---- a few words, or none ---- */

static int words_read(struct type_in *in, void *field)
{
	struct conf_list *list = field;
	const struct word *w;

	*list = (struct conf_list){ 0 };
	while ((w = type_peek(in)) && (int64_t)list->count < in->row->max) {
		for (size_t i = 0; i < list->count; i++)
			if (strcmp(list->items[i], w->text) == 0)
				return type_complain(in, w,
					"%s: the names must differ, `%s` "
					"stands there twice",
					in->row->name, w->text);
		conf_list_add(list, arena_strndup(in->arena, w->text, w->len), in->arena);
		in->next++;
	}
	return 0;
}

static void words_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_strings.print(row, field, out);
}

static bool words_equal(const void *a, const void *b)
{
	return conf_type_strings.equal(a, b);
}

static uint64_t words_hash(uint64_t h, const void *field)
{
	return conf_type_strings.hash(h, field);
}

static void words_describe(const struct conf_row *row, FILE *out)
{
	fprintf(out, "nothing, or up to %d names, which must differ", (int)row->max);
}

const struct conf_type vrrp_type_words = { "[NAME ...]", sizeof(struct conf_list), 0, words_read,
	words_print, words_equal, words_hash, words_describe, .examples = "\none\none two" };
