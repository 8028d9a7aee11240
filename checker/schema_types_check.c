/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of values that only checks have. See schema_types.h. */
#include <ctype.h>
#include <string.h>

#include "checker/schema.h"
#include "checker/schema_types.h"
#include "core/conf/index.h"

/* ---- bytes in hexadecimal ---- */

struct bytes {
	uint8_t *bytes, *mask;
	uint32_t len;
	bool is_half; /* the last byte has one digit yet */
};

/* One digit more; false if it is none. */
static bool add_digit(struct bytes *b, char c, bool may_be_any)
{
	bool is_any = c == 'x' || c == 'X';
	const char *digits = "0123456789abcdef", *at = strchr(digits, tolower((unsigned char)c));
	uint8_t value = is_any || !at ? 0 : (uint8_t)(at - digits), known = is_any ? 0 : 0xf;

	if ((is_any && !may_be_any) || (!is_any && (!at || !c)))
		return false;
	if (b->is_half) {
		b->bytes[b->len - 1] = (uint8_t)(b->bytes[b->len - 1] << 4 | value);
		b->mask[b->len - 1] = (uint8_t)(b->mask[b->len - 1] << 4 | known);
	} else {
		b->bytes[b->len] = value; /* alone it is 0N */
		b->mask[b->len++] = (uint8_t)(0xf0 | known);
	}
	b->is_half = !b->is_half;
	return true;
}

/* Blanks end a byte, within a word in quotes and between words. */
static bool add_word(struct bytes *b, const struct word *w, bool may_be_any)
{
	for (size_t i = 0; i < w->len; i++)
		if (w->text[i] == ' ' || w->text[i] == '\t')
			b->is_half = false;
		else if (!add_digit(b, w->text[i], may_be_any))
			return false;
	b->is_half = false;
	return true;
}

static int bytes_read(struct type_in *in, struct payload_conf *p, bool may_be_any)
{
	const struct word *first = type_peek(in);
	struct bytes b = { 0 };
	size_t len = 0;

	for (unsigned i = in->next; i < in->count; i++)
		len += in->words[i].len;
	b.bytes = arena_alloc(in->arena, 2 * len + 1);
	b.mask = b.bytes + len;
	while (type_peek(in)) {
		const struct word *w = type_word(in);

		if (!add_word(&b, w, may_be_any))
			return type_unfit(in, w);
	}
	if (!b.len)
		return type_unfit(in, first);
	*p = (struct payload_conf){ b.bytes, b.mask, b.len, true };
	return 0;
}

static int payload_read(struct type_in *in, void *field)
{
	if (!type_peek(in))
		return type_word(in) ? 0 : -1; /* complains */
	return bytes_read(in, field, false);
}

static int reply_read(struct type_in *in, void *field)
{
	if (type_peek(in))
		return bytes_read(in, field, true);
	*(struct payload_conf *)field = (struct payload_conf){ .is_written = true };
	return 0;
}

static void payload_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct payload_conf *p = field;

	(void)row;
	for (uint32_t i = 0; i < p->len; i++)
		for (int shift = 4; shift >= 0; shift -= 4)
			if (p->mask[i] >> shift & 0xf)
				fprintf(out, "%x", p->bytes[i] >> shift & 0xf);
			else
				putc('x', out);
}

static bool payload_equal(const void *a, const void *b)
{
	const struct payload_conf *x = a, *y = b;

	return x->is_written == y->is_written && x->len == y->len &&
	       (!x->len || (memcmp(x->bytes, y->bytes, x->len) == 0 &&
				   memcmp(x->mask, y->mask, x->len) == 0));
}

static uint64_t payload_hash(uint64_t h, const void *field)
{
	const struct payload_conf *p = field;

	h = hash_bytes(h, &p->is_written, sizeof(p->is_written));
	return hash_bytes(hash_bytes(h, p->bytes, p->len), p->mask, p->len);
}

static void payload_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("hexadecimal digits, one or two for each byte", out);
}

static void reply_describe(const struct conf_row *row, FILE *out)
{
	payload_describe(row, out);
	fputs(", and x for a digit that may be any; or nothing", out);
}

const struct conf_type checker_type_payload = { "HEX", sizeof(struct payload_conf), 0, payload_read,
	payload_print, payload_equal, payload_hash, payload_describe,
	.examples = "00ff\n0 1 a\n\"de ad BE EF\"\nabc" };
const struct conf_type checker_type_reply = { "[HEX]", sizeof(struct payload_conf), 0, reply_read,
	payload_print, payload_equal, payload_hash, reply_describe,
	.examples = "\n00xx\nxX x 7f\n\"0X x0\"" };

/* ---- names in the DNS ---- */

#define LABEL_BYTES_MAX 63
#define NAME_BYTES_MAX	253

