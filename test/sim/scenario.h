/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_SCENARIO_H
#define KEEPD_TEST_SIM_SCENARIO_H

/*
 * What a run is made from: routers, and faults with their times. A plain value, made from a seed or
 * read from text; together with its seed it decides every packet of the run. Times in microseconds.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SIM_ROUTERS  4
#define SIM_STRANGER SIM_ROUTERS /* who forges adverts; has the highest address */
#define SIM_FAULTS   48

/* What each fault names beside its time: n = its router, p = a second one, v = a number, s =
 * settings */
#define SIM_FAULT_LIST(X)                                                                          \
	X(LOSS, "loss", "v")	       /* so many percent of all packets */                        \
	X(DUPLICATE, "duplicate", "v") /* so many percent arrive twice */                          \
	X(DELAY, "delay", "v")	       /* by up to so much: they overtake each other */            \
	X(PARTITION, "partition", "v") /* the routers of this mask from the others */              \
	X(CORRUPT, "corrupt", "v")     /* so many percent of adverts have a wrong bit */           \
	X(FORGE, "forge", "v")	       /* a stranger advertises that priority, once */             \
	X(ONEWAY, "oneway", "np")      /* nothing from the one to the other */                     \
	X(PAUSE, "pause", "n")	       /* the process is stopped, the node is not */               \
	X(SUSPEND, "suspend", "n")     /* the whole node is, and nothing waits for it */           \
	X(LINK, "link", "n")	       /* down */                                                  \
	X(STOP, "stop", "n")	       /* cleanly, and a start */                                  \
	X(CRASH, "crash", "n")	  /* of the vrrp process: its slot stays, a parent withdraws */    \
	X(KILL, "kill", "n")	  /* of all processes: addresses stay, nobody withdraws */         \
	X(REBOOT, "reboot", "n")  /* nothing stays */                                              \
	X(CLOCK, "clock", "nv")	  /* the wall clock jumps */                                       \
	X(RELOAD, "reload", "ns") /* with other settings */

enum sim_fault_type {
#define X(name, word, has) SIM_##name,
	SIM_FAULT_LIST(X)
#undef X
		SIM_FAULT_COUNT
};

/* What a configuration says of a router. */
struct sim_settings {
	uint8_t priority;
	bool preempt;
	int64_t interval;
	int64_t delay; /* preempt_delay */
};

struct sim_fault {
	enum sim_fault_type type;
	int64_t at, lasts;
	unsigned node, peer;
	int64_t value;
	struct sim_settings settings;
};

struct sim_router {
	bool is_present;
	int64_t start;
	struct sim_settings settings;
};

struct scenario {
	uint64_t seed;
	uint8_t version;
	uint32_t down_adverts;
	int64_t end;
	struct sim_router routers[SIM_ROUTERS];
	struct sim_fault faults[SIM_FAULTS];
	unsigned fault_count;
};

void scenario_make(struct scenario *s, uint64_t seed);
void scenario_print(const struct scenario *s, FILE *to);
/* 0, or the number of the first line that is not understood. */
unsigned scenario_read(struct scenario *s, FILE *from);

#endif
