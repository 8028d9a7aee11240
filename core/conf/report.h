/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_REPORT_H
#define KEEPD_CORE_CONF_REPORT_H

/* The inside of a report: how findings get into it. What people see of it is in conf.h. */

#include <stdarg.h>
#include "core/conf/conf.h"

/* As many warnings are kept and shown; further ones are counted. */
#define CONF_WARNINGS_MAX 100
/* Of what keepd cannot do yet each kind is shown once, with the number of its places. */
#define CONF_KEYWORDS_MAX 500

/*
 * Adds a finding at a place; width is the length of the word the caret line marks. context says in
 * which blocks it stands ("" = at the outermost level), borrowed. Keeps its own copies of all.
 */
void conf_report_add(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void conf_report_addv(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, va_list ap)
	__attribute__((format(printf, 6, 0)));

/* Are there errors, and so many findings that nobody needs more? */
bool conf_report_is_flooded(const struct conf_report *r);

/* The lines of the findings to come are not shown: there is a secret in them. */
void conf_report_hide(struct conf_report *r, bool is_hidden);

/* Nor is a line of a file in which this keyword stands; borrowed, lives as long as the report. */
void conf_report_hide_keyword(struct conf_report *r, const char *keyword);

/* The main file could not be read at all. */
void conf_report_unreadable(struct conf_report *r, const char *path, const char *why);

#endif
