/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only place that reads a clock. See mono.h.
 */
#include <time.h>

#include "core/mono.h"

static int64_t clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

mono_t mono_now(void)
{
	return (mono_t){ clock_us(CLOCK_MONOTONIC) };
}

span_t mono_cpu(void)
{
	return (span_t){ clock_us(CLOCK_THREAD_CPUTIME_ID) };
}

double mono_to_wall(mono_t t)
{
	return (double)(clock_us(CLOCK_REALTIME) - (mono_now().us - t.us)) / 1e6;
}
