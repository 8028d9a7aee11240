/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving up privileges. The order matters everywhere: limits and the oom score need powers that go
 * with the uid; the bounding set needs CAP_SETPCAP, which goes too; a uid change clears the
 * parent-death signal and, without KEEPCAPS, the capabilities; all of it comes after exec, which
 * would clear them again. The only file that knows libcap-ng. See priv.h.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/priv.h"

#define OOM_SCORE   (-900) /* after -1000, "never", and before everything else on the node */
#define STACK_BYTES ((size_t)512 << 10)

/* Adds to the warnings, which may be several. */
static void warn_add(struct err *warn, int sysno, const char *what)
{
	size_t len;

	if (!warn)
		return;
	len = strlen(warn->text);
	warn->sysno = sysno;
	snprintf(warn->text + len, sizeof(warn->text) - len, "%s%s: %s", len ? "; " : "", what,
		strerrordesc_np(sysno));
}

/* ---- real time ---- */

/*
 * A locked stack cannot grow past RLIMIT_MEMLOCK, and a stack that cannot grow is SIGSEGV. So it
 * grows before it is locked.
 */
static __attribute__((noinline)) void grow_stack(void)
{
	volatile char bytes[STACK_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i += 1024)
		bytes[i] = 0;
}

static void lock_memory(struct err *warn)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int flags = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;

	grow_stack();
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0) {
		/* MCL_FUTURE would make a later malloc() fail. */
		warn_add(warn, errno, "memory is locked as far as it is now: RLIMIT_MEMLOCK");
		flags = MCL_CURRENT | MCL_ONFAULT;
	}
	if (mlockall(flags) < 0)
		warn_add(warn, errno, "memory is not locked: mlockall");
}

/* Async-signal-safe, and without state: priv_realtime() sees what it did. */
static void on_sigxcpu(int signo)
{
	const struct sched_param none = { 0 };
	int saved = errno;

	(void)signo;
	sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
	errno = saved;
}

/*
 * The count of RLIMIT_RTTIME begins anew whenever the process sleeps, so only a process that never
 * does gets SIGXCPU. There is no hard limit: that would be SIGKILL.
 */
static int limit_realtime(void)
{
	const struct rlimit seconds = { PRIV_RTTIME_SECONDS * 1000000, RLIM_INFINITY };
	const struct sigaction demote = { .sa_handler = on_sigxcpu, .sa_flags = SA_RESTART };

	return sigaction(SIGXCPU, &demote, NULL) < 0 || setrlimit(RLIMIT_RTTIME, &seconds) < 0;
}

int priv_realtime_set(int priority, struct err *e)
{
	const struct sched_param param = { .sched_priority = priority };
	int policy = priority ? SCHED_RR : SCHED_OTHER;

	if ((priority && limit_realtime() != 0) ||
		sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &param) < 0)
		return err_sys(e, errno, "real-time priority");
	return 0;
}

