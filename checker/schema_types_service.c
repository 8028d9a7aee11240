/* SPDX-License-Identifier: Apache-2.0 */
/* Which service a virtual server is, and how packets get to its servers. See schema_types.h. */
#include <string.h>

#include "checker/schema.h"
#include "checker/schema_types.h"

/* ---- which service ---- */

int checker_mark_parse(const char *text, uint32_t *mark)
{
	int64_t value;

	if (type_integer(text, 1, UINT32_MAX, &value) < 0)
		return -1;
	*mark = (uint32_t)value;
	return 0;
}

static int mark_read(struct type_in *in, struct service_conf *s)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	s->kind = SERVICE_FWMARK;
	if (checker_mark_parse(w->text, &s->fwmark) < 0)
		return type_complain(
			in, w, "fwmark: `%s` is not a number from 1 to 4294967295", w->text);
	return 0;
}

static int group_read(struct type_in *in, struct service_conf *s)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	s->kind = SERVICE_GROUP;
	s->group = arena_strndup(in->arena, w->text, w->len);
	return *s->group ? 0 : type_complain(in, w, "group: an empty name");
}

static int service_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);
	struct service_conf *s = field;
	int64_t port;

	*s = (struct service_conf){ .kind = SERVICE_ADDRESS };
	if (w && strcmp(w->text, "fwmark") == 0) {
		in->next++;
		return mark_read(in, s);
	}
	if (w && strcmp(w->text, "group") == 0) {
		in->next++;
		return group_read(in, s);
	}
	if (conf_type_addr.read(in, &s->address) < 0)
		return -1;
	w = type_peek(in);
	if (!w)
		return 0;
	in->next++;
	if (type_integer(w->text, 0, UINT16_MAX, &port) < 0)
		return type_complain(
			in, w, "`%s` is not a port, a number from 0 to 65535", w->text);
	s->port = (uint16_t)port;
	return 0;
}

static void service_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct service_conf *s = field;

	switch ((enum service_kind)s->kind) {
	case SERVICE_ADDRESS:
		conf_type_addr.print(row, &s->address, out);
		if (s->port)
			fprintf(out, " %u", s->port);
		break;
	case SERVICE_FWMARK: fprintf(out, "fwmark %u", s->fwmark); break;
	case SERVICE_GROUP:
		fputs("group ", out);
		type_print_word(s->group, out);
		break;
	}
}

static bool service_equal(const void *a, const void *b)
{
	const struct service_conf *x = a, *y = b;

	return x->kind == y->kind && addr_equal(&x->address, &y->address) && x->port == y->port &&
	       x->fwmark == y->fwmark && text_equal(x->group, y->group);
}

static uint64_t service_hash(uint64_t h, const void *field)
{
	const struct service_conf *s = field;

	h = conf_type_addr.hash(hash_bytes(h, &s->kind, sizeof(s->kind)), &s->address);
	h = hash_bytes(hash_bytes(h, &s->port, sizeof(s->port)), &s->fwmark, sizeof(s->fwmark));
	return hash_text(h, s->group);
}

static void service_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IP address and perhaps a port, fwmark NUMBER, or group NAME", out);
}

const struct conf_type checker_type_service = { "ADDRESS [PORT] | fwmark N | group NAME",
	sizeof(struct service_conf), 0, service_read, service_print, service_equal, service_hash,
	service_describe,
	.examples = "192.0.2.1 80\n192.0.2.1\n2001:db8::1 443\n192.0.2.1 0\nfwmark 1\n"
		    "fwmark 4294967295\ngroup web\ngroup \"two words\"" };

/* ---- how packets get to a server ---- */

static const char *const tunnel_words[] = { "ipip", "gue", "gre", NULL };
static const char *const checksum_words[] = { "nocsum", "csum", "remcsum", NULL };

