/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_INCLUDE_H
#define KEEPD_CORE_CONF_INCLUDE_H

/* include and its stricter forms: which files a line stands for. */

#include "core/conf/source.h"

/* Bits of source_frame.check; a file that is named and missing is always an error. */
enum include_check {
	INCLUDE_READ = 1 << 0,	   /* a folder that cannot be read is an error, not a warning */
	INCLUDE_MATCH = 1 << 1,	   /* a name with {} but no wildcard must stand for a file */
	INCLUDE_WILDCARD = 1 << 2, /* a wildcard must match a file */
	INCLUDE_BRACE = 1 << 3,	   /* each alternative of {} must */
	INCLUDE_ALL = 15,
};

/* Begins the files of an include; true if the line was one. */
bool include_line(struct source *s, const struct word_source *line);
/* Notes an include_check; true if the line was one. */
bool include_check_line(struct source *s, const struct word_source *line);
/* The files that the name of the main file stands for, when it is a pattern. -1 if none. */
int include_main(struct source *s, const char *pattern);
/* The absolute folder of the file being read. */
const char *include_folder(struct source *s);

#endif
