/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to lines: reading, include, comments. Knows neither words nor braces (tree.c does).
 * Everything refused here is refused with the file, the line and the reason; the rest of the file
 * is then skipped, because what follows binary rubbish is rubbish too.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf/source.h"

static struct source_frame *top(struct source *s)
{
	return &s->frames[s->depth - 1];
}

/* ---- one file ---- */

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a directory, not a file";
	if (S_ISFIFO(mode))
		return "is a fifo, not a file";
	if (S_ISSOCK(mode))
		return "is a socket, not a file";
	return "is a device, not a file";
}

/* Reads to the end of the file, up to the cap. NULL with *why. */
static char *read_fd(struct source *s, int fd, const struct stat *st, size_t *len, const char **why)
{
	size_t room = (st->st_size > 0 ? (size_t)st->st_size : 4096) + 1, used = 0;
	char *text = NULL;

	if ((size_t)st->st_size > CONF_BYTES_MAX - s->bytes)
		room = CONF_BYTES_MAX - s->bytes + 1;
	for (;;) {
		char *bigger = realloc(text, room);
		ssize_t n;

		if (!bigger)
			break;
		text = bigger;
		n = read(fd, text + used, room - used);
		if (n == 0) {
			*len = used;
			return text;
		}
		if (n < 0) {
			*why = strerrordesc_np(errno);
			free(text);
			return NULL;
		}
		used += (size_t)n;
		if (s->bytes + used > CONF_BYTES_MAX)
			break;
		if (used == room)
			room *= 2;
	}
	free(text);
	*why = "is larger than the 256 MiB a configuration may have";
	return NULL;
}

/* A byte that no text file has; blanks and everything from 128 (UTF-8) are fine. */
static bool is_binary(unsigned char c)
{
	return (c < ' ' && (c < '\t' || c > '\r')) || c == 0x7f;
}

/* Reports the first byte that shows the file is no text; true if there is one. */
static bool refuse_binary(struct source *s, const struct conf_file *file)
{
	struct conf_pos pos = { .file = file, .line = 1, .col = 1 };

	for (size_t i = 0; i < file->len; i++, pos.col++) {
		unsigned char c = (unsigned char)file->text[i];

		if (c == '\n') {
			pos.line++;
			pos.col = 0;
		} else if (is_binary(c)) {
			conf_report_add(s->report, CONF_ERROR, pos, 1, "",
				c ? "not a text file: it contains the control character \\x%02x"
				  : "not a text file: it contains a NUL byte (\\x%02x)",
				c);
			return true;
		}
	}
	return false;
}

static void begin_file(
	struct source *s, struct source_frame *f, const char *name, const char *text, size_t len)
{
	struct conf_file *file = arena_alloc(s->arena, sizeof(*file));

	file->name = arena_strdup(s->arena, name);
	file->text = arena_strndup(s->arena, text, len);
	file->len = len;
	file->number = s->files++;
	s->bytes += len;
	f->file = file;
	f->at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* byte order mark */
	f->line = 0;
	s->last = (struct conf_pos){ .file = file, .line = 1, .col = 1 };
	if (refuse_binary(s, file))
		f->at = len;
}

/* Opens and reads one file of a frame. -1 with *why. */
static int read_file(struct source *s, struct source_frame *f, const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	size_t len = 0;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0) {
		*why = strerrordesc_np(errno);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = kind_of_file(st.st_mode);
		close(fd);
		return -1;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	text = read_fd(s, fd, &st, &len, why);
	close(fd);
	if (!text)
		return -1;
	begin_file(s, f, path, text, len);
	free(text);
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
	struct source_frame *f = top(s);

	while (f->next < f->count) {
		const char *path = f->paths[f->next++], *why = NULL;

		if (is_open_already(s, path))
			why = "this file is being read already: it includes itself";
		else if (s->files >= CONF_FILES_MAX)
			why = "more than 10000 files";
		else if (read_file(s, f, path, &why) == 0)
			return true;
		conf_report_add(s->report, CONF_ERROR, f->from, f->from_width, "", "include %s: %s",
			path, why);
	}
	return false;
}

/* `include` and its stricter forms; the length of the keyword, 0 if it is none. */
static size_t include_keyword(const char *text, size_t len)
{
	size_t n = strlen("include");

	if (len < n || memcmp(text, "include", n) != 0)
		return 0;
	if (n < len && text[n] && strchr("rmwba", text[n]))
		n++;
	return n == len || text[n] == ' ' || text[n] == '\t' ? n : 0;
}

/* The path as seen from here: relative to the file that includes it. Quoted for glob if asked. */
static char *resolve(struct source *s, const char *path, bool for_glob)
{
	const char *base = top(s)->file->name;
	const char *slash = strrchr(base, '/');
	size_t dir_len = *path == '/' || !slash ? 0 : (size_t)(slash - base) + 1;
	char *out = arena_alloc(s->arena, dir_len * 2 + strlen(path) + 1), *p = out;

	for (size_t i = 0; i < dir_len; i++) {
		if (for_glob && strchr("*?[]{},\\", base[i]))
			*p++ = '\\';
		*p++ = base[i];
	}
	strcpy(p, path);
	return out;
}

