/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_FINDING_H
#define KEEPD_CORE_CONF_FINDING_H

/* What a report is made of: report.c collects it, report_print.c shows it. */

#include "core/conf/report.h"

#define SECRETS_MAX 16 /* keywords */

/* Owns all its texts. */
struct finding {
	enum conf_severity severity;
	unsigned file_number, order; /* of the reading of files, and of the findings */
	unsigned again;		     /* CONF_NOT_BUILT, CONF_IGNORED: in how many further places */
	char *file;
	uint32_t line, col, width; /* from 1; 0 = there is none */
	char *text, *context;
	char *origin;	     /* how the line came to be read; NULL = it stands there */
	char *source;	     /* the line, or a part of it; NULL = not at hand */
	uint32_t source_col; /* of the place within source, from 1 */
};

/* Findings of one kind, the first `max` of them kept. */
struct findings {
	struct finding **items;
	unsigned max, kept, found;
};

enum finding_kind {
	KIND_ERROR,
	KIND_WARNING,
	KIND_NOT_BUILT, /* each text once */
	KIND_IGNORED,	/* each text once */
	KIND_COUNT,
};

struct conf_report {
	struct findings kinds[KIND_COUNT];
	bool is_unreadable, hides_lines;
	unsigned order;			  /* of the next finding that is kept */
	const char *secrets[SECRETS_MAX]; /* keywords; NULL = free */
	unsigned repeated; /* in further rounds of a sequence, not counted as found */
	char first[ERR_TEXT_BYTES];
};

#endif
