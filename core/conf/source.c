/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to lines: include, comments, what prepare.c makes of them. Knows neither words nor
 * braces (tree.c does). Everything refused here is refused with the file, the line and the reason;
 * the rest of the file is then skipped, because what follows binary rubbish is rubbish too.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "core/conf/include.h"
#include "core/conf/prepare.h"

/* ---- one file ---- */

/* The rest of a file that is no text is not read: what follows binary rubbish is rubbish, too. */
static void refuse_binary(struct source *s, struct source_frame *f, const char *at)
{
	const char *begin = at;
	struct conf_pos pos = { .file = f->file, .line = f->line };

	while (begin > f->file->text && begin[-1] != '\n')
		begin--;
	pos.col = (uint32_t)(at - begin) + 1;
	conf_report_add(s->report, CONF_ERROR, pos, 1, "",
		*at ? "not a text file: it contains the control character \\x%02x"
		    : "not a text file: it contains a NUL byte (\\x%02x)",
		(unsigned char)*at);
	f->at = f->file->len;
	s->is_given_up = true;
}

/* Bytes that are compared at once. */
typedef uint8_t block __attribute__((vector_size(16)));

/* May one of them mean more than itself? A few others are taken for such, too. */
static inline bool may_be_remarkable(const char *at)
{
	uint64_t halves[2];
	block b, found;

	memcpy(&b, at, sizeof(b));
	found = (block)(b < '(') & (block)(b != ' ') & (block)(b - '\t' > '\r' - '\t');
	found |= (block)((b & 0xfe) == '~') | (block)(b == '@') | (block)(b == '\\');
	memcpy(halves, &found, sizeof(halves));
	return halves[0] | halves[1];
}

/*
 * The first byte that means more than itself: quotes, comments, what prepare.h is about, what is in
 * no text. Nearly all lines of a large file have none, and are not looked at byte by byte.
 */
static const char *next_remarkable(const char *at, const char *end)
{
	for (; at < end; at += sizeof(block)) {
		if (end - at >= (ptrdiff_t)sizeof(block) && !may_be_remarkable(at))
			continue;
		for (const char *p = at; p < end && p < at + sizeof(block); p++)
			if (byte_kind(*p) & BYTE_REMARKABLE)
				return p;
	}
	return end;
}

/* The text is in the arena, with a NUL behind it. */
static void begin_file(
	struct source *s, struct source_frame *f, const char *name, const char *text, size_t len)
{
	struct conf_file *file = arena_alloc(s->arena, sizeof(*file));

	file->name = arena_strdup(s->arena, name);
	file->text = text;
	file->len = len;
	file->number = s->files++;
	s->bytes += len;
	f->file = file;
	f->remarkable = next_remarkable(file->text, file->text + len);
	f->at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* byte order mark */
	f->line = 0;
	s->last = (struct conf_pos){ .file = file, .line = 1, .col = 1 };
}

/* Opens one file of a frame. -1 with *why. */
static int open_file(struct source *s, struct source_frame *f, const char *path, const char **why)
{
	struct stat st;
	size_t len;
	const char *text = source_read_file(s, path, &st, &len, why);

	if (!text)
		return -1;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	begin_file(s, f, path, text, len);
	return 0;
}

/* ---- include ---- */

static bool is_open_already(const struct source *s, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	for (unsigned i = 0; i + 1 < s->depth; i++)
		if (s->frames[i].dev == st.st_dev && s->frames[i].ino == st.st_ino)
			return true;
	return false;
}

/* Opens the next file an include stands for; false when none is left. */
static bool next_file(struct source *s)
{
	struct source_frame *f = source_top(s);

	while (f->next < f->count) {
		const char *path = f->paths[f->next++], *why = NULL;

		if (is_open_already(s, path))
			why = "this file is being read already: it includes itself";
		else if (s->files >= CONF_FILES_MAX)
			why = "more than 10000 files";
		else if (open_file(s, f, path, &why) == 0) {
			f->check = s->depth > 1 ? s->frames[s->depth - 2].check : 0;
			return true;
		}
		conf_report_add(s->report, CONF_ERROR, f->from, f->from_width, "", "include %s: %s",
			path, why);
	}
	return false;
}

