/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_INDEX_H
#define KEEPD_CORE_CONF_INDEX_H

/*
 * The tables made ready for one reading: keywords hashed, defaults read once into a template of
 * each object, and for each inherited row where its value may come from. The index of a block knows
 * its place in the language, so the same block table under two parents has two indexes.
 */

#include "core/conf/types.h"

#define CONF_SECTIONS_MAX 8
#define CONF_LEVELS_MAX	  8 /* blocks inside one another, the root included */

enum keyword_kind {
	KEYWORD_NAME,
	KEYWORD_ALIAS,
	KEYWORD_DEPRECATED,
};

/* The first and the last eight bytes (they may overlap): up to sixteen bytes are the keyword. */
struct keyword_ends {
	uint64_t first, last;
};

struct keyword_slot {
	struct keyword_ends ends;
	const char *text; /* not NUL-terminated; NULL = free */
	uint16_t len, row;
	enum keyword_kind kind;
};

#define ROW_NONE UINT16_MAX

/* What stands in the field of a row. */
enum row_content {
	ROW_VALUE,   /* no object; or those of a field that an earlier row shares */
	ROW_OBJECT,  /* a pointer to an object, or NULL */
	ROW_OBJECTS, /* a struct conf_list of objects */
};

/* Where an inherited value may come from. */
struct inherit_source {
	uint16_t level;	 /* 1 = the enclosing block, ... */
	int16_t once;	 /* of that block: -1, or the row of a block that stands there once ... */
	uint16_t row;	 /* ... and the row, of the enclosing block or of that one */
	uint32_t offset; /* of its field */
};

struct inherit_row {
	uint16_t row;
	uint32_t offset, size; /* of its field */
	unsigned count;
	/*
	 * Nearest first. An enclosing block that inherits the row itself is the last of them: what
	 * is further out has come to it before.
	 */
	struct inherit_source from[4 * CONF_LEVELS_MAX];
};

struct block_index {
	const struct conf_section *section;
	const struct conf_block *block;
	struct block_index *parent;
	unsigned row_count; /* arguments included */
	struct keyword_slot *slots;
	uint32_t mask;
	/*
	 * The row without a name, or -1: it takes the lines that begin with no keyword of the
	 * block or of the outermost level, and its type reads the first word of them too
	 * (type_in.keyword).
	 */
	int nameless_row;
	int stray_row;		       /* the row with CONF_STRAYS, or -1 */
	struct block_index **children; /* of each row; NULL where there is no block */
	void *template;
	uint8_t *contents; /* enum row_content of each row */
	/* the rows with objects, with scripts, that must be written, whose block always exists,
	 * keys */
	uint16_t *block_rows, *script_rows, *required_rows, *always_rows, *key_rows;
	unsigned block_row_count, script_row_count, required_count, always_count, key_count;
	uint16_t *by_offset; /* the row of a field, ROW_NONE = of none */
	uint64_t name_hash;  /* of the name of the block */
	bool has_scripts;    /* in it or inside it */
	bool has_secrets;    /* in it, not inside it */
	struct inherit_row *inherits;
	unsigned inherit_count;
	/* short ways where nothing stands in blocks as `defaults`: these rows of the parent are
	   given to those of `inherits` ... */
	uint64_t parent_rows[CONF_ROWS_MAX / 64];
	uint16_t *from_parent; /* by row of the parent */
	/* ... these of `inherits` come from further out ... */
	uint16_t *far;
	unsigned far_count;
	/* ... and these are the blocks as `defaults`: level and row */
	struct inherit_source *onces;
	unsigned once_count;
};

struct conf_index {
	struct block_index *roots[CONF_SECTIONS_MAX];
	unsigned count;
};

/* Everything in the arena; the default values may be shared by objects and live as long. */
struct conf_index *conf_index_new(const struct conf_section *const *sections, struct arena *a);

/* Tells the report the keywords of secrets (CONF_SECRET), which stay out of what it shows. */
void conf_index_hide_secrets(const struct conf_index *index, struct conf_report *report);

static inline const struct conf_row *conf_row(const struct conf_block *block, unsigned i)
{
	return i < block->arg_count ? &block->args[i] : &block->rows[i - block->arg_count];
}

/* The row a keyword stands for, or -1. */
int block_index_find(
	const struct block_index *b, const char *text, size_t len, enum keyword_kind *kind);

/*
 * Edits (one letter more, less, other, or two swapped) from one word to the other; UINT_MAX if one
 * of them is very long.
 */
unsigned conf_word_distance(const char *a, size_t a_len, const char *b, size_t b_len);
/* The nearest known keyword of the blocks, or NULL if none is near. */
const char *conf_index_nearest(struct block_index *const *blocks, unsigned count, const char *text);
/* The name of a block anywhere in which the keyword is known, or NULL ("" = outermost level). */
const char *conf_index_home(const struct conf_index *index, const char *text, size_t len);

/* Do both section n and an earlier one have a row in the block of the outermost level? It is told
 * once. */
bool conf_index_is_shared(
	const struct conf_index *index, unsigned n, const char *block, const char *row);

#endif
