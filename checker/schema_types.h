/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_TYPES_H
#define KEEPD_CHECKER_SCHEMA_TYPES_H

/* Kinds of values that only the checkers have, and the words of their enums. */

#include "core/conf/types.h"

struct addr;

/* clang-format off */
extern const struct conf_type checker_type_service;	/* struct service_conf */
extern const struct conf_type checker_type_method;	/* struct lvs_method_conf */
extern const struct conf_type checker_type_granularity;	/* struct granularity_conf */
extern const struct conf_type checker_type_flush;	/* uint32_t, enum lvs_flush_on_stop */
extern const struct conf_type checker_type_table;	/* const char *; the keyword alone stands for param */
extern const struct conf_type checker_type_name;	/* const char *; one word of at most row->max bytes */
extern const struct conf_type checker_type_entries;	/* struct conf_list of struct server_group_entry */
/* of checks */
extern const struct conf_type checker_type_payload;	/* struct payload_conf */
extern const struct conf_type checker_type_reply;	/* struct payload_conf, with x for any half of a byte */
extern const struct conf_type checker_type_dns_name;	/* const char * */
extern const struct conf_type checker_type_regex_options; /* uint32_t, a bit for each word */
extern const struct conf_type checker_type_regex_stack;	/* struct regex_stack_conf */
/* clang-format on */

/* in the order of enum ipvs_protocol and enum ipvs_method */
extern const struct conf_words checker_protocols, checker_methods;
extern const struct conf_words checker_schedulers;
extern const struct conf_words checker_families; /* enum ip_family */
extern const struct conf_words checker_dns_types;
extern const struct conf_words checker_regex_options;

/* The number of a word in its list, or -1. */
int checker_word_index(const char *const *words, const char *text);
/* A firewall mark, 1 or more; -1 if it is none. */
int checker_mark_parse(const char *text, uint32_t *mark);

#endif
