/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_NAMES_H
#define KEEPD_CORE_CONF_NAMES_H

/* Objects by name, for rules that look up what a value refers to. Names are borrowed. */

#include "core/arena.h"
#include "core/conf/schema.h"

struct conf_names;

/* Room for at most `count` names. */
struct conf_names *conf_names_new(size_t count, struct arena *scratch);
/* The object that has the name already, or NULL: then it is taken. */
void *conf_names_add(struct conf_names *n, const char *name, void *obj);
void *conf_names_find(const struct conf_names *n, const char *name); /* NULL: there is none */
/*
 * The name that is most like this one, or NULL if none is; also NULL when it was asked for so often
 * that nobody reads the answer, because it looks at all of them.
 */
const char *conf_names_nearest(struct conf_names *n, const char *name);

#endif
