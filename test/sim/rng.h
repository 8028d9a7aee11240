/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_RNG_H
#define KEEPD_TEST_SIM_RNG_H

/* Chance from a seed alone: the same on every machine. */

#include <stdint.h>

struct rng {
	uint64_t state;
};

/* The finalizer of splitmix64: any number to an unrelated one. */
static inline uint64_t rng_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t rng_next(struct rng *r)
{
	return rng_mix(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* 0 to n - 1 */
static inline int64_t rng_below(struct rng *r, int64_t n)
{
	return (int64_t)(rng_next(r) % (uint64_t)n);
}

static inline int64_t rng_between(struct rng *r, int64_t low, int64_t high)
{
	return low + rng_below(r, high - low + 1);
}

#endif
