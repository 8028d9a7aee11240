/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SLOT_H
#define KEEPD_CHECKER_SLOT_H

/*
 * What stands in the state pages of the prober and of the checker. Both are filled from slot 0 on
 * without gaps in what was ever written: whoever looks for something reads until the first slot
 * that was never written. A slot whose object is gone has kind (or id) 0 and is used again.
 * Fixed-size values only: another process reads them, perhaps after the writer died.
 */

#include <stdint.h>
#include "checker/check.h"
#include "ipvs/ipvs.h"
#include "ipvs/sync.h"

/* ---- PAGE_PROBER: one slot per probe (a question that is asked of a server) ---- */

#define PROBE_SLOTS 131072

struct probe_slot {
	uint64_t id;		     /* identity of the question; 0 = free */
	struct check_result result;  /* the last one */
	int64_t last_at_us;	     /* when it was there (mono_t); 0 = never probed */
	int64_t last_start_us;	     /* when that probe began */
	uint32_t ok_run, failed_run; /* the same result how many times in a row; one of them is 0 */
	uint64_t ok_total, failed_total;
	uint64_t local_errors; /* probes that failed for a reason of our own: they say nothing */
};

/* ---- PAGE_CHECKER: what the checker made of it ---- */

#define CHECKER_SLOTS 524288 /* services, servers and checks together, and one for the kernel */

enum checker_slot_kind {
	CHECKER_SLOT_FREE,
	CHECKER_SLOT_KERNEL, /* one: how we stand with the kernel's IPVS table */
	CHECKER_SLOT_POOL,
	CHECKER_SLOT_SERVER,
	CHECKER_SLOT_CHECK,
	CHECKER_SLOT_SYNC, /* one: the sync daemons of the kernel */
};

enum kernel_state {
	KERNEL_UNKNOWN, /* not asked yet */
	KERNEL_OK,	/* the table is as it should be */
	KERNEL_MISSING, /* the kernel has no IPVS */
	KERNEL_FAILED,	/* something was refused; tried again */
};

struct kernel_slot {
	uint32_t state; /* enum kernel_state */
	int32_t sysno;	/* of the last failure */
	int64_t since_us;
	int64_t audited_at_us; /* the last comparison with the kernel's table */
	uint32_t audit_us;     /* and what it cost of processor time */
	uint32_t foreign;      /* services in the table that we did not declare */
	uint64_t repaired;     /* entries that somebody else had changed */
};

enum sync_state {
	SYNC_OFF,     /* not configured */
	SYNC_OK,      /* what should run runs */
	SYNC_WAITS,   /* for the role of the instance */
	SYNC_NO_LINK, /* the interface is not there */
	SYNC_FAILED,  /* the kernel refuses; tried again */
};

struct sync_slot {
	uint32_t state;		      /* enum sync_state */
	int32_t sysno;		      /* of the last failure */
	uint8_t is_master, is_backup; /* which sync daemons run */
	uint8_t id;
	char interface[IPVS_SYNC_IFNAME_BYTES];
	int64_t since_us; /* of state and roles */
};

struct pool_slot {
	struct ipvs_service_key key;
	int64_t since_us; /* of has_quorum */
	uint32_t has_quorum;
	uint32_t is_sorry_in_use;
	uint64_t alive_weight;
	uint32_t quorum, hysteresis;
	uint32_t servers, servers_up;
	uint32_t has_sorry;
	struct endpoint sorry;
	char scheduler[IPVS_NAME_BYTES];
	uint32_t method; /* enum ipvs_method */
};

struct server_slot {
	uint64_t pool; /* id of its pool's slot */
	struct endpoint endpoint;
	uint32_t is_up;
	uint32_t is_waiting; /* down (alpha) because there is no result yet */
	int64_t since_us;
	uint32_t weight;     /* in the kernel now; 0 also when it has no entry there */
	uint32_t is_present; /* it has an entry there */
	uint32_t weight_configured;
	uint32_t checks;
	struct check_result reason; /* why it is up or down */
};

struct check_slot {
	uint64_t server;  /* id of its server's slot */
	uint32_t type;	  /* enum check_type_id */
	uint32_t verdict; /* enum verdict_state */
	int64_t since_us; /* of the verdict; 0 = no verdict yet */
	struct endpoint target;
	struct probe_slot last;
};

struct checker_slot {
	uint32_t kind; /* enum checker_slot_kind */
	uint32_t pad;
	uint64_t id; /* identity of the object, from the configuration: the same after a restart */
	union {
		struct kernel_slot kernel;
		struct pool_slot pool;
		struct server_slot server;
		struct check_slot check;
		struct sync_slot sync;
	};
};

#endif
