/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a configuration from the files to its end: puts the stages together. See conf.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/source.h"
#include "core/conf/value.h"
#include "core/err.h"
#include "core/exit.h"

/* Is there no object in any section? */
static bool is_empty(const struct conf *c)
{
	for (unsigned i = 0; i < c->index->count; i++) {
		const struct conf_section *section = c->index->roots[i]->section;

		if (!section->is_empty || !section->is_empty(c->roots[i]))
			return false;
	}
	return true;
}

/* Is there an error that is one to everybody? */
static bool is_wrong(const struct conf_report *report)
{
	return conf_report_errors(report) > conf_report_not_built(report);
}

static struct conf *free_conf(struct conf *c)
{
	arena_free(c->arena);
	return NULL;
}

static struct conf *read_source(struct source *source, struct arena *arena,
	const struct conf_params *params, struct conf_report *report)
{
	struct conf *c = arena_alloc(arena, sizeof(*c));
	struct conf_pos start = { .file = source->last.file, .line = 1, .col = 1 };

	c->arena = arena;
	c->generation = params->generation;
	c->index = conf_index_new(params->sections, arena);
	conf_index_hide_secrets(c->index, report);
	conf_parse(c, source, report);
	source_close(source);
	if (source->is_given_up)
		return free_conf(c); /* what is missing may be in the part that was not read */
	if (params->has_no_rules)
		return is_wrong(report) ? free_conf(c) : c;
	conf_resolve(c, report, params->is_canonical);
	if (!params->is_canonical && !is_wrong(report) && is_empty(c))
		conf_report_add(report, CONF_ERROR, start, 1, "",
			"nothing is configured: there is neither a vrrp_instance nor a "
			"virtual_server");
	if (!conf_report_errors(report) || (params->is_to_look_at && !is_wrong(report)))
		return c;
	return free_conf(c);
}

static struct source source_of(
	const struct conf_params *params, struct arena *arena, struct conf_report *report)
{
	return (struct source){ .arena = arena,
		.report = report,
		.is_canonical = params->is_canonical,
		.config_id = params->config_id,
		.random_seed = params->random_seed };
}

struct conf *conf_read_file(
	const char *path, const struct conf_params *params, struct conf_report *r)
{
	struct arena *arena = arena_new();
	struct source source = source_of(params, arena, r);

	if (source_open(&source, path) < 0) {
		source_close(&source);
		arena_free(arena);
		return NULL;
	}
	return read_source(&source, arena, params, r);
}

struct conf *conf_read_text(const char *name, const char *text, size_t len,
	const struct conf_params *params, struct conf_report *r)
{
	struct arena *arena = arena_new();
	struct source source = source_of(params, arena, r);

	source_open_text(&source, name, text, len);
	return read_source(&source, arena, params, r);
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < CONF_SECTIONS_MAX; i++)
		conf_free(c->parts[i]);
	arena_free(c->arena);
}

struct conf *conf_join(struct conf *const *parts, unsigned count)
{
	struct arena *arena = arena_new();
	struct conf *c = arena_alloc(arena, sizeof(*c));
	struct conf_index *index = arena_alloc(arena, sizeof(*index));

	c->arena = arena;
	c->index = index;
	for (; index->count < count; index->count++) {
		struct conf *part = parts[index->count];

		c->generation = part->generation;
		c->parts[index->count] = part;
		c->roots[index->count] = part->roots[0];
		index->roots[index->count] = part->index->roots[0];
	}
	return c;
}

uint64_t conf_generation(const struct conf *c)
{
	return c->generation;
}

const struct conf_obj *conf_root(const struct conf *c, const struct conf_section *section)
{
	for (unsigned i = 0; i < c->index->count; i++)
		if (c->index->roots[i]->section == section)
			return c->roots[i];
	return NULL;
}

/* ---- scripts ---- */

struct script_visit {
	conf_script_fn *fn;
	void *arg;
	uint64_t *seen; /* ids, open addressing; 0 = free */
	size_t count, size;
};

static bool is_new(struct script_visit *v, uint64_t id);

static void grow(struct script_visit *v)
{
	struct script_visit bigger = { .size = v->size ? v->size * 2 : 16 };

	bigger.seen = calloc(bigger.size, sizeof(*bigger.seen));
	if (!bigger.seen)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < v->size; i++)
		if (v->seen[i])
			is_new(&bigger, v->seen[i]);
	free(v->seen);
	v->seen = bigger.seen;
	v->size = bigger.size;
}

/* Notes the id; true if it was not seen before. */
static bool is_new(struct script_visit *v, uint64_t id)
{
	size_t i;

	if (2 * (v->count + 1) > v->size)
		grow(v);
	for (i = id & (v->size - 1); v->seen[i]; i = (i + 1) & (v->size - 1))
		if (v->seen[i] == id)
			return false;
	v->seen[i] = id;
	v->count++;
	return true;
}

static void visit(const struct conf_obj *obj, struct script_visit *v)
{
	const struct block_index *index = obj_meta_const(obj)->index;

	if (!index->has_scripts)
		return;
	for (unsigned i = 0; i < index->script_row_count; i++) {
		const struct conf_row *row = conf_row(obj->block, index->script_rows[i]);
		const struct conf_script *s = row_field_const(obj, row);

		if (s->id && is_new(v, s->id))
			v->fn(v->arg, obj, row, s);
	}
	for (unsigned i = 0; i < index->block_row_count; i++) {
		struct obj_list in = row_objects(obj, index->block_rows[i]);

		for (size_t j = 0; j < in.count; j++)
			visit(in.items[j], v);
	}
}

void conf_scripts(const struct conf *c, conf_script_fn *fn, void *arg)
{
	struct script_visit v = { .fn = fn, .arg = arg };

	for (unsigned i = 0; i < c->index->count; i++)
		visit(c->roots[i], &v);
	free(v.seen);
}
