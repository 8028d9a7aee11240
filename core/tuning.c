/* SPDX-License-Identifier: Apache-2.0 */
/* Nice value, real time, processors, memory of this process; see tuning.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "core/priv.h"
#include "core/tuning.h"

#define NICE_LIMIT 40 /* RLIMIT_NICE for a nice value of -20 */
#define RT_MAX	   99

void tuning_allow(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t limit;
	} table[] = {
		{ RLIMIT_NICE, NICE_LIMIT },
		{ RLIMIT_RTPRIO, RT_MAX },
		{ RLIMIT_MEMLOCK, RLIM_INFINITY },
	};

	/* Refused: tuning_apply() says so if it matters. */
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct rlimit limit = { table[i].limit, table[i].limit };

		(void)setrlimit(table[i].what, &limit);
	}
}

static void warn_add(struct err *warn, int sysno, const char *what)
{
	size_t len = strlen(warn->text);

	warn->sysno = sysno;
	snprintf(warn->text + len, sizeof(warn->text) - len, "%s%s: %s", len ? "; " : "", what,
		strerrordesc_np(sysno));
}

static void set_cpus(struct tuner *t, const struct tuning *wanted, struct err *warn)
{
	const cpu_set_t *cpus = wanted->has_cpus ? &wanted->cpus : &t->all;

	if (sched_setaffinity(0, sizeof(*cpus), cpus) < 0)
		warn_add(warn, errno, "processors");
}

static void set_realtime(int priority, struct err *warn)
{
	struct err e = { 0 };

	if (priv_realtime_set(priority, &e) < 0)
		warn_add(warn, e.sysno, "real-time priority");
}

static void set_lock(bool is_locked, struct err *warn)
{
	if ((is_locked ? mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) : munlockall()) < 0)
		warn_add(warn, errno, "memory");
}

void tuning_apply(struct tuner *t, const struct tuning *wanted, struct err *warn)
{
	const struct tuning *now = &t->now;

	*warn = (struct err){ 0 };
	if (!t->is_known)
		sched_getaffinity(0, sizeof(t->all), &t->all);
	t->is_known = true;
	if (wanted->has_cpus != now->has_cpus ||
		(wanted->has_cpus && !CPU_EQUAL(&wanted->cpus, &now->cpus)))
		set_cpus(t, wanted, warn);
	if (wanted->nice != now->nice && setpriority(PRIO_PROCESS, 0, wanted->nice) < 0)
		warn_add(warn, errno, "nice value");
	if (wanted->rt_priority != now->rt_priority)
		set_realtime(wanted->rt_priority, warn);
	if (wanted->no_swap != now->no_swap)
		set_lock(wanted->no_swap, warn);
	t->now = *wanted;
}
