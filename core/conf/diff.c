/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing objects row by row, and pairing two lists of them by identity. The values compared are
 * the effective ones: whether a value was written or inherited makes no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/rules.h"
#include "core/err.h"
#include "core/exit.h"

static bool row_equal(const struct conf_obj *a, const struct conf_obj *b, unsigned i)
{
	const struct conf_row *row = conf_row(a->block, i);
	struct obj_list x, y;

	if (!(row->type->flags & TYPE_BLOCK))
		return row->type->equal(row_field_const(a, row), row_field_const(b, row));
	x = row_objects(a, i);
	y = row_objects(b, i);
	if (x.count != y.count)
		return false;
	for (size_t j = 0; j < x.count; j++)
		if (!conf_equal(x.items[j], y.items[j]))
			return false;
	return true;
}

bool conf_equal(const struct conf_obj *a, const struct conf_obj *b)
{
	if (a->block != b->block)
		return false;
	for (unsigned i = 0; i < row_count(a->block); i++)
		if (!row_equal(a, b, i))
			return false;
	return true;
}

bool conf_equal_keys(const struct conf_obj *a, const struct conf_obj *b)
{
	const struct block_index *index = obj_meta_const(a)->index;

	if (a->block != b->block)
		return false;
	for (unsigned i = 0; i < index->key_count; i++)
		if (!row_equal(a, b, index->key_rows[i]))
			return false;
	return true;
}

static uint64_t hash_all(uint64_t h, const struct conf_obj *obj);

static uint64_t hash_row(uint64_t h, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);
	struct obj_list in;

	if (!(row->type->flags & TYPE_BLOCK))
		return row->type->hash(h, row_field_const(obj, row));
	in = row_objects(obj, i);
	for (size_t j = 0; j < in.count; j++)
		h = hash_all(h, in.items[j]);
	return h;
}

static uint64_t hash_all(uint64_t h, const struct conf_obj *obj)
{
	h = hash_text(h, obj->block->name);
	for (unsigned i = 0; i < row_count(obj->block); i++)
		h = hash_row(h, obj, i);
	return h;
}

static uint64_t hash_keys(const struct conf_obj *obj)
{
	const struct block_index *index = obj_meta_const(obj)->index;
	uint64_t h = index->name_hash;

	for (unsigned i = 0; i < index->key_count; i++)
		h = hash_row(h, obj, index->key_rows[i]);
	return h;
}

uint64_t conf_hash(const struct conf_obj *obj, bool key_only)
{
	return hash_end(key_only ? hash_keys(obj) : hash_all(HASH_START, obj));
}

/* ---- diff ---- */

/* Old objects by key; those of the same key in a chain, in the order of the list. */
struct old_slot {
	uint64_t hash;
	const struct conf_obj *obj;
	size_t next; /* index + 1 of the next of the chain; 0 = none */
	bool is_taken;
};

struct old_table {
	struct old_slot *slots; /* one for each old object */
	size_t *heads;		/* index + 1 */
	size_t mask;
};

static void *array(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	return p;
}

static struct old_table table_of(const struct conf_list *list)
{
	struct old_table t = { .slots = array(list->count, sizeof(*t.slots)), .mask = 7 };

	while (t.mask + 1 < 2 * list->count)
		t.mask = t.mask * 2 + 1;
	t.heads = array(t.mask + 1, sizeof(*t.heads));
	for (size_t i = list->count; i-- > 0;) { /* backwards: the first one ends up in front */
		const struct conf_obj *obj = list->items[i];
		uint64_t hash = conf_hash(obj, true);

		t.slots[i] = (struct old_slot){ hash, obj, t.heads[hash & t.mask], false };
		t.heads[hash & t.mask] = i + 1;
	}
	return t;
}

static const struct conf_obj *take_partner(struct old_table *t, const struct conf_obj *obj)
{
	uint64_t hash = conf_hash(obj, true);
	size_t *link = &t->heads[hash & t->mask];

	for (; *link; link = &t->slots[*link - 1].next) {
		struct old_slot *slot = &t->slots[*link - 1];

		if (slot->hash == hash && conf_equal_keys(slot->obj, obj)) {
			*link = slot->next;
			slot->is_taken = true;
			return slot->obj;
		}
	}
	return NULL;
}

/* Rows of a shared field differ together. */
static void compare(struct conf_change *ch, const struct conf_obj *a, const struct conf_obj *b)
{
	ch->op = CONF_SAME;
	for (unsigned i = 0; i < row_count(a->block); i++) {
		const struct conf_row *row = conf_row(a->block, i);

		if (row_equal(a, b, i))
			continue;
		bit_set(ch->rows, i);
		ch->op = CONF_CHANGE;
		if (row->scope > ch->scope)
			ch->scope = row->scope;
	}
}

struct conf_change *conf_diff(
	const struct conf_list *old_list, const struct conf_list *new_list, size_t *count)
{
	struct old_table t = table_of(old_list);
	size_t max = old_list->count + new_list->count, n = 0, deleted = 0;
	struct conf_change *added = array(new_list->count, sizeof(*added));
	struct conf_change *all = array(max, sizeof(*all));

	for (size_t i = 0; i < new_list->count; i++) {
		struct conf_change *ch = &added[i];

		ch->op = CONF_ADD;
		ch->new_obj = new_list->items[i];
		ch->old_obj = take_partner(&t, new_list->items[i]);
		if (ch->old_obj)
			compare(ch, ch->old_obj, ch->new_obj);
	}
	for (size_t i = 0; i < old_list->count; i++)
		if (!t.slots[i].is_taken)
			all[deleted++] = (struct conf_change){ .op = CONF_DEL,
				.old_obj = old_list->items[i] };
	n = deleted + new_list->count;
	memcpy(all + deleted, added, new_list->count * sizeof(*all));
	free(added);
	free(t.slots);
	free(t.heads);
	*count = n;
	return all;
}

bool conf_change_has(const struct conf_change *ch, const struct conf_block *block, uint32_t offset)
{
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (row->offset == offset && row->type != &conf_type_none && bit_get(ch->rows, i))
			return true;
	}
	return false;
}
