/* SPDX-License-Identifier: Apache-2.0 */
/* The files of iproute2 that give numbers names; see schema_iproute_names.h. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/schema_iproute_names.h"

static const struct conf_name tables[] = { { "main", 254 }, { "local", 255 }, { "default", 253 },
	{ NULL, 0 } };
static const struct conf_name protocols[] = { { "keepd", 112 }, { "keepalived", 18 },
	{ "kernel", 2 }, { "boot", 3 }, { "static", 4 }, { "redirect", 1 }, { "unspec", 0 },
	{ NULL, 0 } };
static const struct conf_name scopes[] = { { "global", 0 }, { "site", 200 }, { "link", 253 },
	{ "host", 254 }, { "nowhere", 255 }, { NULL, 0 } };
static const struct conf_name none[] = { { NULL, 0 } };

const struct iproute_names iproute_tables = { "rt_tables", tables, UINT32_MAX };
const struct iproute_names iproute_protocols = { "rt_protos", protocols, 255 };
const struct iproute_names iproute_scopes = { "rt_scopes", scopes, 255 };
const struct iproute_names iproute_realms = { "rt_realms", none, 255 };
const struct iproute_names iproute_dsfields = { "rt_dsfield", none, 255 };
const struct iproute_names iproute_groups = { "group", none, INT32_MAX };

static const char *const folders[] = { "/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2",
	NULL };
const char *const *iproute_folders = folders;

/* 1 = found, 0 = not there, -1 = no such file */
static int look_into(
	const char *path, const struct iproute_names *names, const char *text, uint32_t *value)
{
	FILE *f = fopen(path, "re");
	char line[512], name[256];
	int found = 0;

	if (!f)
		return -1;
	while (!found && fgets(line, sizeof(line), f)) {
		char *end;
		unsigned long n = strtoul(line, &end, 0);

		found = end != line && n <= names->max &&
			sscanf(end, " %255[^# \t\n]", name) == 1 && strcmp(name, text) == 0;
		if (found)
			*value = (uint32_t)n;
	}
	fclose(f);
	return found;
}

static bool look_into_parts(
	const char *folder, const struct iproute_names *names, const char *text, uint32_t *value)
{
	char pattern[300];
	bool is_found = false;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s.d/*.conf", folder, names->file);
	if (glob(pattern, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc && !is_found; i++)
		is_found = look_into(found.gl_pathv[i], names, text, value) == 1;
	globfree(&found);
	return is_found;
}

static bool find_in_files(const struct iproute_names *names, const char *text, uint32_t *value)
{
	int found = -1;

	for (const char *const *folder = iproute_folders; *folder && found < 0; folder++) {
		char path[300];

		snprintf(path, sizeof(path), "%s/%s", *folder, names->file);
		found = look_into(path, names, text, value);
	}
	for (const char *const *folder = iproute_folders; *folder && found != 1; folder++)
		found = look_into_parts(*folder, names, text, value);
	return found == 1;
}

int iproute_name_find(
	const struct iproute_names *names, const char *text, bool is_with_files, uint32_t *value)
{
	for (const struct conf_name *n = names->own; n->name; n++)
		if (strcmp(n->name, text) == 0) {
			*value = n->value;
			return 0;
		}
	return is_with_files && *text && find_in_files(names, text, value) ? 0 : -1;
}

const char *iproute_name_of(const struct iproute_names *names, uint32_t value)
{
	for (const struct conf_name *n = names->own; n->name; n++)
		if (n->value == value)
			return n->name;
	return NULL;
}
