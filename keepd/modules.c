/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel modules, by the parent, because no child has the power to load them. See modules.h.
 */
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "keepd/modules.h"

#define MODPROBE_WAIT_MS 5000

void modules_load_ipvs(pid_t *hung)
{
	static char modprobe[] = "modprobe", quiet[] = "-q", module[] = "ip_vs";
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const argv[] = { modprobe, quiet, module, NULL };
	char *const envp[] = { path, NULL };
	struct pollfd wait = { .events = POLLIN };
	pid_t pid;

	if (*hung && waitpid(*hung, NULL, WNOHANG) == 0)
		return; /* a second one would wait for the first */
	*hung = 0;
	if (access("/proc/self/net/ip_vs", F_OK) == 0)
		return;
	if (posix_spawnp(&pid, "/sbin/modprobe", NULL, NULL, argv, envp) != 0)
		return;
	wait.fd = pidfd_open(pid, 0);
	if (wait.fd < 0 || poll(&wait, 1, MODPROBE_WAIT_MS) != 1) {
		log_warning("modprobe ip_vs takes longer than 5 s; not waiting for it");
		kill(pid, SIGKILL);
	}
	/* One that hangs in the kernel does not even die. */
	if (wait.fd >= 0)
		close(wait.fd);
	if (waitpid(pid, NULL, WNOHANG) == 0)
		*hung = pid;
}
