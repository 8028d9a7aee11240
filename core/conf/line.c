/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines that are put together from pieces, and the way back from their bytes to what the user
 * wrote. See line.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/line.h"
#include "core/exit.h"

#define VIEWED_MAX 1000 /* segments of a line that get another origin */

size_t line_without_comment(const char *text, size_t len)
{
	bool is_quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (text[i] == '#' || text[i] == '!') &&
			 (i == 0 || text[i - 1] != '\\'))
			return i;
	}
	return len;
}

/* ---- origins ---- */

const struct conf_file *line_view(
	struct arena *a, const struct conf_file *file, const struct conf_origin *origin)
{
	struct conf_file *view;

	if (!origin)
		return file;
	view = arena_alloc(a, sizeof(*view));
	*view = *file;
	view->origin = origin;
	return view;
}

static void print_line_number(
	const struct conf_pos *pos, const struct conf_pos *seen_from, FILE *out)
{
	if (pos->file->number == seen_from->file->number)
		fprintf(out, "line %u", pos->line);
	else
		fprintf(out, "%s:%u", pos->file->name, pos->line);
}

/* The variables of nested sequences, the outermost first. */
static const struct conf_origin *print_rounds(const struct conf_origin *o, FILE *out)
{
	const struct conf_origin *rest;

	if (!o->outer || o->outer->kind != ORIGIN_ROUND) {
		fprintf(out, "with %s = %s", o->name, o->value);
		return o->outer;
	}
	rest = print_rounds(o->outer, out);
	fprintf(out, ", %s = %s", o->name, o->value);
	return rest;
}

static void print_origin(const struct conf_pos *pos, FILE *out)
{
	const struct conf_origin *o = pos->file->origin;
	const char *comma = "";

	while (o) {
		if (o->kind == ORIGIN_FAULT) {
			o = o->outer;
			continue;
		}
		fputs(comma, out);
		comma = ", ";
		if (o->kind == ORIGIN_ROUND) {
			o = print_rounds(o, out);
			continue;
		}
		if (o->kind == ORIGIN_BODY)
			fprintf(out, "from $%s used in ", o->name);
		else
			fprintf(out, "$%s is `%s`, ", o->name, o->value);
		print_line_number(&o->pos, pos, out);
		o = o->outer;
	}
}

char *line_origin_text(const struct conf_pos *pos)
{
	char *text = NULL;
	size_t len;
	FILE *out;

	if (!pos->file || !pos->file->origin)
		return NULL;
	out = open_memstream(&text, &len);
	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	print_origin(pos, out);
	fclose(out);
	if (len)
		return text;
	free(text);
	return NULL;
}

/* ---- places ---- */

