/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_POOL_H
#define KEEPD_CHECKER_POOL_H

/*
 * From the servers of a virtual service and whether they are up to what should stand in the
 * kernel's table: weights, quorum with hysteresis, sorry server. Pure.
 */

#include "ipvs/ipvs.h"

struct pool_server {
	struct ipvs_dest dest; /* with its configured weight */
	bool inhibit;	       /* when down: stays with weight 0 instead of being removed */
	bool is_up;
};

struct pool_params {
	const struct pool_server *servers;
	size_t count;
	uint64_t quorum, hysteresis;
	const struct ipvs_dest *sorry; /* NULL = none */
	bool had_quorum;	       /* false at start */
};

struct pool_result {
	bool has_quorum;
	bool is_sorry_in_use;
	uint64_t alive_weight;	      /* sum over the servers that are up */
	uint64_t gain_at, lose_below; /* the thresholds that were used */
	size_t servers_up;
	size_t dest_count;
};

/*
 * dests has room for count + 1 entries. Quorum is gained with quorum + hysteresis and lost below
 * quorum - hysteresis, or with nothing alive; neither threshold is out of reach of the servers.
 *
 * With quorum, or without a sorry server: servers that are up have their weight, those that are
 * down are absent or (inhibit) quiesced. Without quorum the sorry server takes all new connections;
 * servers that are up are quiesced, not removed, so that they can end the connections they have.
 */
void pool_compute(
	const struct pool_params *params, struct ipvs_dest *dests, struct pool_result *result);

#endif