/* `type gue`, `port 6080` or `csum` */
static int method_option(struct type_in *in, struct lvs_method_conf *m)
{
	const struct word *w = type_word(in), *name = w;
	int64_t value = checker_word_index(checksum_words, w->text);

	if (value >= 0) {
		m->checksum = (uint8_t)value;
		return 0;
	}
	if (strcmp(name->text, "type") != 0 && strcmp(name->text, "port") != 0)
		return type_complain(in, w,
			"%s: unknown option `%s`; it is one of type, port, nocsum, csum, remcsum",
			in->row->name, w->text);
	w = type_word(in);
	if (!w)
		return -1;
	if (strcmp(name->text, "type") == 0) {
		value = checker_word_index(tunnel_words, w->text);
		if (value < 0)
			return type_complain(in, w, "%s: type `%s` is not one of ipip, gue, gre",
				in->row->name, w->text);
		m->tunnel = (uint8_t)value;
		return 0;
	}
	if (type_integer(w->text, 1, UINT16_MAX, &value) < 0)
		return type_complain(in, w, "%s: port `%s` is not a number from 1 to 65535",
			in->row->name, w->text);
	m->port = (uint16_t)value;
	return 0;
}

static int method_rules(struct type_in *in, const struct lvs_method_conf *m, const struct word *w)
{
	const char *name = in->row->name;

	if (m->tunnel == TUNNEL_GUE && !m->port)
		return type_complain(in, w, "%s: a tunnel of type gue needs a port", name);
	if (m->tunnel != TUNNEL_GUE && m->port)
		return type_complain(in, w, "%s: only a tunnel of type gue has a port", name);
	if (m->tunnel == TUNNEL_IPIP && m->checksum != TUNNEL_NOCSUM)
		return type_complain(in, w, "%s: a tunnel of type ipip has no checksums", name);
	if (m->tunnel == TUNNEL_GRE && m->checksum == TUNNEL_REMCSUM)
		return type_complain(in, w, "%s: only a tunnel of type gue knows remcsum", name);
	return 0;
}

/* The first word; what is wrong with it is told without the options. */
static int kind_read(struct type_in *in, uint32_t *kind)
{
	struct conf_row plain = *in->row;
	struct type_in first = *in;
	int status;

	plain.type = &conf_type_enum;
	first.row = &plain;
	status = conf_type_enum.read(&first, kind);
	in->next = first.next;
	return status;
}

static int method_read(struct type_in *in, void *field)
{
	struct lvs_method_conf *m = field;
	const struct word *first;

	*m = (struct lvs_method_conf){ 0 };
	if (kind_read(in, &m->kind) < 0)
		return -1;
	first = type_peek(in);
	if (!first)
		return 0;
	if (m->kind != IPVS_TUN)
		return 0; /* words too many */
	while (type_peek(in))
		if (method_option(in, m) < 0)
			return -1;
	return method_rules(in, m, first);
}

static void method_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct lvs_method_conf *m = field;

	conf_type_enum.print(row, &m->kind, out);
	if (m->tunnel)
		fprintf(out, " type %s", tunnel_words[m->tunnel]);
	if (m->port)
		fprintf(out, " port %u", m->port);
	if (m->checksum)
		fprintf(out, " %s", checksum_words[m->checksum]);
}

static bool method_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct lvs_method_conf)) == 0;
}

static uint64_t method_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct lvs_method_conf));
}

static void method_describe(const struct conf_row *row, FILE *out)
{
	conf_type_enum.describe(row, out);
	fputs("; after TUN perhaps type ipip, gue or gre, port NUMBER (of gue), and nocsum, csum "
	      "(not ipip) or remcsum (gue)",
		out);
}

const struct conf_type checker_type_method = { "NAT|DR|TUN [OPTIONS]",
	sizeof(struct lvs_method_conf), 0, method_read, method_print, method_equal, method_hash,
	method_describe,
	.examples = "NAT\nDR\nTUN\nTUN type ipip\nTUN type gue port 6080\nTUN type gue csum port "
		    "1\nTUN port 65535 remcsum type gue\nTUN type gre csum\nTUN nocsum" };
