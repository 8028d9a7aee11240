/* SPDX-License-Identifier: Apache-2.0 */
/* The section of the watcher: blocks that those who track things have in their sections, too. */
#include "watcher/schema.h"

/* clang-format off */
#define ROOT(member) .offset = offsetof(struct watcher_conf, member)

static const struct conf_row root_rows[] = {
	CONF_TRACK_FILE_ROW(ROOT(files)),
	CONF_PROCESS_ROW(ROOT(processes)),
};

static const struct conf_block root_block = {
	"watcher", sizeof(struct watcher_conf), NULL, 0,
	root_rows, sizeof(root_rows) / sizeof(*root_rows), false, NULL, NULL,
};
/* clang-format on */

static bool is_empty(const struct conf_obj *root)
{
	const struct watcher_conf *c = (const struct watcher_conf *)root;

	return !c->files.count && !c->processes.count;
}

const struct conf_section watcher_section = {
	.name = "watcher",
	.root = &root_block,
	.is_empty = is_empty,
};
