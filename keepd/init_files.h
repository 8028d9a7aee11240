/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_INIT_FILES_H
#define KEEPD_KEEPD_INIT_FILES_H

/*
 * init_file: the tracked files that are to be there from the start. Called by the conf process,
 * which may write and may wait, for the first configuration only. What cannot be written is logged.
 */

#include "core/conf/schema.h"

/* files: of struct conf_track_file */
void init_files_write(const struct conf_list *files);

#endif