/* ---- lines ---- */

/* The kinds of bytes in a line; *end moves to the first byte that is in no text, if there is one.
 */
static unsigned look_at_bytes(const char *begin, const char **end)
{
	unsigned kinds = 0;

	for (const char *p = begin; p < *end; p++) {
		unsigned kind = byte_kind(*p);

		kinds |= kind;
		if (kind & BYTE_BINARY)
			*end = p;
	}
	return kinds;
}

/* A comment that begins within a word may be half of a password. */
static void look_at_comment(struct source *s, const struct word_source *line, const char *end)
{
	const char *comment = line->text + line->len;
	struct conf_pos pos = line->pos;

	if (comment == end || !line->len || s->is_canonical || is_blank(comment[-1]) ||
		(byte_kind(comment[-1]) & (BYTE_BRACE | BYTE_QUOTE)) || comment + 1 == end ||
		is_blank(comment[1]) || (byte_kind(comment[1]) & BYTE_COMMENT))
		return;
	pos.col += (uint32_t)line->len;
	conf_report_hide(s->report, true);
	conf_report_add(s->report, CONF_WARNING, pos, 1, "",
		"`%c` within a word begins a comment, and the word ends before it: put the word in "
		"quotes, or a blank before the comment",
		*comment);
	conf_report_hide(s->report, false);
}

/* The next line of the open file, comment and outer blanks taken off. False at its end. */
static bool next_line(struct source *s, struct source_frame *f, struct word_source *line)
{
	const struct conf_file *file = f->file;
	const char *begin = file->text + f->at, *end;
	unsigned kinds = 0;
	uint32_t col = 1;

	if (f->at >= file->len)
		return false;
	end = memchr(begin, '\n', file->len - f->at);
	if (!end)
		end = file->text + file->len;
	f->at = (size_t)(end - file->text) + 1;
	f->line++;
	if (end > f->remarkable) {
		kinds = look_at_bytes(begin, &end);
		f->remarkable = next_remarkable(end, file->text + file->len);
	}
	s->last = (struct conf_pos){ .file = file, .line = f->line, .col = 1 };
	if (kinds & BYTE_BINARY) {
		refuse_binary(s, f, end);
		return false;
	}
	for (; begin < end && is_blank(*begin); begin++)
		col++;
	*line = (struct word_source){
		.text = begin,
		.len = (size_t)(end - begin),
		.pos = { .file = file, .line = f->line, .col = col },
		.is_canonical = s->is_canonical,
		.absent = (uint8_t) ~(kinds | BYTE_BRACE),
	};
	if (kinds & BYTE_COMMENT) {
		line->len = line_without_comment(begin, line->len);
		look_at_comment(s, line, end);
	}
	while (line->len && is_blank(begin[line->len - 1]))
		line->len--;
	return true;
}

static const char *folder(void *arg)
{
	return include_folder(arg);
}