static void expand(struct source *s, struct source_frame *f, const char *pattern)
{
	glob_t found;

	if (glob(resolve(s, pattern, true), GLOB_BRACE, NULL, &found) != 0)
		return;
	f->paths = arena_alloc(s->arena, found.gl_pathc * sizeof(*f->paths));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct stat st;

		if (stat(found.gl_pathv[i], &st) == 0 && !S_ISREG(st.st_mode)) {
			conf_report_add(s->report, CONF_WARNING, f->from, f->from_width, "",
				"include: `%s` %s; it is left out", found.gl_pathv[i],
				kind_of_file(st.st_mode));
			continue;
		}
		f->paths[f->count++] = arena_strdup(s->arena, found.gl_pathv[i]);
	}
	globfree(&found);
}

/* `include PATTERN`: keyword_len bytes of the line are the keyword. */
static void include(struct source *s, const struct word_source *line, size_t keyword_len)
{
	struct source_frame f = { .from = line->pos, .from_width = (uint32_t)line->len };
	size_t from = keyword_len;
	char *pattern;
	bool is_strict;

	while (from < line->len && strchr(" \t", line->text[from]))
		from++;
	pattern = arena_strndup(s->arena, line->text + from, line->len - from);
	if (*pattern == '"' && line->len - from >= 2 && pattern[line->len - from - 1] == '"') {
		pattern[line->len - from - 1] = '\0';
		pattern++;
	}
	if (!*pattern) {
		conf_report_add(s->report, CONF_ERROR, line->pos, f.from_width, "",
			"include: the name of a file is missing");
		return;
	}
	if (s->depth == CONF_INCLUDE_DEPTH) {
		conf_report_add(s->report, CONF_ERROR, line->pos, f.from_width, "",
			"include: more than %d files deep", CONF_INCLUDE_DEPTH);
		return;
	}
	is_strict = strchr("wba", line->text[keyword_len - 1]) != NULL;
	if (strpbrk(pattern, "*?[{")) {
		expand(s, &f, pattern);
		if (!f.count && is_strict)
			conf_report_add(s->report, CONF_ERROR, line->pos, f.from_width, "",
				"include: no file matches `%s`", pattern);
	} else {
		f.paths = arena_alloc(s->arena, sizeof(*f.paths));
		f.paths[f.count++] = resolve(s, pattern, false);
	}
	s->frames[s->depth++] = f;
}

/* ---- lines ---- */

/* The length of the line without its comment: # or ! outside "...", not behind a backslash. */
static size_t without_comment(const char *text, size_t len)
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

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next line of the open file, comment and outer blanks taken off. False at its end. */
static bool next_line(struct source *s, struct source_frame *f, struct word_source *line)
{
	const struct conf_file *file = f->file;
	const char *begin = file->text + f->at, *end;
	size_t skip = 0, len;

	if (f->at >= file->len)
		return false;
	end = memchr(begin, '\n', file->len - f->at);
	len = end ? (size_t)(end - begin) : file->len - f->at;
	f->at += len + 1;
	f->line++;
	s->last = (struct conf_pos){ .file = file, .line = f->line, .col = 1 };
	len = without_comment(begin, len);
	while (len && is_blank(begin[len - 1]))
		len--;
	while (skip < len && is_blank(begin[skip]))
		skip++;
	*line = (struct word_source){
		.text = begin + skip,
		.len = len - skip,
		.pos = { .file = file, .line = f->line, .col = (uint32_t)skip + 1 },
		.is_canonical = s->is_canonical,
	};
	return true;
}

bool source_next(struct source *s, struct word_source *line)
{
	while (s->depth) {
		struct source_frame *f = top(s);
		size_t keyword;

		if (!f->file && !next_file(s)) {
			s->depth--;
			continue;
		}
		if (!next_line(s, f, line)) {
			f->file = NULL;
			continue;
		}
		keyword = s->is_canonical ? 0 : include_keyword(line->text, line->len);
		if (keyword)
			include(s, line, keyword);
		else if (line->len)
			return true;
	}
	return false;
}

int source_open(struct source *s, const char *path)
{
	struct source_frame f = { 0 };
	const char *why = NULL;

	if (read_file(s, &f, path, &why) < 0) {
		conf_report_unreadable(s->report, path, why);
		return -1;
	}
	s->frames[s->depth++] = f;
	return 0;
}

void source_open_text(struct source *s, const char *name, const char *text, size_t len)
{
	struct source_frame f = { 0 };

	begin_file(s, &f, name, text, len);
	s->frames[s->depth++] = f;
}
