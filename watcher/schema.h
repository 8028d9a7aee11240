/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_SCHEMA_H
#define KEEPD_WATCHER_SCHEMA_H

/* The part of the configuration that the watcher reads: what there is to look at. */

#include "core/conf/common.h"

struct watcher_conf {
	struct conf_obj obj;
	struct conf_list files;	    /* of struct conf_track_file */
	struct conf_list processes; /* of struct conf_process */
};

extern const struct conf_section watcher_section;

#endif
