/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preparing the tables for a reading. A table that contradicts itself (a default out of range, a
 * keyword twice) is a mistake in the program and ends it; a unit test reads all tables. See
 * index.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/index.h"
#include "core/exit.h"

/* ---- keywords ---- */

static inline struct keyword_ends ends_of(const char *text, size_t len)
{
	struct keyword_ends e = { 0 };

	if (len >= sizeof(e.first)) {
		memcpy(&e.first, text, sizeof(e.first));
		memcpy(&e.last, text + len - sizeof(e.last), sizeof(e.last));
	} else {
		for (size_t i = 0; i < len; i++)
			e.first = e.first << 8 | (unsigned char)text[i];
	}
	return e;
}

static inline uint32_t ends_hash(const struct keyword_ends *e, size_t len)
{
	uint64_t h =
		(e->first ^ (e->last << 13 | e->last >> 51) ^ len) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(h >> 32);
}

/* As block_index_find, but only a keyword that is written as such. */
static inline int find_keyword(
	const struct block_index *b, const char *text, size_t len, enum keyword_kind *kind)
{
	struct keyword_ends e = ends_of(text, len);

	for (uint32_t i = ends_hash(&e, len) & b->mask; b->slots[i].text; i = (i + 1) & b->mask) {
		const struct keyword_slot *slot = &b->slots[i];

		if (slot->ends.first != e.first || slot->ends.last != e.last || slot->len != len ||
			(len > sizeof(e) && memcmp(slot->text, text, len) != 0))
			continue;
		*kind = slot->kind;
		return slot->row;
	}
	return -1;
}

/* What is no keyword is an entry of the block, unless it belongs at the outermost level. */
static int find_nameless(
	const struct block_index *b, const char *text, size_t len, enum keyword_kind *kind)
{
	const struct block_index *root = b;

	while (root->parent)
		root = root->parent;
	if (block_index_find(root, text, len, kind) >= 0)
		return -1; /* a brace is missing */
	*kind = KEYWORD_NAME;
	return b->nameless_row;
}

int block_index_find(
	const struct block_index *b, const char *text, size_t len, enum keyword_kind *kind)
{
	int row = find_keyword(b, text, len, kind);

	return row >= 0 || b->nameless_row < 0 ? row : find_nameless(b, text, len, kind);
}

static void add_keyword(
	struct block_index *b, const char *text, size_t len, unsigned row, enum keyword_kind kind)
{
	struct keyword_ends e = ends_of(text, len);
	uint32_t i = ends_hash(&e, len) & b->mask;
	enum keyword_kind other;

	if (find_keyword(b, text, len, &other) >= 0)
		fatal(EXIT_INTERNAL, "table %s: keyword %.*s stands there twice", b->block->name,
			(int)len, text);
	while (b->slots[i].text)
		i = (i + 1) & b->mask;
	b->slots[i] = (struct keyword_slot){ e, text, (uint16_t)len, (uint16_t)row, kind };
}

/* Calls add_keyword for each of the words, or only counts them. */
static unsigned each_word(struct block_index *b, const char *words, unsigned row,
	enum keyword_kind kind, bool is_counting)
{
	unsigned n = 0;

	while (words && *words) {
		size_t len = strcspn(words, " ");

		if (len && !is_counting)
			add_keyword(b, words, len, row, kind);
		n += len > 0;
		words += len + (words[len] == ' ');
	}
	return n;
}

static unsigned all_words(struct block_index *b, bool is_counting)
{
	unsigned n = 0;

	for (unsigned i = (unsigned)b->block->arg_count; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(b->block, i);

		if (!(row->type->flags & TYPE_VERB)) /* whose words are its aliases */
			n += each_word(b, row->name, i, KEYWORD_NAME, is_counting);
		n += each_word(b, row->aliases, i, KEYWORD_ALIAS, is_counting);
		n += each_word(b, row->deprecated, i, KEYWORD_DEPRECATED, is_counting);
	}
	return n;
}

