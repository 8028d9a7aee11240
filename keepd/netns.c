/* SPDX-License-Identifier: Apache-2.0 */
/* Entering a network namespace, once; see netns.h. Part of the parent. */
#include "keepd/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "keepd/parent.h"

#define NETNS_FOLDER "/run/netns"

int netns_enter(const char *name, struct err *e)
{
	char path[sizeof(NETNS_FOLDER) + NETNS_NAME_BYTES];
	int fd, status;

	snprintf(path, sizeof(path), NETNS_FOLDER "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return err_sys(e, errno, "network namespace %s", name);
	status = setns(fd, CLONE_NEWNET);
	if (status < 0)
		err_sys(e, errno, "enter the network namespace %s%s", name,
			errno == EPERM ? " (CAP_SYS_ADMIN is missing: start keepd inside it, by "
					 "`ip netns exec`)"
				       : "");
	close(fd);
	return status;
}

int netns_take(struct parent *p, const char *name, struct err *e)
{
	const char *wanted = name ? name : "";

	if (p->netns)
		return strcmp(p->netns, wanted) == 0 ? 0
						     : err_set(e, "net_namespace cannot be changed "
								  "by a reload: restart keepd");
	if (name && netns_enter(name, e) < 0)
		return -1;
	if (!name)
		rundir_remove(&p->rundir, RUNDIR_NETNS);
	else if (rundir_write(&p->rundir, RUNDIR_NETNS, name, strlen(name), e) < 0)
		log_warning("%s: after a crash it will not be known where we were", e->text);
	p->netns = strdup(wanted);
	if (name)
		log_notice("works in the network namespace %s", name);
	return p->netns ? 0 : err_set(e, "out of memory");
}

const char *netns_left(struct rundir *d, char buf[NETNS_NAME_BYTES])
{
	struct err e;
	char *text;
	size_t len;

	if (rundir_read(d, RUNDIR_NETNS, &text, &len, &e) < 0)
		return NULL;
	snprintf(buf, NETNS_NAME_BYTES, "%s", text);
	free(text);
	return buf[0] ? buf : NULL;
}
