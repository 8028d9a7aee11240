/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_TYPES_H
#define KEEPD_CHECKER_SCHEMA_TYPES_H

/* Kinds of values that only the checkers have, and the words of their enums. */

#include "core/conf/types.h"

extern const struct conf_type checker_type_server; /* the address of a virtual server */
extern const struct conf_type checker_type_method; /* NAT, DR or TUN */

/* in the order of enum ipvs_protocol and enum ipvs_method */
extern const struct conf_words checker_protocols, checker_methods;
extern const struct conf_words checker_schedulers;

#endif