static void hash_keywords(struct block_index *b, struct arena *a)
{
	uint32_t size = 4;

	while (size < 2 * all_words(b, true))
		size *= 2;
	b->slots = arena_alloc(a, size * sizeof(*b->slots));
	b->mask = size - 1;
	b->nameless_row = b->stray_row = -1;
	for (unsigned i = (unsigned)b->block->arg_count; i < b->row_count; i++)
		if (!*conf_row(b->block, i)->name)
			b->nameless_row = (int)i;
		else if (conf_row(b->block, i)->flags & CONF_STRAYS)
			b->stray_row = (int)i;
	all_words(b, false);
}

/* ---- defaults ---- */

static void read_default(struct block_index *b, const struct conf_row *row, struct arena *a)
{
	struct conf_report *report = conf_report_new();
	struct word_source src = { .text = row->dflt, .len = strlen(row->dflt) };
	struct word keyword = { .text = row->name }, *words;
	struct type_in in = { .keyword = &keyword,
		.raw = &src,
		.row = row,
		.arena = a,
		.scratch = a,
		.report = report };
	const char *why = NULL;
	size_t at;
	int n = words_split(a, &src, WORDS_PLAIN, &words, &at, &why);

	in.words = words;
	in.count = n < 0 ? 0 : (unsigned)n;
	if (n < 0 || row->type->read(&in, (char *)b->template + row->offset) < 0 ||
		in.next < in.count)
		fatal(EXIT_INTERNAL, "table %s: default `%s` of %s: %s", b->block->name, row->dflt,
			row->name, conf_report_first(report));
	conf_report_free(report);
}

static void read_defaults(struct block_index *b, struct arena *a)
{
	b->template = arena_alloc(a, b->block->size);
	for (unsigned i = 0; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(b->block, i);

		if (b->block->is_line && row->type == &conf_type_flag)
			fatal(EXIT_INTERNAL,
				"table %s: %s must be a switch: what follows it in a line is "
				"the next option",
				b->block->name, row->name);
		if (row->offset + row->type->size > b->block->size)
			fatal(EXIT_INTERNAL, "table %s: the field of %s is outside the struct",
				b->block->name, row->name);
		if (row->dflt && row->type->read)
			read_default(b, row, a);
	}
}

/* ---- inheritance ---- */

/* True if it inherits the row itself. */
static bool add_source(struct inherit_row *r, const struct conf_row *row,
	const struct block_index *from, const char *name, size_t len, unsigned level, int once)
{
	enum keyword_kind kind;
	int i = find_keyword(from, name, len, &kind);
	const struct conf_row *there = i < 0 ? NULL : conf_row(from->block, (unsigned)i);

	if (!there || there->type != row->type)
		return false;
	if (r->count == sizeof(r->from) / sizeof(*r->from))
		fatal(EXIT_INTERNAL, "table: %s is inherited from too many places", row->name);
	r->from[r->count++] = (struct inherit_source){ (uint16_t)level, (int16_t)once, (uint16_t)i,
		there->offset };
	return there->flags & CONF_INHERIT;
}

/* The row of the block `defaults` that stands once in a block, or -1. */
static int defaults_row(const struct block_index *b)
{
	enum keyword_kind kind;
	int i = find_keyword(b, "defaults", strlen("defaults"), &kind);

	return i >= 0 && b->children[i] && !(conf_row(b->block, (unsigned)i)->flags & CONF_REPEATS)
		       ? i
		       : -1;
}

/*
 * What an enclosing block says: its `defaults` are for what is inside it and come first. True if it
 * inherits the row itself.
 */
static bool add_level_sources(struct inherit_row *r, const struct conf_row *row,
	const struct block_index *up, unsigned level)
{
	size_t len = strlen(row->name);
	int defaults = defaults_row(up);

	if (defaults >= 0)
		add_source(r, row, up->children[defaults], row->name, len, level, defaults);
	return add_source(r, row, up, row->name, len, level, -1);
}

/*
 * The blocks that stand once at the outermost level: NAME_SECTION there, which is about this
 * section alone, then NAME, then SECTION_NAME, which is another spelling of it.
 */
