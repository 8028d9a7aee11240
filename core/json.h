/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_JSON_H
#define KEEPD_CORE_JSON_H

/*
 * JSON values for the control protocol and --json output; a thin face over json-c, so that nothing
 * else includes it. A value put into another belongs to it; the outermost is freed by its maker.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_string(const char *value); /* as json_set_string() */
void json_free(struct json *j);			 /* NULL is fine */

void json_set(struct json *object, const char *key, struct json *value); /* takes value */
/* Bytes that are no UTF-8 are replaced. */
void json_set_string(struct json *object, const char *key, const char *value);
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_double(struct json *object, const char *key, double value); /* three decimals */
void json_set_bool(struct json *object, const char *key, bool value);
void json_append(struct json *array, struct json *value); /* takes value */

/* Missing keys and values of another type give "" resp. 0, false, NULL. Borrowed from the object.
 */
const char *json_get_string(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key);
double json_get_double(const struct json *object, const char *key);
bool json_get_bool(const struct json *object, const char *key);
struct json *json_get(const struct json *object, const char *key);
size_t json_count(const struct json *array);
struct json *json_at(const struct json *array, size_t i);
const char *json_string_at(const struct json *array, size_t i);
/* The key of the i-th entry of an object, in the order of insertion; NULL behind the last. */
const char *json_key_at(const struct json *object, size_t i);

/* One line, without the newline; borrowed until the value changes or is freed. */
const char *json_text(struct json *j);
/* The same over several indented lines, for people. */
const char *json_text_pretty(struct json *j);

/* Parses a whole object of len bytes, at most 8 levels deep. NULL if it is anything else. */
struct json *json_parse(const char *text, size_t len);

#endif