/* The same at each reload, but not the same on each host. */
static uint64_t seed_of(const char *host, const char *config_id)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (const char *c = host; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (const char *c = config_id; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	return h;
}

static struct prepare *prepare(struct source *s)
{
	const char *id = s->config_id;
	struct utsname host;

	if (s->prepare)
		return s->prepare;
	if (uname(&host) < 0)
		host.nodename[0] = '\0';
	if (!id)
		id = arena_strndup(s->arena, host.nodename, strcspn(host.nodename, "."));
	s->prepare = prepare_new(s->arena, s->report, id,
		s->random_seed ? s->random_seed : seed_of(host.nodename, id), folder, s);
	return s->prepare;
}

/* The line as it is to be read; false if it was something else. */
static bool prepared_line(struct source *s, struct source_frame *f, struct word_source *line)
{
	if (s->is_canonical)
		return line->len > 0;
	if (s->prepare && s->prepare->is_open) {
		prepare_definition(s->prepare, line);
		return false;
	}
	if (line_is_special(line))
		return prepare_line(prepare(s), &f->generators, line);
	return line->len > 0;
}

static bool begins_with(const struct word_source *line, const char *word)
{
	size_t len = strlen(word);

	return line->len > len && memcmp(line->text, word, len) == 0 &&
	       (is_blank(line->text[len]) || line->text[len] == '{');
}

static void note_seed(struct source *s, const struct word_source *line)
{
	char text[24], *end;
	size_t len = line->len - strlen("random_seed ");
	unsigned long long seed;

	if (!len || len >= sizeof(text))
		return;
	memcpy(text, line->text + line->len - len, len);
	text[len] = '\0';
	seed = strtoull(text, &end, 10);
	if (end == text)
		return; /* the parser complains */
	prepare(s)->params.random_state = seed;
}

/* May it be an include, or a setting of how files are read? Most lines are neither. */
static inline bool may_concern_us(const struct word_source *line)
{
	switch (line->text[0]) {
	case 'g': return line->len > 1 && line->text[1] == 'l'; /* global_defs */
	case 'i': return line->len > 1 && line->text[1] == 'n'; /* include, include_check */
	case 'r': return line->len > 1 && line->text[1] == 'a'; /* random_seed */
	default: return false;
	}
}

/* What the parser reads, too, but what has an effect on the lines to come. */
static void note_setting(struct source *s, const struct word_source *line)
{
	struct word_source in = *line;

	if (begins_with(line, "global_defs")) {
		line_advance(&in, strlen("global_defs"));
		line_trim(&in);
		if (!in.len || in.text[0] != '{')
			return;
		line_advance(&in, 1);
		line_trim(&in);
	}
	if (begins_with(&in, "random_seed"))
		note_seed(s, &in);
	else
		include_check_line(s, &in);
}

static void give_up(struct source *s)
{
	s->is_given_up = true;
	s->depth = 0;
}

/* One line from the file on top or from what stands on it; false if there was none to be read. */
static bool any_line(struct source *s, struct word_source *line)
{
	struct source_frame *f = source_top(s);

	if (f->generators && conf_report_is_flooded(s->report)) {
		give_up(s);
		return false;
	}
	if (f->generators)
		return prepare_generated(s->prepare, &f->generators, line);
	if (!f->file && !next_file(s)) {
		s->depth--;
		return false;
	}
	if (next_line(s, f, line))
		return prepared_line(s, f, line);
	f->file = NULL;
	if (s->prepare)
		prepare_end_of_file(s->prepare);
	return false;
}

bool source_next(struct source *s, struct word_source *line)
{
	while (s->depth) {
		if (any_line(s, line)) {
			if (s->is_canonical)
				return true;
			if (!may_concern_us(line))
				return true;
			note_setting(s, line);
			if (!include_line(s, line))
				return true;
		}
		if (s->prepare && s->prepare->expand.is_exhausted)
			give_up(s);
	}
	return false;
}

void source_close(struct source *s)
{
	prepare_free(s->prepare);
	s->prepare = NULL;
}

int source_open(struct source *s, const char *path)
{
	struct source_frame f = { 0 };
	const char *why = NULL;

	if (open_file(s, &f, path, &why) < 0) {
		if (include_main(s, path) == 0 && next_file(s))
			return 0;
		conf_report_unreadable(s->report, path, why);
		return -1;
	}
	s->frames[s->depth++] = f;
	return 0;
}

void source_open_text(struct source *s, const char *name, const char *text, size_t len)
{
	struct source_frame f = { 0 };

	begin_file(s, &f, name, arena_strndup(s->arena, text, len), len);
	s->frames[s->depth++] = f;
}