static bool is_dns_name(const char *text)
{
	size_t len = strlen(text);

	if (strcmp(text, ".") == 0)
		return true;
	if (len && text[len - 1] == '.')
		len--;
	if (!len || len > NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < len;) {
		size_t label = strcspn(text + i, ".");

		if (label > len - i)
			label = len - i;
		if (!label || label > LABEL_BYTES_MAX)
			return false;
		for (size_t j = i; j < i + label; j++)
			if ((unsigned char)text[j] <= ' ' || text[j] == 0x7f)
				return false;
		i += label + 1;
		if (i == len && text[len - 1] == '.')
			return false; /* two dots at the end */
	}
	return true;
}

static int dns_name_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	if (strlen(w->text) != w->len || !is_dns_name(w->text))
		return type_unfit(in, w);
	*(const char **)field = arena_strndup(in->arena, w->text, w->len);
	return 0;
}

static void dns_name_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fprintf(out,
		"a name as example.org, its parts of 1 to %d characters, %d at most in all; or .",
		LABEL_BYTES_MAX, NAME_BYTES_MAX);
}

const struct conf_type checker_type_dns_name = { "NAME", sizeof(const char *), 0, dns_name_read,
	type_string_print, type_string_equal, type_string_hash, dns_name_describe,
	.examples = ".\nexample.org\nexample.org.\n_sip._udp.example.org\na" };

/* ---- options of expressions ---- */

static const char *const dns_words[] = { "A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG",
	"DNSKEY", NULL };
const struct conf_words checker_dns_types = { dns_words, true };

static const char *const option_words[] = { "allow_empty_class", "alt_bsux", "auto_callout",
	"caseless", "dollar_endonly", "dotall", "dupnames", "extended", "firstline",
	"match_unset_backref", "multiline", "never_ucp", "never_utf", "no_auto_capture",
	"no_auto_possess", "no_dotstar_anchor", "no_start_optimize", "ucp", "ungreedy", "utf",
	"never_backslash_c", "alt_circumflex", "alt_verbnames", "use_offset_limit", NULL };
const struct conf_words checker_regex_options = { option_words, false };

static int unknown_option(struct type_in *in, const struct word *w)
{
	unsigned best = (unsigned)w->len / 3 + 1;
	const char *near = NULL;

	for (int i = 0; option_words[i]; i++) {
		unsigned d = conf_word_distance(
			w->text, w->len, option_words[i], strlen(option_words[i]));

		if (d < best) {
			best = d;
			near = option_words[i];
		}
	}
	return type_complain(in, w, "%s: `%s` is not an option%s%s%s", in->row->name, w->text,
		near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

static int options_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	for (; w; w = type_peek(in) ? type_word(in) : NULL) {
		int i = checker_word_index(option_words, w->text);

		if (i < 0)
			return unknown_option(in, w);
		*(uint32_t *)field |= UINT32_C(1) << i;
	}
	return *(uint32_t *)field ? 0 : -1;
}

static void options_print(const struct conf_row *row, const void *field, FILE *out)
{
	const char *blank = "";

	(void)row;
	for (int i = 0; option_words[i]; i++)
		if (*(const uint32_t *)field >> i & 1) {
			fprintf(out, "%s%s", blank, option_words[i]);
			blank = " ";
		}
}

static bool options_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t options_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static void options_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("one or more of", out);
	for (int i = 0; option_words[i]; i++)
		fprintf(out, "%s %s", i ? "," : "", option_words[i]);
}

const struct conf_type checker_type_regex_options = { "OPTION ...", sizeof(uint32_t), TYPE_ADDS,
	options_read, options_print, options_equal, options_hash, options_describe,
	.examples = "caseless\ndotall multiline utf\nuse_offset_limit allow_empty_class" };

/* ---- the stack of expressions ---- */

static int stack_read(struct type_in *in, void *field)
{
	struct regex_stack_conf *s = field;

	if (conf_type_u32.read(in, &s->first) < 0 || conf_type_u32.read(in, &s->most) < 0)
		return -1;
	if (s->first > s->most)
		return type_complain(in, NULL,
			"%s: the size at the start (%u) is more than the "
			"greatest (%u)",
			in->row->name, s->first, s->most);
	return 0;
}

static void stack_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct regex_stack_conf *s = field;

	(void)row;
	fprintf(out, "%u %u", s->first, s->most);
}

static bool stack_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct regex_stack_conf)) == 0;
}

static uint64_t stack_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct regex_stack_conf));
}

static void stack_describe(const struct conf_row *row, FILE *out)
{
	fputs("two numbers, each ", out);
	conf_type_u32.describe(row, out);
}

const struct conf_type checker_type_regex_stack = { "FIRST MOST", sizeof(struct regex_stack_conf),
	0, stack_read, stack_print, stack_equal, stack_hash, stack_describe,
	.examples = "1024 65536\n1 4294967295" };
