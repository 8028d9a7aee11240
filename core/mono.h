/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_MONO_H
#define KEEPD_CORE_MONO_H

/*
 * Monotonic time as two types of their own, so that a point in time, a length of time and a naked
 * number cannot be mixed up. Both count microseconds of CLOCK_MONOTONIC; the wall clock is used for
 * display only. Pure code takes `now` as an argument and never reads the clock itself.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	int64_t us;
} mono_t; /* a point in time */

typedef struct {
	int64_t us;
} span_t; /* a length of time, may be negative */

/* Later than everything: "no deadline". */
#define MONO_NEVER ((mono_t){ INT64_MAX })

/* Reads CLOCK_MONOTONIC; cannot fail on Linux. */
mono_t mono_now(void);

/* Processor time this thread has used: what something cost, however long it was kept waiting. */
span_t mono_cpu(void);

/* Seconds since the epoch of a point in time that was, for display; uses the clocks as they are
 * now. */
double mono_to_wall(mono_t t);

static inline span_t span_us(int64_t us)
{
	return (span_t){ us };
}

static inline span_t span_ms(int64_t ms)
{
	return (span_t){ ms * 1000 };
}

static inline span_t span_s(int64_t s)
{
	return (span_t){ s * 1000000 };
}

static inline span_t span_mul(span_t d, int64_t factor)
{
	return (span_t){ d.us * factor };
}

static inline span_t span_max(span_t a, span_t b)
{
	return a.us > b.us ? a : b;
}

static inline span_t span_sum(span_t a, span_t b)
{
	return (span_t){ a.us + b.us };
}

/* t + d, and never past MONO_NEVER. */
static inline mono_t mono_add(mono_t t, span_t d)
{
	int64_t us;

	return __builtin_add_overflow(t.us, d.us, &us) ? MONO_NEVER : (mono_t){ us };
}

/* later - earlier */
static inline span_t mono_sub(mono_t later, mono_t earlier)
{
	return (span_t){ later.us - earlier.us };
}

static inline bool mono_before(mono_t a, mono_t b)
{
	return a.us < b.us;
}

static inline mono_t mono_min(mono_t a, mono_t b)
{
	return a.us < b.us ? a : b;
}

static inline double span_seconds(span_t d)
{
	return (double)d.us / 1e6;
}

#endif
