/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_CONF_H
#define KEEPD_CHECKER_CONF_H

/* Reading the canonical text: the same for both roles of this module. */

#include "checker/schema.h"
#include "core/err.h"
#include "core/tuning.h"

struct conf;

/* Caller frees with conf_free. NULL and *e. */
struct conf *checker_conf_read(const char *text, uint64_t generation, struct err *e);
const struct checker_conf *checker_conf_root(const struct conf *conf);
/* What is wanted of the checker and the prober process. */
void checker_conf_tuning(const struct checker_conf *conf, struct tuning *tuning);

#endif
