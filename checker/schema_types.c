/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of values that only the checkers have. See schema_types.h. */
#include <string.h>

#include "checker/schema_types.h"
#include "core/addr.h"

/* The address of a virtual server; there may also stand what is not supported yet. */
static int server_addr_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);

	if (w && (strcmp(w->text, "fwmark") == 0 || strcmp(w->text, "group") == 0))
		return type_complain(in, w, "virtual_server %s is not supported yet", w->text);
	return conf_type_addr.read(in, field);
}

static void server_addr_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_addr.print(row, field, out);
}

static bool server_addr_equal(const void *a, const void *b)
{
	return addr_equal(a, b);
}

static uint64_t server_addr_hash(uint64_t h, const void *field)
{
	return conf_type_addr.hash(h, field);
}

static void server_addr_describe(const struct conf_row *row, FILE *out)
{
	conf_type_addr.describe(row, out);
}

const struct conf_type checker_type_server = { "ADDRESS", sizeof(struct addr), 0, server_addr_read,
	server_addr_print, server_addr_equal, server_addr_hash, server_addr_describe,
	.examples = "192.0.2.1\n198.51.100.7" };

/* NAT, DR or TUN; options of a tunnel are not supported yet and would change where packets go. */
static int method_read(struct type_in *in, void *field)
{
	const struct word *w;

	if (conf_type_enum.read(in, field) < 0)
		return -1;
	w = type_peek(in);
	return w ? type_complain(in, w, "%s: `%s` is not supported yet", in->row->name, w->text)
		 : 0;
}

static void method_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_enum.print(row, field, out);
}

static bool method_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t method_hash(uint64_t h, const void *field)
{
	return conf_type_enum.hash(h, field);
}

static void method_describe(const struct conf_row *row, FILE *out)
{
	conf_type_enum.describe(row, out);
}

const struct conf_type checker_type_method = { "NAT|DR|TUN", sizeof(uint32_t), 0, method_read,
	method_print, method_equal, method_hash, method_describe, .examples = "NAT\nDR\nTUN" };

/* ---- words ---- */

/* in the order of enum ipvs_protocol and enum ipvs_method */
static const char *const protocol_words[] = { "TCP", "UDP", "SCTP", NULL };
const struct conf_words checker_protocols = { protocol_words, true };
static const char *const method_words[] = { "NAT", "DR", "TUN", NULL };
const struct conf_words checker_methods = { method_words, false };
static const char *const scheduler_words[] = { "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh",
	"mh", "dh", "fo", "ovf", "sed", "nq", "twos", NULL };
const struct conf_words checker_schedulers = { scheduler_words, false };