bool priv_realtime(void)
{
	return (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_RR;
}

static void become_realtime(struct err *warn)
{
	const struct rlimit again = { PRIV_RT_PRIORITY, PRIV_RT_PRIORITY };
	struct rlimit limit;
	struct err e;

	if (limit_realtime() != 0) {
		warn_add(warn, errno, "no real-time priority: RLIMIT_RTTIME");
		return;
	}
	if (priv_realtime_set(PRIV_RT_PRIORITY, &e) < 0)
		warn_add(warn, e.sysno, "no real-time priority: sched_setscheduler");
	else if (getrlimit(RLIMIT_RTPRIO, &limit) < 0 || limit.rlim_cur < PRIV_RT_PRIORITY)
		setrlimit(RLIMIT_RTPRIO, &again); /* for a renewal later; role_run() reports */
}

static void lower_oom_score(struct err *warn)
{
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	char text[16] = "";

	if (fd >= 0 && pread(fd, text, sizeof(text) - 1, 0) > 0 && atoi(text) <= OOM_SCORE) {
		close(fd);
		return;
	}
	snprintf(text, sizeof(text), "%d", OOM_SCORE);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		warn_add(warn, errno, "oom_score_adj");
	if (fd >= 0)
		close(fd);
}

/* ---- the drop ---- */

static bool is_user(const struct priv_spec *s)
{
	uid_t r, e, saved;
	gid_t rg, eg, savedg;

	getresuid(&r, &e, &saved);
	getresgid(&rg, &eg, &savedg);
	return r == s->uid && e == s->uid && saved == s->uid && rg == s->gid && eg == s->gid &&
	       savedg == s->gid;
}

static int become_user(const struct priv_spec *s, struct err *e)
{
	if (is_user(s) && !priv_has(CAP_SETGID))
		return 0;
	if (setgroups(0, NULL) < 0)
		return err_sys(e, errno, "become user %s: setgroups", s->user);
	if (setresgid(s->gid, s->gid, s->gid) < 0)
		return err_sys(e, errno, "become user %s: setresgid %u", s->user, (unsigned)s->gid);
	if (setresuid(s->uid, s->uid, s->uid) < 0)
		return err_sys(e, errno, "become user %s: setresuid %u", s->user, (unsigned)s->uid);
	if (!is_user(s))
		return err_set(e, "become user %s: the kernel did not do it", s->user);
	return 0;
}

/* While we still may: what an exec could give back. */
static int empty_bounding_set(struct err *e)
{
	if (!priv_has(CAP_SETPCAP))
		return 0; /* no_new_privs closes the same door */
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) < 0)
		return err_set(e, "the capability bounding set cannot be emptied");
	return 0;
}

static int keep_caps(const struct priv_spec *s, struct err *e)
{
	const int *cap;

	if (capng_get_caps_process() < 0)
		return err_set(e, "capabilities cannot be read");
	for (cap = s->caps; cap && *cap >= 0; cap++)
		if (!capng_have_capability(CAPNG_PERMITTED, (unsigned)*cap))
			return err_set(e, "user %s lacks the capability %s", s->user,
				capng_capability_to_name((unsigned)*cap));
	capng_clear(CAPNG_SELECT_CAPS);
	for (cap = s->caps; cap && *cap >= 0; cap++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, (unsigned)*cap);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return err_set(e, "capabilities of user %s cannot be set", s->user);
	return 0;
}

/* The whole loss, permanent. Nothing of it may be half done. */
static int drop(const struct priv_spec *s, struct err *e)
{
	if (prctl(PR_SET_KEEPCAPS, 1) < 0)
		return err_sys(e, errno, "PR_SET_KEEPCAPS");
	if (empty_bounding_set(e) < 0 || become_user(s, e) < 0)
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return err_sys(e, errno, "PR_CAP_AMBIENT");
	if (keep_caps(s, e) < 0)
		return -1;
	if (prctl(PR_SET_KEEPCAPS, 0) < 0)
		return err_sys(e, errno, "PR_SET_KEEPCAPS");
	if (s->uid != 0 && !priv_has(CAP_SETUID) && setresuid((uid_t)-1, 0, (uid_t)-1) == 0)
		return err_set(e, "user %s can become root again", s->user);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return err_sys(e, errno, "PR_SET_DUMPABLE");
	return 0;
}

int priv_drop(const struct priv_spec *spec, pid_t ppid, struct err *warn, struct err *e)
{
	if (warn)
		*warn = (struct err){ 0 };
	if (spec->realtime) {
		lock_memory(warn);
		become_realtime(warn);
		lower_oom_score(warn);
	}
	if (drop(spec, e) < 0)
		return -1;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_sys(e, errno, "PR_SET_PDEATHSIG");
	if (getppid() != ppid)
		return err_set(e, "the parent is gone");
	return 0;
}

bool priv_has(int cap)
{
	return capng_get_caps_process() == 0 &&
	       capng_have_capability(CAPNG_EFFECTIVE, (unsigned)cap);
}

int priv_user(const char *name, uid_t *uid, gid_t *gid, struct err *e)
{
	const struct passwd *p;

	errno = 0;
	p = getpwnam(name);
	if (!p && errno && errno != ENOENT && errno != ESRCH)
		return err_sys(e, errno, "user %s", name);
	if (!p)
		return err_set(e,
			"user %s does not exist: useradd --system --no-create-home "
			"--shell /usr/sbin/nologin %s",
			name, name);
	*uid = p->pw_uid;
	*gid = p->pw_gid;
	return 0;
}
