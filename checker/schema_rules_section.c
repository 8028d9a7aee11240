/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be right between virtual servers, groups and what checks refer to by name: no service
 * twice, no name that is not there.
 */
#include <stdlib.h>
#include <string.h>

#include "checker/schema_rows.h"
#include "core/conf/common.h"
#include "core/conf/names.h"
#include "core/exit.h"

/* ---- references by name ---- */

struct named {
	struct conf_names *groups, *files, *bfds;
};

/* The objects of a list by the string at `offset` in each; of several of one name the first. */
static struct conf_names *names_in(
	const struct conf_list *list, size_t offset, struct conf_rules *r)
{
	struct conf_names *names = conf_names_new(list->count, r->arena);

	for (size_t i = 0; i < list->count; i++) {
		const char *name =
			*(const char *const *)(const void *)((const char *)list->items[i] + offset);

		if (name)
			conf_names_add(names, name, list->items[i]);
	}
	return names;
}

static struct named names_of(const struct checker_conf *c, struct conf_rules *r)
{
	return (struct named){
		.groups = names_in(&c->groups, offsetof(struct server_group_conf, name), r),
		.files = names_in(&c->track_files, offsetof(struct conf_track_file, name), r),
		.bfds = names_in(&c->bfd_instances, offsetof(struct conf_bfd, name), r),
	};
}

/* The object of that name, or NULL after an error at the row that refers to it. */
static void *look_up(struct conf_names *names, const char *name, const char *what,
	const struct conf_obj *obj, const struct conf_row *row, struct conf_rules *r)
{
	void *found = conf_names_find(names, name);
	const char *near = found ? NULL : conf_names_nearest(names, name);

	if (!found)
		conf_complain(r, CONF_ERROR, obj, row, "there is no %s `%s`%s%s%s", what, name,
			near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
	return found;
}

static void resolve_check(struct conf_obj *check, const struct named *n, struct conf_rules *r)
{
	if (check->block == &file_check_block) {
		struct file_check_conf *f = (struct file_check_conf *)check;
		const struct conf_row *row =
			conf_row_at(check->block, offsetof(struct file_check_conf, track_file));

		f->file = look_up(n->files, f->track_file, "track_file", check, row, r);
		if (f->file && !conf_is_set(check, offsetof(struct file_check_conf, weight)))
			f->weight = f->file->weight;
	} else if (check->block == &bfd_check_block) {
		struct bfd_check_conf *b = (struct bfd_check_conf *)check;
		const struct conf_row *row =
			conf_row_at(check->block, offsetof(struct bfd_check_conf, name));

		b->bfd = look_up(n->bfds, b->name, "bfd_instance", check, row, r);
		if (b->bfd && !b->bfd->is_for_checker)
			conf_complain(r, CONF_WARNING, check, row,
				"bfd_instance `%s` is for vrrp only: this server never hears of it",
				b->name);
	}
}

static void resolve_real(struct real_server_conf *s, const struct named *n, struct conf_rules *r)
{
	for (size_t i = 0; i < s->checks.count; i++) {
		struct conf_obj *check = s->checks.items[i];

		if (!conf_is_faulty(check))
			resolve_check(check, n, r);
	}
}

static bool has_all_ports(const struct server_group_conf *g)
{
	for (size_t i = 0; i < g->entries.count; i++) {
		const struct server_group_entry *e = g->entries.items[i];

		if (e->kind == SERVICE_ADDRESS && !e->port)
			return true;
	}
	return false;
}

static void resolve_virtual(
	struct virtual_server_conf *v, const struct named *n, struct conf_rules *r)
{
	for (size_t i = 0; i < v->real_servers.count; i++)
		resolve_real(v->real_servers.items[i], n, r);
	if (v->service.kind != SERVICE_GROUP || !v->service.group)
		return;
	v->group = look_up(n->groups, v->service.group, "virtual_server_group", &v->obj,
		conf_row_at(v->obj.block, VS_AT(service)), r);
	if (!v->group || v->persistence_timeout_s || !has_all_ports(v->group))
		return;
	v->persistence_timeout_s = 360;
	conf_repaired(&v->obj, VS_AT(persistence_timeout_s));
	conf_complain(r, CONF_WARNING, &v->obj, NULL,
		"a service of all ports needs persistence_timeout: 360 is taken; write it");
}

/* ---- services twice ---- */

struct twins {
	struct conf_list *list;
	struct conf_rules *r;
};

static char *service_name(const struct virtual_server_conf *v)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	if (v->service.kind != SERVICE_FWMARK)
		fprintf(out, "%s ", checker_protocols.words[v->protocol]);
	if (v->service.kind == SERVICE_ADDRESS) {
		char at[ENDPOINT_TEXT_BYTES];

		fputs(endpoint_format(
			      &(struct endpoint){ v->service.address, v->service.port }, at),
			out);
	} else {
		checker_type_service.print(
			conf_row_at(v->obj.block, VS_AT(service)), &v->service, out);
	}
	fclose(out);
	return text;
}

static void same_service(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	const struct virtual_server_conf *v = t->list->items[later];
	char *name;

	if (conf_is_faulty(&v->obj) || conf_is_faulty(earlier))
		return;
	name = service_name(v);
	conf_complain(t->r, CONF_ERROR, &v->obj, NULL,
		"virtual_server %s is there already, in line %u", name, earlier->pos.line);
	free(name);
}

