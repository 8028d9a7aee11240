/* SPDX-License-Identifier: Apache-2.0 */
/* The table of parameters, and the values of those that nobody needs to define. See param.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/index.h"
#include "core/conf/param.h"
#include "core/exit.h"

#define RANDOM_MAX     32767
#define NEAR_COUNT_MAX 1000 /* names to look through for a suggestion */

static bool is_name_start(char c)
{
	return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t param_name_len(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (is_name_start(text[n]) || (n && text[n] >= '0' && text[n] <= '9')))
		n++;
	return n;
}

/* ---- the table ---- */

static struct param **slot_of(const struct params *p, const char *name, size_t len)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (size_t n = 0; n < len; n++)
		hash = (hash ^ (unsigned char)name[n]) * 16777619u;
	for (i = hash & (p->size - 1); p->slots[i]; i = (i + 1) & (p->size - 1))
		if (p->slots[i]->len == len && memcmp(p->slots[i]->name, name, len) == 0)
			break;
	return &p->slots[i];
}

static void make_room(struct params *p)
{
	struct params bigger = *p;

	if (2 * (p->count + 1) <= p->size)
		return;
	bigger.size = p->size ? 2 * p->size : 32;
	bigger.slots = calloc(bigger.size, sizeof(struct param *));
	if (!bigger.slots)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < p->size; i++)
		if (p->slots[i])
			*slot_of(&bigger, p->slots[i]->name, p->slots[i]->len) = p->slots[i];
	free(p->slots);
	*p = bigger;
}

void params_free(struct params *p)
{
	free(p->slots);
}

struct param *param_get(struct params *p, const char *name, size_t len)
{
	struct param **slot;

	make_room(p);
	slot = slot_of(p, name, len);
	if (!*slot) {
		*slot = arena_alloc(p->arena, sizeof(**slot));
		(*slot)->name = arena_strndup(p->arena, name, len);
		(*slot)->len = len;
		p->count++;
	}
	return *slot;
}

struct param_value *param_define(
	struct params *p, const char *name, size_t len, struct conf_pos pos, bool is_multi)
{
	struct param *param = param_get(p, name, len);

	param->value = arena_alloc(p->arena, sizeof(*param->value));
	param->value->pos = pos;
	param->value->is_multi = is_multi;
	return param->value;
}

void param_add_line(struct params *p, struct param_value *value, const struct word_source *line)
{
	struct value_line *l;

	if (!line->len)
		return;
	l = arena_alloc(p->arena, sizeof(*l));
	l->text = *line;
	if (value->last)
		value->last->next = l;
	else
		value->lines = l;
	value->last = l;
}

const char *param_nearest(const struct params *p, const char *name, size_t len)
{
	static const char *const predefined[] = { "_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH",
		"_BANG" };
	unsigned best = len < 4 ? 2 : (unsigned)len / 3 + 1; /* must be less than this */
	const char *near = NULL;

	if (len < 2 || p->count > NEAR_COUNT_MAX)
		return NULL;
	for (size_t i = 0; i < p->size + 6; i++) {
		const struct param *param = i < p->size ? p->slots[i] : NULL;
		const char *known = i < p->size ? (param && param->value ? param->name : NULL)
						: predefined[i - p->size];
		unsigned d = known ? conf_word_distance(name, len, known, strlen(known)) : best;

		if (d < best || (d == best && near && known && strcmp(known, near) < 0)) {
			best = d;
			near = known;
		}
	}
	return near;
}

/* ---- the predefined ones ---- */

static uint64_t next_random(struct params *p)
{
	uint64_t z = (p->random_state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* The next number of the arguments; false at their end. */
static bool next_number(const char **args, unsigned long *number, const char **why)
{
	char *end;

	while (is_blank(**args))
		(*args)++;
	if (!**args)
		return false;
	errno = 0;
	*number = strtoul(*args, &end, 10);
	if (end == *args || (*end && !is_blank(*end)) || **args == '-' || errno ||
		*number > INT32_MAX)
		*why = "write ${_RANDOM}, ${_RANDOM MIN} or ${_RANDOM MIN MAX}, with numbers from "
		       "0 to 2147483647";
	*args = end;
	return !*why;
}

static const char *a_random_number(struct params *p, const char *args, const char **why)
{
	unsigned long min = 0, max = RANDOM_MAX, extra;
	char text[24];

	if (next_number(&args, &min, why) && next_number(&args, &max, why) &&
		next_number(&args, &extra, why))
		*why = "write ${_RANDOM}, ${_RANDOM MIN} or ${_RANDOM MIN MAX}";
	if (!*why && min > max)
		*why = "the greatest value of ${_RANDOM MIN MAX} is less than the least";
	if (*why)
		return NULL;
	snprintf(
		text, sizeof(text), "%lu", min + (unsigned long)(next_random(p) % (max - min + 1)));
	return arena_strdup(p->arena, text);
}

static const char *environment(struct params *p, const char *args, const char **why)
{
	const char *value;

	if (!*args || strpbrk(args, " \t")) {
		*why = "write ${_ENV NAME}, with the name of one environment variable";
		return NULL;
	}
	value = getenv(args);
	if (!value)
		return "";
	for (const char *c = value; *c; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f) {
			*why = "the environment variable contains a control character";
			return NULL;
		}
	return arena_strdup(p->arena, value);
}

enum {
	P_PWD,
	P_INSTANCE,
	P_RANDOM,
	P_ENV,
	P_HASH,
	P_BANG,
	P_NONE,
};

static int which(const char *name, size_t len)
{
	static const char *const names[] = { "_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH",
		"_BANG" };
	int i = 0;

	while (i < P_NONE && (strlen(names[i]) != len || memcmp(names[i], name, len) != 0))
		i++;
	return i;
}

bool param_is_predefined(const char *name, size_t len)
{
	return which(name, len) != P_NONE;
}

const char *param_predefined(struct params *p, const char *name, size_t len, const char *args,
	size_t args_len, const char **why)
{
	int n = which(name, len);
	struct word_source trimmed = { .text = args, .len = args_len };
	char *text;

	line_trim(&trimmed);
	text = arena_strndup(p->arena, trimmed.text, trimmed.len);
	if (trimmed.len && n != P_RANDOM && n != P_ENV) {
		*why = "this parameter takes no arguments";
		return NULL;
	}
	switch (n) {
	case P_PWD: return p->folder(p->folder_arg);
	case P_INSTANCE: return p->config_id;
	case P_RANDOM: return a_random_number(p, text, why);
	case P_ENV: return environment(p, text, why);
	case P_HASH: return "#";
	case P_BANG: return "!";
	default: return "";
	}
}
