/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SCHEMA_ROWS_H
#define KEEPD_KEEPD_SCHEMA_ROWS_H

/*
 * What the files with the tables of the daemon as a whole share: short names for rows, and the
 * types only these tables need. Included by keepd/schema*.c only.
 */

#include "core/conf/types.h"
#include "keepd/schema.h"

#define A			      CONF_TIER_A
#define B			      CONF_TIER_B
#define C			      CONF_TIER_C
#define D			      CONF_TIER_D
#define OBSOLETE(word, tier, instead) CONF_ROW_NONE(word, CONF_OBSOLETE, tier, instead)
#define COUNT_OF(rows)		      (sizeof(rows) / sizeof(*(rows)))
#define SECONDS(n)		      ((int64_t)(n)*1000000)

extern const struct conf_type keepd_type_umask; /* uint32_t; 077, or IRWXG|IRWXO */

extern const struct conf_block keepd_global_block; /* schema_global.c */
extern const struct conf_block keepd_name_block;   /* struct keepd_name_conf, a line: [NAME] */

#endif