static void add_once_sources(struct inherit_row *r, const struct conf_row *row,
	const struct block_index *root, unsigned level)
{
	const char *section = root->section->name;
	char names[3][128];

	snprintf(names[0], sizeof(names[0]), "%s_%s", row->name, section);
	snprintf(names[1], sizeof(names[1]), "%s", row->name);
	snprintf(names[2], sizeof(names[2]), "%s_%s", section, row->name);
	for (unsigned i = 0; i < root->row_count; i++) {
		const struct block_index *once = root->children[i];

		if (!once || (conf_row(root->block, i)->flags & CONF_REPEATS) ||
			(int)i == defaults_row(root))
			continue;
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			add_source(r, row, once, names[n], strlen(names[n]), level, (int)i);
	}
}

static void find_inherited(struct block_index *b, struct arena *a)
{
	b->inherits = arena_alloc(a, b->row_count * sizeof(*b->inherits));
	for (unsigned i = 0; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(b->block, i);
		struct inherit_row *r = &b->inherits[b->inherit_count];
		unsigned level = 1;

		if (!(row->flags & CONF_INHERIT))
			continue;
		b->inherit_count++;
		r->row = (uint16_t)i;
		r->offset = row->offset;
		r->size = (uint32_t)row->type->size;
		for (const struct block_index *up = b->parent; up; up = up->parent, level++) {
			if (add_level_sources(r, row, up, level))
				break;
			if (!up->parent)
				add_once_sources(r, row, up, level);
		}
	}
}

/* ---- the short ways of inheritance ---- */

static void note_once(struct block_index *b, const struct inherit_source *from)
{
	for (unsigned i = 0; i < b->once_count; i++)
		if (b->onces[i].level == from->level && b->onces[i].once == from->once)
			return;
	b->onces[b->once_count++] = *from;
}

static void note_short_way(struct block_index *b, unsigned number)
{
	const struct inherit_row *r = &b->inherits[number];
	const struct inherit_source *first = NULL; /* of those that are no block as `defaults` */

	for (unsigned i = 0; i < r->count; i++)
		if (r->from[i].once >= 0)
			note_once(b, &r->from[i]);
		else if (!first)
			first = &r->from[i];
	if (!first)
		return;
	if (first->level == 1) {
		b->parent_rows[first->row / 64] |= UINT64_C(1) << (first->row % 64);
		b->from_parent[first->row] = (uint16_t)number;
	}
	if (first->level > 1 || first + 1 < r->from + r->count)
		b->far[b->far_count++] = (uint16_t)number;
}

static void note_short_ways(struct block_index *b, struct arena *a)
{
	unsigned sources = 0;

	if (!b->parent)
		return;
	for (unsigned i = 0; i < b->inherit_count; i++)
		sources += b->inherits[i].count;
	b->from_parent = arena_alloc(a, b->parent->row_count * sizeof(*b->from_parent));
	b->far = arena_alloc(a, b->inherit_count * sizeof(*b->far));
	b->onces = arena_alloc(a, sources * sizeof(*b->onces));
	for (unsigned i = 0; i < b->inherit_count; i++)
		note_short_way(b, i);
}

/* ---- what the walks look at ---- */

static bool is_shared(const struct conf_block *block, unsigned row)
{
	for (unsigned i = 0; i < row; i++)
		if ((conf_row(block, i)->type->flags & TYPE_BLOCK) &&
			conf_row(block, i)->offset == conf_row(block, row)->offset)
			return true;
	return false;
}

/* Of rows that share a field the first one. */
static void note_offsets(struct block_index *b, struct arena *a)
{
	b->by_offset = arena_take(a, b->block->size * sizeof(*b->by_offset));
	memset(b->by_offset, 0xff, b->block->size * sizeof(*b->by_offset));
	for (unsigned i = b->row_count; i-- > 0;)
		if (conf_row(b->block, i)->type != &conf_type_none)
			b->by_offset[conf_row(b->block, i)->offset] = (uint16_t)i;
}

