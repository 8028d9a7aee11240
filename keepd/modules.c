/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel modules, by the parent, because no child has the power to load them. See modules.h.
 */
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "core/proc.h"
#include "keepd/modules.h"

#define MODPROBE_SECONDS 5

void modules_load_ipvs(pid_t *hung)
{
	static char modprobe[] = "modprobe", quiet[] = "-q", module[] = "ip_vs";
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const argv[] = { modprobe, quiet, module, NULL };
	char *const envp[] = { path, NULL };
	pid_t pid;
	int status;

	if (*hung && waitpid(*hung, NULL, WNOHANG) == 0)
		return; /* a second one would wait for the first */
	*hung = 0;
	if (access("/proc/self/net/ip_vs", F_OK) == 0)
		return;
	if (posix_spawnp(&pid, "/sbin/modprobe", NULL, NULL, argv, envp) != 0)
		return;
	if (proc_wait(pid, span_s(MODPROBE_SECONDS), &status))
		return;
	log_warning("modprobe ip_vs takes longer than %d s; not waiting for it", MODPROBE_SECONDS);
	kill(pid, SIGKILL);
	*hung = pid; /* one that hangs in the kernel does not even die */
}
