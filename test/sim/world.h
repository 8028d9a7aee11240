/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_WORLD_H
#define KEEPD_TEST_SIM_WORLD_H

/* One run of a scenario: routers, network, clients, and the virtual clock. */

#include "test/sim/invariants.h"
#include "test/sim/net.h"
#include "test/sim/node.h"
#include "test/sim/scenario.h"

struct world {
	const struct scenario *scenario;
	int64_t now;
	struct net net;
	struct node nodes[SIM_ROUTERS];
	struct invariants inv;
	FILE *trace; /* NULL: silent */
};

/* Runs it to its end, or until an invariant does not hold: *v says which. Returns the time it ran.
 */
int64_t world_run(const struct scenario *s, FILE *trace, struct violation *v);

#endif