static size_t find_segment(const struct line_map *map, size_t at)
{
	size_t low = 0, high = map->count;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (map->segments[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The column behind the byte before `end`, which belongs to the segment. */
static uint32_t end_column(const struct line_segment *seg, size_t end)
{
	return seg->pos.col + (seg->width ? seg->width : (uint32_t)(end - seg->at));
}

struct conf_pos line_pos(const struct word_source *src, size_t at, size_t len, uint32_t *width)
{
	const struct line_map *map = src->map;
	const struct line_segment *seg, *last;
	struct conf_pos pos = src->pos;
	size_t from, end;

	if (!map) {
		pos.col += (uint32_t)at;
		if (width)
			*width = (uint32_t)len;
		return pos;
	}
	from = (size_t)(src->text - map->text) + at;
	end = from + (len ? len : 1);
	seg = &map->segments[find_segment(map, from)];
	last = &map->segments[find_segment(map, end - 1)];
	pos = seg->pos;
	if (!seg->width)
		pos.col += (uint32_t)(from - seg->at);
	for (const struct line_segment *s = seg; s <= last; s++) {
		const struct conf_origin *o = s->pos.file ? s->pos.file->origin : NULL;

		if (s->pos.line != pos.line || !o || o->kind < ORIGIN_VALUE)
			continue;
		pos.file = s->pos.file; /* a value within the word */
		break;
	}
	if (last->pos.line != pos.line || end_column(last, end) <= pos.col) {
		last = seg;
		if (end > seg[1].at && seg + 1 < map->segments + map->count)
			end = seg[1].at;
	}
	if (width)
		*width = end_column(last, end) - pos.col;
	return pos;
}

void line_advance(struct word_source *line, size_t by)
{
	line->text += by;
	line->len -= by;
	if (!line->map)
		line->pos.col += (uint32_t)by;
	else if (line->len)
		line->pos = line_pos(line, 0, 1, NULL);
}

void line_trim(struct word_source *line)
{
	size_t skip = 0;

	while (line->len && is_blank(line->text[line->len - 1]))
		line->len--;
	while (skip < line->len && is_blank(line->text[skip]))
		skip++;
	if (skip)
		line_advance(line, skip);
}

void line_simplify(struct word_source *line)
{
	const struct line_map *map = line->map;
	size_t from, i;

	if (!map || !line->len)
		return;
	from = (size_t)(line->text - map->text);
	i = find_segment(map, from);
	if (map->segments[i].width ||
		(i + 1 < map->count && map->segments[i + 1].at < from + line->len))
		return;
	line->pos = line_pos(line, 0, 1, NULL);
	line->map = NULL;
}

void line_set_origin(struct word_source *line, struct arena *a, const struct conf_origin *origin)
{
	struct line_map *map;

	line->pos.file = line_view(a, line->pos.file, origin);
	if (!line->map || line->map->count > VIEWED_MAX)
		return;
	map = arena_alloc(a, sizeof(*map) + line->map->count * sizeof(map->segments[0]));
	memcpy(map, line->map, sizeof(*map) + line->map->count * sizeof(map->segments[0]));
	for (size_t i = 0; i < map->count; i++) {
		struct conf_pos *pos = &map->segments[i].pos;

		if (!pos->file->origin || pos->file->origin->kind < ORIGIN_VALUE)
			pos->file = line_view(a, pos->file, origin);
	}
	line->map = map;
}

/* ---- making ---- */

/* Room for one more item, doubling. */
static void *grow(void *items, size_t *room, size_t need, size_t size)
{
	if (need <= *room)
		return items;
	while (*room < need)
		*room = *room ? *room * 2 : 64;
	items = realloc(items, *room * size);
	if (!items)
		fatal(EXIT_INTERNAL, "out of memory");
	return items;
}

void line_out_begin(struct line_out *out)
{
	out->len = 0;
	out->count = 0;
}

void line_out_free(struct line_out *out)
{
	free(out->text);
	free(out->segments);
}

void line_out_place(struct line_out *out, struct conf_pos pos, uint32_t width)
{
	if (out->count && out->segments[out->count - 1].at == out->len)
		out->count--; /* nothing came from there */
	out->segments =
		grow(out->segments, &out->segment_room, out->count + 1, sizeof(*out->segments));
	out->segments[out->count++] =
		(struct line_segment){ .at = out->len, .width = width, .pos = pos };
}

void line_out_put(struct line_out *out, const char *text, size_t len)
{
	if (!len)
		return;
	out->text = grow(out->text, &out->room, out->len + len, 1);
	memcpy(out->text + out->len, text, len);
	out->len += len;
}

void line_out_copy(struct line_out *out, const struct word_source *from, size_t at, size_t len)
{
	const struct line_map *map = from->map;
	size_t begin, end, i;

	if (!len)
		return;
	if (!map) {
		line_out_place(out, line_pos(from, at, len, NULL), 0);
		line_out_put(out, from->text + at, len);
		return;
	}
	begin = (size_t)(from->text - map->text) + at;
	end = begin + len;
	for (i = find_segment(map, begin); begin < end; i++) {
		const struct line_segment *seg = &map->segments[i];
		size_t stop = i + 1 < map->count && seg[1].at < end ? seg[1].at : end;
		struct conf_pos pos = seg->pos;

		if (!seg->width)
			pos.col += (uint32_t)(begin - seg->at);
		line_out_place(out, pos, seg->width);
		line_out_put(out, map->text + begin, stop - begin);
		begin = stop;
	}
}

void line_out_cut(struct line_out *out, size_t len)
{
	out->len = len;
	while (out->count && out->segments[out->count - 1].at >= len)
		out->count--;
}

struct conf_pos line_out_pos(const struct line_out *out, size_t at, uint32_t *width)
{
	size_t i = out->count - 1;
	struct conf_pos pos;

	while (i && out->segments[i].at > at)
		i--;
	pos = out->segments[i].pos;
	*width = out->segments[i].width;
	if (!*width) {
		pos.col += (uint32_t)(at - out->segments[i].at);
		*width = 1;
	}
	return pos;
}

struct word_source line_out_end(struct line_out *out, struct arena *a)
{
	struct line_map *map;

	if (out->count && out->segments[out->count - 1].at == out->len)
		out->count--;
	if (!out->count)
		return (struct word_source){ .text = "" };
	map = arena_alloc(a, sizeof(*map) + out->count * sizeof(map->segments[0]));
	map->text = arena_strndup(a, out->text, out->len);
	map->count = out->count;
	memcpy(map->segments, out->segments, out->count * sizeof(map->segments[0]));
	return (struct word_source){
		.text = map->text, .len = out->len, .pos = map->segments[0].pos, .map = map
	};
}
