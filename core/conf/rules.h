/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_RULES_H
#define KEEPD_CORE_CONF_RULES_H

/*
 * What the rules of the modules (check functions of blocks and sections) may use beside
 * conf_complain() and conf_is_set() of conf.h. Rules may repair values while they are called;
 * afterwards the configuration is const.
 */

#include "core/conf/value.h"

struct conf_rules {
	struct conf_report *report;
	struct arena *arena; /* of the configuration; NULL once it is const */
	bool is_canonical;
};

/* Was the row written here or in a block it is inherited from (that is: not a default)? */
bool conf_is_given(const struct conf_obj *obj, uint32_t offset);
/* A rule gave the row a value: it counts as written, so that canonical text shows it. */
void conf_repaired(struct conf_obj *obj, uint32_t offset);
/* A rule takes the object out of the list it is in, at the next conf_list_purge() of that list. */
void conf_drop(struct conf_obj *obj);
void conf_list_purge(struct conf_list *list);
/* Is there an error in the object or inside it? Rules between objects leave such out. */
bool conf_is_faulty(const struct conf_obj *obj);

/*
 * Calls fn for each object of the list whose CONF_KEY rows equal those of an earlier one: its place
 * in the list, and the first of that identity. Linear. fn may not change the list.
 */
void conf_twins(const struct conf_list *list, struct arena *scratch,
	void (*fn)(void *arg, size_t later, const struct conf_obj *earlier), void *arg);
/* Are the CONF_KEY rows equal (and the blocks the same)? */
bool conf_equal_keys(const struct conf_obj *a, const struct conf_obj *b);

#endif