static void same_group(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	const struct server_group_conf *g = t->list->items[later];

	conf_complain(t->r, CONF_ERROR, &g->obj, &g->obj.block->args[0],
		"virtual_server_group `%s` is there already, in line %u", g->name,
		earlier->pos.line);
}

/* One service of a virtual server, or one of those of its group. */
struct span {
	uint32_t protocol;
	uint32_t fwmark; /* 0: by address */
	uint16_t port;
	struct addr first, last;
	const struct virtual_server_conf *v;
	uint32_t line;
};

static int by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	int order;

	if (x->protocol != y->protocol)
		return x->protocol < y->protocol ? -1 : 1;
	if (x->fwmark != y->fwmark)
		return x->fwmark < y->fwmark ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	order = addr_cmp(&x->first, &y->first);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static size_t add_spans(struct span *spans, size_t n, const struct virtual_server_conf *v)
{
	if (v->service.kind != SERVICE_GROUP) {
		spans[n++] = (struct span){
			.protocol = v->service.fwmark ? 0 : v->protocol,
			.fwmark = v->service.fwmark,
			.port = v->service.port,
			.first = v->service.address,
			.last = v->service.address,
			.v = v,
			.line = v->obj.pos.line,
		};
		return n;
	}
	for (size_t i = 0; v->group && i < v->group->entries.count; i++) {
		const struct server_group_entry *e = v->group->entries.items[i];

		spans[n++] = (struct span){
			.protocol = e->fwmark ? 0 : v->protocol,
			.fwmark = e->fwmark,
			.port = e->port,
			.first = e->first,
			.last = e->last,
			.v = v,
			.line = e->pos.line,
		};
	}
	return n;
}

static void overlap(const struct span *a, const struct span *b, struct conf_rules *r)
{
	const struct span *later = a->line < b->line ? b : a, *earlier = later == a ? b : a;
	const struct conf_obj *obj = later->v->group ? &later->v->group->obj : &later->v->obj;
	char text[ADDR_TEXT_BYTES];

	if (later->fwmark)
		conf_complain(r, CONF_WARNING, obj, NULL,
			"the service fwmark %u (line %u) is there already (line %u)", later->fwmark,
			later->line, earlier->line);
	else if (later->port)
		conf_complain(r, CONF_WARNING, obj, NULL,
			"the service %s port %u (line %u) is there already (line %u)",
			addr_format(&later->first, text), later->port, later->line, earlier->line);
	else
		conf_complain(r, CONF_WARNING, obj, NULL,
			"the service of all ports of %s (line %u) is there already (line %u)",
			addr_format(&later->first, text), later->line, earlier->line);
}

static bool same_row(const struct span *a, const struct span *b)
{
	return a->protocol == b->protocol && a->fwmark == b->fwmark && a->port == b->port &&
	       a->first.family == b->first.family;
}

/* Sorted, each is compared with the one before it that reaches farthest. */
static void overlaps(const struct checker_conf *c, struct conf_rules *r)
{
	size_t count = c->virtual_servers.count, n = 0;
	struct span *spans;
	const struct span *farthest;

	for (size_t i = 0; i < c->virtual_servers.count; i++) {
		const struct virtual_server_conf *v = c->virtual_servers.items[i];

		count += v->group ? v->group->entries.count : 0;
	}
	if (count == c->virtual_servers.count)
		return; /* no groups: what stands there twice was told */
	spans = calloc(count, sizeof(*spans));
	if (!spans)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < c->virtual_servers.count; i++)
		n = add_spans(spans, n, c->virtual_servers.items[i]);
	qsort(spans, n, sizeof(*spans), by_place);
	farthest = spans;
	for (size_t i = 1; i < n; i++) {
		bool is_same = same_row(&spans[i], farthest);

		if (is_same && addr_cmp(&spans[i].first, &farthest->last) <= 0 &&
			(spans[i].v->group || farthest->v->group))
			overlap(&spans[i], farthest, r);
		if (!is_same || addr_cmp(&spans[i].last, &farthest->last) > 0)
			farthest = &spans[i];
	}
	free(spans);
}

/* ---- all of it ---- */

static void without_servers(struct conf_list *list, struct conf_rules *r)
{
	for (size_t i = 0; i < list->count; i++) {
		struct virtual_server_conf *v = list->items[i];

		if (v->real_servers.count || conf_is_faulty(&v->obj))
			continue;
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"this virtual server has no real server; it is left out");
		conf_drop(&v->obj);
	}
	conf_list_purge(list);
}

void checker_rules_section(struct conf_obj *root, struct conf_rules *r)
{
	struct checker_conf *c = (struct checker_conf *)root;
	struct twins twins = { &c->virtual_servers, r };
	struct named names = names_of(c, r);

	conf_twins(&c->groups, r->arena, same_group, &(struct twins){ &c->groups, r });
	for (size_t i = 0; i < c->virtual_servers.count; i++) {
		struct virtual_server_conf *v = c->virtual_servers.items[i];

		if (v->service.kind != SERVICE_GROUP || v->service.group)
			resolve_virtual(v, &names, r);
	}
	conf_twins(&c->virtual_servers, r->arena, same_service, &twins);
	without_servers(&c->virtual_servers, r);
	overlaps(c, r);
}
