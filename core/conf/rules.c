/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a configuration whole once all of it is read: inherited values, the users of scripts,
 * and then the rules of the objects (inner ones first) and of the sections. The rules themselves
 * stand with the tables of the modules; here is what they may use. An object with an error inside
 * is not judged further: what would be said of it would follow from that error.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/rules.h"
#include "core/exit.h"

/* ---- inheritance ---- */

static const struct conf_obj *outwards(const struct conf_obj *obj, unsigned levels)
{
	while (levels--)
		obj = obj->parent;
	return obj;
}

/* The block of which `once` is the row, as global_defs or defaults; NULL: it does not stand there.
 */
static const struct conf_obj *once_block(
	const struct conf_obj *obj, const struct inherit_source *from)
{
	struct obj_list once = row_objects(outwards(obj, from->level), (unsigned)from->once);

	return once.count ? once.items[0] : NULL;
}

/* The field the value of an inherited row comes from; NULL: nowhere. */
static const void *giver(const struct conf_obj *obj, const struct inherit_row *r)
{
	for (const struct inherit_source *from = r->from; from < r->from + r->count; from++) {
		const struct conf_obj *up;
		const uint64_t *written;

		if (from->once >= 0) {
			up = once_block(obj, from);
			written = up ? up->set : NULL;
		} else {
			up = outwards(obj, from->level);
			written = obj_meta_const(up)->given;
		}
		if (written && bit_get(written, from->row))
			return (const char *)up + from->offset;
	}
	return NULL;
}

static void take(struct conf_obj *obj, const struct inherit_row *r, const void *from)
{
	if (!from || bit_get(obj->set, r->row))
		return;
	memcpy((char *)obj + r->offset, from, r->size);
	bit_set(obj_meta(obj)->given, r->row);
}

/* Is there something in the blocks as `defaults`? */
static bool has_defaults(const struct conf_obj *obj, const struct block_index *index)
{
	for (unsigned i = 0; i < index->once_count; i++) {
		const struct conf_obj *once = once_block(obj, &index->onces[i]);

		for (unsigned j = 0; once && j < CONF_SET_WORDS; j++)
			if (once->set[j])
				return true;
	}
	return false;
}

/* What the enclosing block has and gives. */
static void inherit_from_parent(struct conf_obj *obj, const struct block_index *index)
{
	const uint64_t *given = obj_meta_const(obj->parent)->given;

	for (unsigned i = 0; i < CONF_SET_WORDS; i++)
		for (uint64_t bits = given[i] & index->parent_rows[i]; bits; bits &= bits - 1) {
			unsigned row = i * 64 + (unsigned)__builtin_ctzll(bits);
			const struct inherit_row *r = &index->inherits[index->from_parent[row]];

			take(obj, r, giver(obj, r));
		}
}

/* The enclosing blocks are complete. */
static void inherit(struct conf_obj *obj)
{
	struct obj_meta *meta = obj_meta(obj);
	const struct block_index *index = meta->index;

	memcpy(meta->given, obj->set, sizeof(meta->given));
	if (has_defaults(obj, index)) {
		for (unsigned i = 0; i < index->inherit_count; i++)
			take(obj, &index->inherits[i], giver(obj, &index->inherits[i]));
	} else if (index->inherit_count) {
		inherit_from_parent(obj, index);
		for (unsigned i = 0; i < index->far_count; i++) {
			const struct inherit_row *r = &index->inherits[index->far[i]];

			take(obj, r, giver(obj, r));
		}
	}
}

/* ---- scripts ---- */

/* Whom scripts run as that name nobody: the first section that has an answer gives it. */
static struct conf_user script_user(const struct conf *c)
{
	struct conf_user user = { 0 };

	for (unsigned i = 0; i < c->index->count && !user.name; i++) {
		const struct conf_section *section = c->index->roots[i]->section;

		if (section->script_user)
			user = section->script_user(c->roots[i]);
	}
	return user.name ? user : (struct conf_user){ .name = "nobody" };
}

/* What completing an object takes beside the object. */
struct completion {
	const struct conf *conf;
	struct conf_user user; /* of scripts; asked for when the first one is there */
};

static void name_users(struct conf_obj *obj, struct completion *c)
{
	const struct block_index *index = obj_meta(obj)->index;

	for (unsigned i = 0; i < index->script_row_count; i++) {
		struct conf_script *s = row_field(obj, conf_row(obj->block, index->script_rows[i]));

		if (!s->command || s->user)
			continue;
		if (!c->user.name)
			c->user = script_user(c->conf);
		s->is_default_user = true;
		s->user = c->user.name;
		s->group = c->user.group;
		conf_script_complete(s);
	}
}

/* ---- the walks ---- */

static void complete(struct conf_obj *obj, struct completion *c)
{
	const struct block_index *index = obj_meta(obj)->index;

	inherit(obj);
	name_users(obj, c);
	for (unsigned i = 0; i < index->block_row_count; i++) {
		struct obj_list in = row_objects(obj, index->block_rows[i]);

		for (size_t j = 0; j < in.count; j++)
			complete(in.items[j], c);
	}
}

static void judge(struct conf_obj *obj, struct conf_rules *r)
{
	const struct block_index *index = obj_meta(obj)->index;

	for (unsigned i = 0; i < index->block_row_count; i++) {
		struct obj_list in = row_objects(obj, index->block_rows[i]);

		for (size_t j = 0; j < in.count; j++)
			judge(in.items[j], r);
	}
	if (obj->block->check && !conf_is_faulty(obj))
		obj->block->check(obj, r);
}

