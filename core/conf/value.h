/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_VALUE_H
#define KEEPD_CORE_CONF_VALUE_H

/*
 * What the parser, the rules and the printer know of a configuration and its objects beyond conf.h:
 * where each written row stands, what was inherited, which object has errors.
 */

#include "core/conf/index.h"

#define CONF_SET_WORDS (CONF_ROWS_MAX / 64)

struct conf {
	struct arena *arena;
	uint64_t generation;
	const struct conf_index *index;
	struct conf_obj *roots[CONF_SECTIONS_MAX];
	struct conf *parts[CONF_SECTIONS_MAX]; /* conf_join(): what the roots belong to */
};

/* Stands before every typed object. */
struct obj_meta {
	_Alignas(max_align_t) const struct block_index *index;
	struct conf_pos *places;	 /* of the rows in `placed`, in the order of the rows */
	uint64_t placed[CONF_SET_WORDS]; /* rows whose place is known */
	uint64_t given[CONF_SET_WORDS];	 /* rows with a value that is written, here or outside */
	bool is_faulty;			 /* there is an error in it or inside it */
	bool is_dropped;		 /* conf_drop() */
};

static inline struct obj_meta *obj_meta(struct conf_obj *obj)
{
	return (struct obj_meta *)(void *)obj - 1;
}

static inline const struct obj_meta *obj_meta_const(const struct conf_obj *obj)
{
	return (const struct obj_meta *)(const void *)obj - 1;
}

static inline bool bit_get(const uint64_t *bits, unsigned i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static inline void bit_set(uint64_t *bits, unsigned i)
{
	bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline unsigned row_count(const struct conf_block *block)
{
	return (unsigned)(block->arg_count + block->row_count);
}

static inline void *row_field(struct conf_obj *obj, const struct conf_row *row)
{
	return (char *)obj + row->offset;
}

static inline const void *row_field_const(const struct conf_obj *obj, const struct conf_row *row)
{
	return (const char *)obj + row->offset;
}

/* A new object with its defaults. */
struct conf_obj *obj_new(const struct block_index *index, struct conf_obj *parent,
	struct conf_pos pos, struct arena *a);
/* The object and what encloses it have an error. */
void obj_mark_faulty(struct conf_obj *obj);
/* Where the row was written, else the place of the object. */
struct conf_pos obj_place(const struct conf_obj *obj, unsigned row);

/* The objects of a row: of a list, or the one object as a list of one. */
struct obj_list {
	void *const *items;
	size_t count;
};
/* Empty for rows that are no block, and for all but the first row of a shared field. */
static inline struct obj_list row_objects(const struct conf_obj *obj, unsigned row)
{
	const void *field = row_field_const(obj, conf_row(obj->block, row));

	switch ((enum row_content)obj_meta_const(obj)->index->contents[row]) {
	case ROW_OBJECT: return (struct obj_list){ field, *(void *const *)field ? 1 : 0 };
	case ROW_OBJECTS: {
		const struct conf_list *list = field;

		return (struct obj_list){ list->items, list->count };
	}
	case ROW_VALUE: break;
	}
	return (struct obj_list){ 0 };
}

/* Reads all statements of a source into the roots of c. */
struct source;
void conf_parse(struct conf *c, struct source *source, struct conf_report *report);
/* Inheritance, whom scripts run as, then the rules of the objects and of the sections. */
void conf_resolve(struct conf *c, struct conf_report *report, bool is_canonical);

#endif
