/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files an include stands for. Braces are taken apart here rather than by glob(), so that
 * each alternative can be asked for, and so that there is an end to them. See include.h.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf/include.h"
#include "core/exit.h"

#define ALTERNATIVES_MAX 1000

/* ---- names ---- */

/* The path as seen from here: relative to the file that includes it. Quoted for glob if asked. */
static char *resolve(struct source *s, const char *path, bool for_glob)
{
	const char *base = source_top(s)->file->name;
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

const char *include_folder(struct source *s)
{
	char *path = realpath(resolve(s, ".", false), NULL);
	const char *folder = arena_strdup(s->arena, path ? path : ".");

	free(path);
	return folder;
}

static void complain(struct source *s, const struct source_frame *f, enum conf_severity severity,
	const char *what, const char *why)
{
	conf_report_add(s->report, severity, f->from, f->from_width, "", "include: %s%s%s%s",
		*what ? "`" : "", what, *what ? "` " : "", why);
}

/* ---- braces ---- */

struct alternatives {
	struct arena *arena;
	char *items[ALTERNATIVES_MAX];
	size_t count;
	bool is_too_many;
};

/* The end of the part that begins here: its `}`, or its `,` if asked; NULL if there is none. */
static const char *end_of_part(const char *p, bool at_comma)
{
	unsigned depth = 0;

	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '{')
			depth++;
		else if (!depth && (*p == '}' || (at_comma && *p == ',')))
			return p;
		else if (*p == '}')
			depth--;
	}
	return NULL;
}

static const char *first_brace(const char *p)
{
	for (; *p && *p != '{'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p && end_of_part(p + 1, false) ? p : NULL;
}

/* Replaces the first {a,b} of item n by a and adds one with b to the end, until there is none. */
static void take_apart(struct alternatives *all, const char *pattern)
{
	const char *open = first_brace(pattern), *end, *part;

	if (!open) {
		if (all->count < ALTERNATIVES_MAX)
			all->items[all->count++] = arena_strdup(all->arena, pattern);
		else
			all->is_too_many = true;
		return;
	}
	end = end_of_part(open + 1, false);
	for (part = open + 1; part <= end && !all->is_too_many;) {
		const char *stop = end_of_part(part, true);
		size_t before = (size_t)(open - pattern), len = (size_t)(stop - part);
		char *one = malloc(before + len + strlen(end + 1) + 1);

		if (!one)
			fatal(EXIT_INTERNAL, "out of memory");
		memcpy(one, pattern, before);
		memcpy(one + before, part, len);
		strcpy(one + before + len, end + 1);
		take_apart(all, one);
		free(one);
		part = stop + 1;
	}
}

/* ---- files ---- */

static _Thread_local int glob_errno;

static int note_error(const char *path, int error)
{
	(void)path;
	if (error != ENOENT && error != ENOTDIR)
		glob_errno = error;
	return 0;
}

/* Why the file is left out, NULL if it is not. */
static const char *left_out(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL; /* opening it will tell */
	if (!S_ISREG(st.st_mode))
		return source_kind_of_file(st.st_mode);
	if (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH))
		return "is executable, so it is no configuration (chmod -x makes it one)";
	return NULL;
}

static void add_path(struct source *s, struct source_frame *f, const char *path)
{
	const char *why = left_out(path);
	char text[120];

	if (why) {
		snprintf(text, sizeof(text), "%s; it is left out", why);
		complain(s, f, CONF_WARNING, path, text);
		return;
	}
	if (!(f->count & (f->count - 1))) { /* a power of two: full */
		char **more = arena_alloc(s->arena, (f->count ? 2 * f->count : 1) * sizeof(char *));

		if (f->count)
			memcpy(more, f->paths, f->count * sizeof(char *));
		f->paths = more;
	}
	f->paths[f->count++] = arena_strdup(s->arena, path);
}

/* The number of files of one alternative. */
static size_t match(struct source *s, struct source_frame *f, const char *pattern, unsigned check)
{
	glob_t found;
	size_t count = 0;

	glob_errno = 0;
	if (glob(pattern, 0, note_error, &found) == 0) {
		count = found.gl_pathc;
		for (size_t i = 0; i < count; i++)
			add_path(s, f, found.gl_pathv[i]);
		globfree(&found);
	}
	if (glob_errno)
		complain(s, f, check & INCLUDE_READ ? CONF_ERROR : CONF_WARNING, pattern,
			strerrordesc_np(glob_errno));
	return count;
}

static void match_all(struct source *s, struct source_frame *f, const char *pattern, unsigned check)
{
	struct alternatives *all = calloc(1, sizeof(*all));
	bool has_braces = first_brace(pattern) != NULL, is_missing = false;
	bool is_wild = strpbrk(pattern, "*?[") != NULL;
	size_t total = 0;

	if (!all)
		fatal(EXIT_INTERNAL, "out of memory");
	all->arena = s->arena;
	take_apart(all, pattern);
	for (size_t i = 0; i < all->count && !all->is_too_many; i++) {
		size_t n = match(
			s, f, s->depth ? resolve(s, all->items[i], true) : all->items[i], check);

		total += n;
		if (n || !has_braces || !(check & INCLUDE_BRACE))
			continue;
		is_missing = true;
		conf_report_add(s->report, CONF_ERROR, f->from, f->from_width, "",
			"include: no file matches `%s`", all->items[i]);
	}
	if (all->is_too_many)
		complain(s, f, CONF_ERROR, pattern, "stands for more than 1000 names");
	else if (!total && !is_missing &&
		 (check & (is_wild ? INCLUDE_WILDCARD : INCLUDE_WILDCARD | INCLUDE_MATCH)))
		conf_report_add(s->report, CONF_ERROR, f->from, f->from_width, "",
			"include: no file matches `%s`", pattern);
	free(all);
}

