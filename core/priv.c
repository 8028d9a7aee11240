/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving up root, in the order that works; each step's place has a reason, see the comments. The
 * only file that knows libcap-ng. See proc.h.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/proc.h"

#define REALTIME_PRIORITY 1
/* A run of real-time work without a pause longer than this is a bug, not a busy child. */
#define REALTIME_LIMIT_US 500000
#define OOM_SCORE_VRRP	  "-800"

static void set_oom_score(const char *score)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, score, strlen(score));
	close(fd);
}

/* What is refused is a warning: the service works without, if less evenly. */
static void become_realtime(struct err *warn)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	const struct rlimit rttime = { REALTIME_LIMIT_US, RLIM_INFINITY };
	const struct sched_param param = { .sched_priority = REALTIME_PRIORITY };

	/* Without the raised limit a later malloc would fail under MCL_FUTURE. */
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) {
		if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
			err_sys(warn, errno, "lock memory");
	} else if (mlockall(MCL_CURRENT) < 0) {
		err_sys(warn, errno, "lock memory");
	}
	/* Past the soft limit: SIGXCPU, ignored, so that the kernel's throttling is all that
	 * happens. */
	signal(SIGXCPU, SIG_IGN);
	setrlimit(RLIMIT_RTTIME, &rttime);
	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param) < 0)
		err_sys(warn, errno, "real-time scheduling");
	set_oom_score(OOM_SCORE_VRRP);
}

static int set_capabilities(const int *caps, struct err *e)
{
	capng_clear(CAPNG_SELECT_BOTH);
	for (; caps && *caps >= 0; caps++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, (unsigned)*caps);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return err_sys(e, errno, "set capabilities");
	return 0;
}

/* The bounding set goes while CAP_SETPCAP is there: nothing executed later can get more. */
static void empty_bounding_set(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

static int change_user(const struct priv_spec *spec, struct err *e)
{
	if (geteuid() == spec->uid && getegid() == spec->gid)
		return 0; /* already there: a container that runs us unprivileged */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "keep capabilities");
	if (setgroups(0, NULL) < 0)
		return err_sys(e, errno, "give up groups");
	if (setresgid(spec->gid, spec->gid, spec->gid) < 0)
		return err_sys(e, errno, "become group %u", (unsigned)spec->gid);
	if (setresuid(spec->uid, spec->uid, spec->uid) < 0)
		return err_sys(e, errno, "become user %s", spec->user);
	return 0;
}

int priv_drop(const struct priv_spec *spec, pid_t ppid, struct err *warn, struct err *e)
{
	if (spec->realtime)
		become_realtime(warn); /* before the drop: needs CAP_SYS_NICE, CAP_SYS_RESOURCE */
	empty_bounding_set();
	if (change_user(spec, e) < 0 || set_capabilities(spec->caps, e) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "no new privileges");
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/*
	 * After the change of user, which clears it. A belt only: the end of the channel is what
	 * children act on; SIGTERM makes them look at it.
	 */
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != ppid)
		return err_set(e, "the parent has died meanwhile");
	return 0;
}

bool priv_has(int cap)
{
	capng_get_caps_process();
	return capng_have_capability(CAPNG_EFFECTIVE, (unsigned)cap) == 1;
}

int priv_user(const char *name, uid_t *uid, gid_t *gid, struct err *e)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(name);
	if (!pw)
		return err_set(e,
			"user %s does not exist: useradd --system --no-create-home --shell "
			"/usr/sbin/nologin %s",
			name, name);
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	return 0;
}
