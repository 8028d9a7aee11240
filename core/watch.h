/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_WATCH_H
#define KEEPD_CORE_WATCH_H

/*
 * What stands in PAGE_WATCH: what one process sees for others, one slot for each thing, from slot 0
 * on without gaps. Read by who tracks them. A successor of the writer keeps what stands there until
 * it has looked itself.
 */

#include <stdint.h>

#define WATCH_SLOTS 1024

enum watch_kind {
	WATCH_FREE,
	WATCH_FILE,    /* number: what stands in the file */
	WATCH_PROCESS, /* number: so many processes match */
	WATCH_KIND_COUNT,
};

struct watch_slot {
	uint64_t id;   /* conf_hash() of the keys of its block */
	uint32_t kind; /* enum watch_kind */
	uint32_t is_known;
	int64_t number;
};

#endif