static bool is_pattern(const char *path)
{
	return strpbrk(path, "*?[{") != NULL;
}

int include_main(struct source *s, const char *pattern)
{
	struct source_frame f = { 0 };

	if (!is_pattern(pattern))
		return -1;
	match_all(s, &f, pattern, 0);
	if (!f.count)
		return -1;
	if (f.count > 1)
		conf_report_add(s->report, CONF_WARNING, (struct conf_pos){ 0 }, 0, "",
			"`%s` matches %zu files; all of them are read, as if they were one",
			pattern, f.count);
	s->frames[s->depth++] = f;
	return 0;
}

/* ---- the line ---- */

/* `include` and its stricter forms; the length of the keyword, 0 if it is none. */
static size_t keyword_len(const char *text, size_t len)
{
	size_t n = strlen("include");

	if (n < len && text[n] && strchr("rmwba", text[n]))
		n++;
	return n == len || text[n] == ' ' || text[n] == '\t' ? n : 0;
}

static unsigned check_of(char letter)
{
	switch (letter) {
	case 'r': return INCLUDE_READ;
	case 'm': return INCLUDE_READ | INCLUDE_MATCH;
	case 'w': return INCLUDE_READ | INCLUDE_WILDCARD;
	case 'b': return INCLUDE_READ | INCLUDE_BRACE;
	case 'a': return INCLUDE_ALL;
	default: return 0;
	}
}

/* What stands behind the keyword, without the quotes around all of it. */
static char *name_of(struct source *s, const struct word_source *line, size_t from)
{
	size_t end = line->len;

	while (from < end && is_blank(line->text[from]))
		from++;
	if (end - from >= 2 && line->text[from] == '"' && line->text[end - 1] == '"') {
		from++;
		end--;
	}
	return arena_strndup(s->arena, line->text + from, end - from);
}

static void include(struct source *s, const struct word_source *line, size_t keyword)
{
	unsigned check = source_top(s)->check | check_of(line->text[keyword - 1]);
	struct source_frame f = { .check = source_top(s)->check };
	char *pattern = name_of(s, line, keyword);

	f.from = line_pos(line, 0, line->len, &f.from_width);
	if (keyword == strlen("include"))
		check = source_top(s)->check; /* the e is no letter of its own */
	if (!*pattern) {
		complain(s, &f, CONF_ERROR, "", "the name of a file is missing");
		return;
	}
	if (s->depth == CONF_INCLUDE_DEPTH) {
		conf_report_add(s->report, CONF_ERROR, f.from, f.from_width, "",
			"include: more than %d files deep", CONF_INCLUDE_DEPTH);
		return;
	}
	if (is_pattern(pattern)) {
		match_all(s, &f, pattern, check);
	} else {
		const char *path = resolve(s, pattern, false), *why = left_out(path);

		if (why && *why == 'i' && strncmp(why, "is exec", 7) == 0) {
			add_path(s, &f, path);
		} else {
			f.paths = arena_alloc(s->arena, sizeof(*f.paths));
			f.paths[f.count++] = arena_strdup(s->arena, path);
		}
	}
	s->frames[s->depth++] = f;
}

/* ---- include_check ---- */

static unsigned check_word(const char *word, size_t len)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = {
		{ "read", INCLUDE_READ },
		{ "readable", INCLUDE_READ },
		{ "match", INCLUDE_MATCH },
		{ "wildcard_match", INCLUDE_WILDCARD },
		{ "brace_match", INCLUDE_BRACE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i].word) == len && memcmp(word, words[i].word, len) == 0)
			return words[i].bit;
	return 0;
}

static void set_check(struct source *s, const struct word_source *line, size_t at)
{
	unsigned check = source_top(s)->check;
	bool is_first = true;

	for (;;) {
		size_t begin, word;
		unsigned bit;
		char sign;

		while (at < line->len && is_blank(line->text[at]))
			at++;
		if (at == line->len || strchr("{}", line->text[at]))
			break;
		begin = at;
		while (at < line->len && !is_blank(line->text[at]) && !strchr("{}", line->text[at]))
			at++;
		sign = line->text[begin];
		word = begin + (sign == '+' || sign == '-');
		bit = check_word(line->text + word, at - word);
		if (!bit) {
			uint32_t width;
			struct conf_pos pos = line_pos(line, begin, at - begin, &width);

			conf_report_add(s->report, CONF_ERROR, pos, width, "",
				"include_check: `%.*s` is not one of read, match, wildcard_match "
				"and brace_match, with or without + or - before it",
				(int)(at - begin), line->text + begin);
		}
		if (is_first && word == begin)
			check = 0;
		check = sign == '-' ? check & ~bit : check | bit;
		is_first = false;
	}
	source_top(s)->check = is_first ? INCLUDE_ALL : check;
}

/* Is it that keyword, and not only the beginning of another one? */
static bool is_keyword(const struct word_source *line, const char *keyword)
{
	size_t len = strlen(keyword);

	return line->len >= len && memcmp(line->text, keyword, len) == 0 &&
	       (line->len == len || is_blank(line->text[len]) || strchr("{}", line->text[len]));
}

bool include_check_line(struct source *s, const struct word_source *line)
{
	if (!is_keyword(line, "include_check"))
		return false;
	set_check(s, line, strlen("include_check"));
	return true;
}

bool include_line(struct source *s, const struct word_source *line)
{
	size_t keyword;

	if (line->len < strlen("include") || memcmp(line->text, "include", strlen("include")) != 0)
		return false;
	keyword = keyword_len(line->text, line->len);
	if (keyword)
		include(s, line, keyword);
	return keyword > 0;
}