void conf_resolve(struct conf *c, struct conf_report *report, bool is_canonical)
{
	struct conf_rules r = { .report = report, .arena = c->arena, .is_canonical = is_canonical };
	struct completion completion = { .conf = c };

	for (unsigned i = 0; i < c->index->count; i++)
		complete(c->roots[i], &completion);
	for (unsigned i = 0; i < c->index->count; i++) {
		const struct conf_section *section = c->index->roots[i]->section;

		judge(c->roots[i], &r);
		if (section->check)
			section->check(c->roots[i], &r);
	}
}

/* ---- what rules may use ---- */

static int row_number(const struct conf_block *block, uint32_t offset)
{
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (row->offset == offset && row->type != &conf_type_none)
			return (int)i;
	}
	fatal(EXIT_INTERNAL, "table %s has no row at offset %u", block->name, offset);
}

const struct conf_row *conf_row_at(const struct conf_block *block, uint32_t offset)
{
	return conf_row(block, (unsigned)row_number(block, offset));
}

static unsigned row_of(const struct conf_obj *obj, uint32_t offset)
{
	unsigned row = obj_meta_const(obj)->index->by_offset[offset];

	return row != ROW_NONE ? row : (unsigned)row_number(obj->block, offset); /* fatal */
}

bool conf_is_set(const struct conf_obj *obj, uint32_t offset)
{
	return bit_get(obj->set, row_of(obj, offset));
}

bool conf_is_given(const struct conf_obj *obj, uint32_t offset)
{
	return bit_get(obj_meta_const(obj)->given, row_of(obj, offset));
}

void conf_repaired(struct conf_obj *obj, uint32_t offset)
{
	unsigned i = (unsigned)row_number(obj->block, offset);

	bit_set(obj->set, i);
	bit_set(obj_meta(obj)->given, i);
}

void conf_drop(struct conf_obj *obj)
{
	obj_meta(obj)->is_dropped = true;
}

void conf_list_purge(struct conf_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!obj_meta_const(list->items[i])->is_dropped)
			list->items[n++] = list->items[i];
	list->count = n;
}

bool conf_is_faulty(const struct conf_obj *obj)
{
	return obj_meta_const(obj)->is_faulty;
}

/* "virtual_server 192.0.2.1 80" */
static void print_head(const struct conf_obj *obj, FILE *out)
{
	const struct conf_block *block = obj->block;

	fputs(block->name, out);
	for (unsigned i = 0; i < block->arg_count; i++) {
		if (!bit_get(obj->set, i))
			continue;
		putc(' ', out);
		block->args[i].type->print(
			&block->args[i], row_field_const(obj, &block->args[i]), out);
	}
}

/* The blocks around a place, but those that begin on its very line. */
static char *context_of(const struct conf_obj *obj, const struct conf_pos *pos)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool is_first = true;

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	for (; obj && obj->parent; obj = obj->parent) {
		if (obj->pos.file == pos->file && obj->pos.line == pos->line)
			continue;
		fputs(is_first ? "in " : ", in ", out);
		print_head(obj, out);
		fprintf(out, ", line %u", obj->pos.line);
		is_first = false;
	}
	fclose(out);
	return text;
}

void conf_complain(struct conf_rules *r, enum conf_severity severity, const struct conf_obj *obj,
	const struct conf_row *row, const char *fmt, ...)
{
	struct conf_pos pos = obj->pos;
	char *context;
	va_list ap;

	for (unsigned i = 0; row && i < row_count(obj->block); i++)
		if (conf_row(obj->block, i) == row && bit_get(obj_meta_const(obj)->placed, i))
			pos = obj_place(obj, i);
	context = context_of(obj->block->is_line ? obj->parent : obj, &pos);
	va_start(ap, fmt);
	conf_report_hide(r->report, row && (row->flags & CONF_SECRET));
	conf_report_addv(r->report, severity, pos, 0, context, fmt, ap);
	conf_report_hide(r->report, false);
	va_end(ap);
	free(context);
	if (severity == CONF_ERROR && r->arena) /* while it is being made */
		for (const struct conf_obj *o = obj; o; o = o->parent)
			((struct obj_meta *)(uintptr_t)obj_meta_const(o))->is_faulty = true;
}

/* ---- twins ---- */

struct twin_slot {
	uint64_t hash;
	struct conf_obj *obj;
};

void conf_twins(const struct conf_list *list, struct arena *scratch,
	void (*fn)(void *arg, size_t later, const struct conf_obj *earlier), void *arg)
{
	size_t size = 8, mask;
	struct twin_slot *slots;

	while (size < 2 * list->count)
		size *= 2;
	mask = size - 1;
	slots = arena_alloc(scratch, size * sizeof(*slots));
	for (size_t n = 0; n < list->count; n++) {
		struct conf_obj *obj = list->items[n];
		uint64_t hash = conf_hash(obj, true);
		size_t i = hash & mask;

		while (slots[i].obj &&
			(slots[i].hash != hash || !conf_equal_keys(slots[i].obj, obj)))
			i = (i + 1) & mask;
		if (slots[i].obj)
			fn(arg, n, slots[i].obj);
		else
			slots[i] = (struct twin_slot){ hash, obj };
	}
}