static void note_walked(struct block_index *b, struct arena *a)
{
	b->contents = arena_alloc(a, b->row_count);
	b->block_rows = arena_alloc(a, b->row_count * sizeof(*b->block_rows));
	b->script_rows = arena_alloc(a, b->row_count * sizeof(*b->script_rows));
	b->required_rows = arena_alloc(a, b->row_count * sizeof(*b->required_rows));
	b->always_rows = arena_alloc(a, b->row_count * sizeof(*b->always_rows));
	b->key_rows = arena_alloc(a, b->row_count * sizeof(*b->key_rows));
	b->name_hash = hash_text(HASH_START, b->block->name);
	note_offsets(b, a);
	for (unsigned i = 0; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(b->block, i);
		bool is_list = row->type == &conf_type_lines || (row->flags & CONF_REPEATS);

		if ((row->type->flags & TYPE_BLOCK) && !is_shared(b->block, i)) {
			b->contents[i] = is_list ? ROW_OBJECTS : ROW_OBJECT;
			b->block_rows[b->block_row_count++] = (uint16_t)i;
		}
		if (row->type == &conf_type_script)
			b->script_rows[b->script_row_count++] = (uint16_t)i;
		if ((row->flags & CONF_REQUIRED) &&
			(i >= b->block->arg_count || (row->flags & CONF_FLOATS)))
			b->required_rows[b->required_count++] = (uint16_t)i;
		if (row->flags & CONF_ALWAYS)
			b->always_rows[b->always_count++] = (uint16_t)i;
		b->has_secrets |= (row->flags & CONF_SECRET) != 0;
		if (row->flags & CONF_KEY)
			b->key_rows[b->key_count++] = (uint16_t)i;
	}
}

/* ---- all of it ---- */

static struct block_index *index_block(const struct conf_section *section,
	const struct conf_block *block, struct block_index *parent, struct arena *a)
{
	struct block_index *b = arena_alloc(a, sizeof(*b));
	unsigned level = 0;

	for (const struct block_index *up = parent; up; up = up->parent)
		level++;
	b->section = section;
	b->block = block;
	b->parent = parent;
	b->row_count = (unsigned)(block->arg_count + block->row_count);
	if (level >= CONF_LEVELS_MAX || b->row_count > CONF_ROWS_MAX)
		fatal(EXIT_INTERNAL, "table %s: too deep, or more than %d rows", block->name,
			CONF_ROWS_MAX);
	hash_keywords(b, a);
	read_defaults(b, a);
	note_walked(b, a);
	b->children = arena_alloc(a, b->row_count * sizeof(struct block_index *));
	for (unsigned i = 0; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(block, i);

		if (row->type->flags & TYPE_BLOCK) {
			b->children[i] = index_block(section, row->param, b, a);
			b->has_scripts |= b->children[i]->has_scripts;
		}
	}
	b->has_scripts |= b->script_row_count > 0;
	return b;
}

static void inherit_all(struct block_index *b, struct arena *a)
{
	find_inherited(b, a);
	note_short_ways(b, a);
	for (unsigned i = 0; i < b->row_count; i++)
		if (b->children[i])
			inherit_all(b->children[i], a);
}

struct conf_index *conf_index_new(const struct conf_section *const *sections, struct arena *a)
{
	struct conf_index *index = arena_alloc(a, sizeof(*index));

	for (; sections[index->count]; index->count++) {
		if (index->count == CONF_SECTIONS_MAX)
			fatal(EXIT_INTERNAL, "more than %d sections", CONF_SECTIONS_MAX);
		index->roots[index->count] =
			index_block(sections[index->count], sections[index->count]->root, NULL, a);
		inherit_all(index->roots[index->count], a);
	}
	return index;
}

static void hide_secrets(const struct block_index *b, struct conf_report *report)
{
	for (unsigned i = 0; i < b->row_count; i++) {
		const struct conf_row *row = conf_row(b->block, i);

		if ((row->flags & CONF_SECRET) && i >= b->block->arg_count)
			conf_report_hide_keyword(report, row->name);
		if (b->children[i])
			hide_secrets(b->children[i], report);
	}
}

void conf_index_hide_secrets(const struct conf_index *index, struct conf_report *report)
{
	for (unsigned i = 0; i < index->count; i++)
		hide_secrets(index->roots[i], report);
}

bool conf_index_is_shared(
	const struct conf_index *index, unsigned n, const char *block, const char *row)
{
	enum keyword_kind kind;

	for (unsigned k = 0; k < n; k++) {
		const struct block_index *root = index->roots[k], *b;
		int i = block_index_find(root, block, strlen(block), &kind);

		b = i < 0 ? NULL : root->children[i];
		if (b && block_index_find(b, row, strlen(row), &kind) >= 0)
			return true;
	}
	return false;
}
