/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_IPROUTE_NAMES_H
#define KEEPD_VRRP_SCHEMA_IPROUTE_NAMES_H

/*
 * The names iproute2 knows routing tables, protocols, scopes and the like by: a few are always
 * there, the rest stand in its files on this machine. One line is `NUMBER NAME`.
 */

#include "core/conf/schema.h"

struct iproute_names {
	const char *file;	     /* "rt_tables", in one of the folders */
	const struct conf_name *own; /* known without the file; the only ones printed by name */
	uint32_t max;
};

extern const struct iproute_names iproute_tables, iproute_protocols, iproute_scopes, iproute_realms,
	iproute_dsfields, iproute_groups;

/*
 * The folders: FILE of the first that has it counts, and the *.conf in FILE.d of all.
 * NULL-terminated; tests put others here.
 */
extern const char *const *iproute_folders;

/* Looks the name up, in the files only if is_with_files. 0, or -1 if it is not known. */
int iproute_name_find(
	const struct iproute_names *names, const char *text, bool is_with_files, uint32_t *value);
/* The name of its own for a value, or NULL. */
const char *iproute_name_of(const struct iproute_names *names, uint32_t value);

#endif
