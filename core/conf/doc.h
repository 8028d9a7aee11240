/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_DOC_H
#define KEEPD_CORE_CONF_DOC_H

/*
 * The tables as documentation: one walk over them (doc_walk.h), a file for each form. Nothing that
 * is said of a keyword to people or programs stands anywhere but in its row.
 */

#include <stdio.h>
#include "core/conf/schema.h"

/* --schema: block by block, a keyword a line, totals at the end. */
void conf_doc_text(const struct conf_section *const *sections, FILE *out);
/* --schema=man: the greater part of keepd.conf(5). */
void conf_doc_man(const struct conf_section *const *sections, FILE *out);
/* --schema=json: every row, for programs; totals in an object. */
void conf_doc_json(const struct conf_section *const *sections, FILE *out);
/* --schema=sample: the reference part of keepd.conf.sample, commented out. */
void conf_doc_sample(const struct conf_section *const *sections, FILE *out);
/* All spellings of all keywords, one a line, sorted, each once. */
void conf_doc_keywords(const struct conf_section *const *sections, FILE *out);

/*
 * --explain: what there is to say about a keyword at each of its places. words: the keyword, before
 * it perhaps the blocks it stands in. False if nobody knows it: then the nearest ones are named.
 */
bool conf_doc_explain(const struct conf_section *const *sections, const char *const *words,
	unsigned count, FILE *out);

#endif
