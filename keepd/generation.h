/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_GENERATION_H
#define KEEPD_KEEPD_GENERATION_H

/*
 * One generation of the configuration as the parent holds it: the canonical text of each role in a
 * sealed memfd, and the parent's own part, parsed.
 */

#include <stdint.h>
#include "core/conf/conf.h"
#include "core/msg.h"

struct generation {
	uint64_t number;
	int text[ROLE_COUNT]; /* sealed memfds, owned; -1 = the role has nothing to do */
	struct conf *own;     /* the keepd section; NULL until generation_complete() */
};

void generation_init(struct generation *g, uint64_t number);
void generation_fini(struct generation *g);

/* Takes fd (owned from now on) as the text of a role. */
void generation_take_text(struct generation *g, enum role role, int fd);

/* All texts are there: the prober reads the checker's, the runners the parent's, and own is parsed.
 */
int generation_complete(struct generation *g, struct err *e);

#endif
