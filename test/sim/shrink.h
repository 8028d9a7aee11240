/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_SHRINK_H
#define KEEPD_TEST_SIM_SHRINK_H

#include "test/sim/invariants.h"
#include "test/sim/scenario.h"

/* Makes *s, which hurts the invariant of *v, as small as it can, hurting the same one. */
void shrink(struct scenario *s, struct violation *v);

#endif
