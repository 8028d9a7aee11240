/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed objects as such: making them, finding what is inside them and where it was written. See
 * value.h; the parser fills them, the rules and the walks look at them.
 */
#include <string.h>

#include "core/conf/value.h"

struct conf_obj *obj_new(const struct block_index *index, struct conf_obj *parent,
	struct conf_pos pos, struct arena *a)
{
	struct obj_meta *meta = arena_take(a, sizeof(*meta) + index->block->size);
	struct conf_obj *obj = (struct conf_obj *)(void *)(meta + 1);

	*meta = (struct obj_meta){ .index = index };
	memcpy(obj, index->template, index->block->size);
	obj->block = index->block;
	obj->parent = parent;
	obj->pos = pos;
	for (unsigned i = 0; i < index->always_count; i++) {
		unsigned row = index->always_rows[i];

		*(struct conf_obj **)row_field(obj, conf_row(index->block, row)) =
			obj_new(index->children[row], obj, pos, a);
	}
	return obj;
}

void obj_mark_faulty(struct conf_obj *obj)
{
	for (; obj && !obj_meta(obj)->is_faulty; obj = obj->parent)
		obj_meta(obj)->is_faulty = true;
}

struct conf_pos obj_place(const struct conf_obj *obj, unsigned row)
{
	const struct obj_meta *meta = obj_meta_const(obj);
	unsigned before = 0;

	if (!bit_get(meta->placed, row) || !meta->places)
		return obj->pos;
	for (unsigned i = 0; i < row / 64; i++)
		before += (unsigned)__builtin_popcountll(meta->placed[i]);
	before += (unsigned)__builtin_popcountll(
		meta->placed[row / 64] & ((UINT64_C(1) << (row % 64)) - 1));
	return meta->places[before];
}
