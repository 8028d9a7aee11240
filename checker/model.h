/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_MODEL_H
#define KEEPD_CHECKER_MODEL_H

/*
 * One generation of the configuration as the checker sees it: pools, their servers, their checks,
 * and what is known of each. Pure: results go in, changes and the desired IPVS table come out.
 * Identities are those of the state page, so that a reload and a restart recall what was known in
 * the same way.
 */

#include "checker/idmap.h"
#include "checker/pool.h"
#include "checker/question.h"
#include "checker/slot.h"
#include "checker/verdict.h"
#include "ipvs/table.h"

struct model_check {
	uint64_t id; /* of its slot */
	const struct check_conf *conf;
	enum check_type_id type;
	struct endpoint target;
	uint32_t server;
	uint32_t next; /* the next one with the same question; IDMAP_NONE ends */
	enum verdict_state verdict;
	mono_t since;		/* of the verdict */
	struct probe_slot last; /* as the prober left it */
};

struct model_server {
	uint64_t id;
	const struct real_server_conf *conf;
	struct endpoint endpoint;
	uint32_t pool, first_check, checks;
	bool is_up, is_waiting;
	bool is_settled; /* there was a state before, that an undecided check does not change */
	mono_t since;
	struct check_result reason;
	uint32_t weight; /* in the desired table */
	bool is_present; /* in the desired table */
};

struct model_pool {
	uint64_t id;
	const struct virtual_server_conf *conf;
	struct ipvs_service service;
	struct ipvs_dest sorry; /* if conf->sorry_server */
	uint32_t first_server, servers;
	struct ipvs_dest *dests; /* result.dest_count of them, desired */
	struct pool_result result;
	bool is_settled;
	bool is_dirty;
	mono_t since; /* of having or not having quorum */
};

struct model {
	const struct checker_conf *conf; /* borrowed */
	struct model_pool *pools;
	struct model_server *servers;
	struct model_check *checks;
	uint32_t pool_count, server_count, check_count;
	struct ipvs_dest *dests;      /* of all pools */
	struct pool_server *scratch;  /* for the servers of one pool */
	struct idmap questions;	      /* to the first check that asks it */
	uint32_t *dirty, dirty_count; /* pools to settle */
};

/*
 * Builds the model of a configuration, nothing known yet. Caller frees with model_free. NULL and *e
 * if it has a check this keepd does not know.
 */
struct model *model_new(const struct checker_conf *conf, struct err *e);
void model_free(struct model *m); /* NULL is fine */

/* This pool is looked at by the next model_settle(). */
void model_touch(struct model *m, uint32_t pool);

/* Takes over what is known from slots of the same identities: of an earlier model or a page. */
void model_recall(struct model *m, const struct checker_slot *slots, size_t count);

/* The first check that asks this question, or IDMAP_NONE; the others follow by `next`. */
uint32_t model_first(const struct model *m, uint64_t question);

/*
 * A check hears of its probe. Returns whether that was news. model_settle() draws the conclusions.
 */
bool model_hear(struct model *m, uint32_t check, const struct probe_slot *probe, mono_t now);

#define MODEL_REASON_BYTES 200

struct model_change {
	bool is_pool;
	uint32_t index; /* in pools or servers */
	bool is_up;
	const char *from, *to; /* "new", "waiting", "up", "down" */
	char reason[MODEL_REASON_BYTES];
};

/*
 * Draws the conclusions of what was heard; fn is called for each server and pool that changed.
 * Returns the number of pools that were looked at; until the next call they are dirty[0], dirty[1],
 * ...
 */
uint32_t model_settle(struct model *m, mono_t now,
	void (*fn)(void *arg, const struct model_change *change), void *arg);

/* The table that should be in the kernel, sorted. t is emptied first. */
void model_desired(const struct model *m, struct ipvs_table *t);

/* What stands in the state page about an object. */
void model_pool_slot(const struct model *m, uint32_t pool, struct checker_slot *slot);
void model_server_slot(const struct model *m, uint32_t server, struct checker_slot *slot);
void model_check_slot(const struct model *m, uint32_t check, struct checker_slot *slot);

#endif
