/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows json-c. A struct json is a json_object under another name, so that users
 * of this face cannot mix the two. See json.h.
 */
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"

#define DEPTH_MAX 8

static struct json *wrap(json_object *o)
{
	return (struct json *)o;
}

static json_object *unwrap(const struct json *j)
{
	return (json_object *)(uintptr_t)j;
}

struct json *json_new_object(void)
{
	return wrap(json_object_new_object());
}

struct json *json_new_array(void)
{
	return wrap(json_object_new_array());
}

void json_free(struct json *j)
{
	json_object_put(unwrap(j));
}

void json_set(struct json *object, const char *key, struct json *value)
{
	json_object_object_add(unwrap(object), key, unwrap(value));
}

/* Of the character at s: 1 to 4, or 0 if it is none (RFC 3629 section 4). */
static size_t utf8_bytes(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high; /* of the first byte, of the second */
		unsigned char bytes;
	} rows[] = { { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 } };

	if (s[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = 2;

		if (s[0] < rows[i].first || s[0] > rows[i].last)
			continue;
		if (s[1] < rows[i].low || s[1] > rows[i].high)
			return 0;
		while (n < rows[i].bytes && s[n] >= 0x80 && s[n] <= 0xbf)
			n++;
		return n == rows[i].bytes ? n : 0;
	}
	return 0;
}

/*
 * Names come from files in any encoding, and may be cut in the middle of a character; one bad byte
 * would make the whole object unreadable. Each becomes a question mark.
 */
struct json *json_new_string(const char *value)
{
	char *text = strdup(value);
	struct json *j;

	for (char *at = text; at && *at;) {
		size_t n = utf8_bytes((unsigned char *)at);

		if (!n)
			*at = '?';
		at += n ? n : 1;
	}
	j = wrap(json_object_new_string(text ? text : ""));
	free(text);
	return j;
}

void json_set_string(struct json *object, const char *key, const char *value)
{
	json_set(object, key, json_new_string(value));
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
	json_object_object_add(unwrap(object), key, json_object_new_int64(value));
}

void json_set_double(struct json *object, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.3f", value);
	json_object_object_add(unwrap(object), key, json_object_new_double_s(value, text));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
	json_object_object_add(unwrap(object), key, json_object_new_boolean(value));
}

void json_append(struct json *array, struct json *value)
{
	json_object_array_add(unwrap(array), unwrap(value));
}

struct json *json_get(const struct json *object, const char *key)
{
	json_object *o = NULL;

	if (object && json_object_is_type(unwrap(object), json_type_object))
		json_object_object_get_ex(unwrap(object), key, &o);
	return wrap(o);
}

const char *json_get_string(const struct json *object, const char *key)
{
	json_object *o = unwrap(json_get(object, key));

	return json_object_is_type(o, json_type_string) ? json_object_get_string(o) : "";
}

int64_t json_get_int(const struct json *object, const char *key)
{
	return json_object_get_int64(unwrap(json_get(object, key)));
}

double json_get_double(const struct json *object, const char *key)
{
	return json_object_get_double(unwrap(json_get(object, key)));
}

bool json_get_bool(const struct json *object, const char *key)
{
	json_object *o = unwrap(json_get(object, key));

	return json_object_is_type(o, json_type_boolean) && json_object_get_boolean(o);
}

size_t json_count(const struct json *array)
{
	if (!array || !json_object_is_type(unwrap(array), json_type_array))
		return 0;
	return json_object_array_length(unwrap(array));
}

const char *json_string_at(const struct json *array, size_t i)
{
	const json_object *o = json_object_array_get_idx(unwrap(array), i);

	return json_object_is_type(o, json_type_string)
		       ? json_object_get_string((json_object *)(uintptr_t)o)
		       : "";
}

struct json *json_at(const struct json *array, size_t i)
{
	return i < json_count(array) ? wrap(json_object_array_get_idx(unwrap(array), i)) : NULL;
}

const char *json_key_at(const struct json *object, size_t i)
{
	if (!object || !json_object_is_type(unwrap(object), json_type_object))
		return NULL;
	json_object_object_foreach(unwrap(object), key, value)
	{
		(void)value;
		if (i-- == 0)
			return key;
	}
	return NULL;
}

const char *json_text(struct json *j)
{
	return json_object_to_json_string_ext(unwrap(j), JSON_C_TO_STRING_NOSLASHESCAPE);
}

const char *json_text_pretty(struct json *j)
{
	return json_object_to_json_string_ext(unwrap(j),
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
}

struct json *json_parse(const char *text, size_t len)
{
	struct json_tokener *tok;
	json_object *o = NULL;

	if (len > INT_MAX)
		return NULL;
	tok = json_tokener_new_ex(DEPTH_MAX);
	if (!tok)
		return NULL;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, text, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
		!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return wrap(o);
}
