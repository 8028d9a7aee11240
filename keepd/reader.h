/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_READER_H
#define KEEPD_KEEPD_READER_H

/*
 * The conf process: short-lived, at start and at each reload. Reads and validates the files, prints
 * the canonical text of each role into a sealed memfd, sends them to the parent and exits. Bad
 * files, dead file systems and name services can hurt nobody but this process.
 */

#include <stdio.h>
#include "core/conf/conf.h"
#include "core/role.h"

/* All sections of the language, NULL-terminated. */
extern const struct conf_section *const keepd_sections[];

/* What comes on its command line. */
struct reader_args {
	const char *path;
	const char *config_id; /* NULL = the first label of the host name */
	uint64_t generation;
	bool is_dumped; /* what was read goes to the log */
};

/* Main of the role. */
int reader_main(const struct role_args *args, const struct reader_args *what);

#endif
