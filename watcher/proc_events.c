/* SPDX-License-Identifier: Apache-2.0 */
/* The process events connector: see proc_events.h. Called by processes.c. */
#include "watcher/proc_events.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RECEIVE_BYTES (1 << 20)
#define FOREIGN_MAX   64 /* datagrams that are not the kernel's, at once */

/* The names of the kernel's enum differ between versions of the header; these are its numbers. */
enum {
	EVENT_FORK = 1,
	EVENT_EXEC = 2,
	EVENT_COMM = 0x200,
	EVENT_EXIT_ = (int)0x80000000,
};

bool proc_news_parse(const void *bytes, size_t len, struct proc_news *event)
{
	struct nlmsghdr head;
	struct cn_msg cn;
	struct proc_event_bytes {
		uint32_t what, cpu;
		uint64_t timestamp_ns;
		int32_t ids[4]; /* pid, tgid, and of a fork: those of the child */
	} e = { 0 };
	size_t at = NLMSG_HDRLEN + sizeof(cn);

	if (len < at + offsetof(struct proc_event_bytes, ids))
		return false;
	memcpy(&head, bytes, sizeof(head));
	memcpy(&cn, (const char *)bytes + NLMSG_HDRLEN, sizeof(cn));
	if (head.nlmsg_len > len || cn.id.idx != CN_IDX_PROC || cn.id.val != CN_VAL_PROC)
		return false;
	memcpy(&e, (const char *)bytes + at, len - at < sizeof(e) ? len - at : sizeof(e));
	*event = (struct proc_news){ .change = PROC_NOTHING };
	switch ((int)e.what) {
	case EVENT_FORK:
		if (e.ids[2] == e.ids[3]) /* else a thread */
			*event = (struct proc_news){ PROC_FORK, e.ids[3], e.ids[1] };
		break;
	case EVENT_EXEC:
	case EVENT_COMM: *event = (struct proc_news){ PROC_BECOME, e.ids[1], 0 }; break;
	case EVENT_EXIT_:
		if (e.ids[0] == e.ids[1])
			*event = (struct proc_news){ PROC_EXIT, e.ids[1], 0 };
		break;
	}
	return true;
}

int proc_events_open(void)
{
	const struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	uint32_t op = PROC_CN_MCAST_LISTEN;
	struct cn_msg cn = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof(op) };
	struct nlmsghdr head = { .nlmsg_len = NLMSG_LENGTH(sizeof(cn) + sizeof(op)),
		.nlmsg_type = NLMSG_DONE };
	const struct iovec listen[] = { { &head, sizeof(head) }, { &cn, sizeof(cn) },
		{ &op, sizeof(op) } };
	const int size = RECEIVE_BYTES;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (const struct sockaddr *)&group, sizeof(group)) < 0 ||
		writev(fd, listen, 3) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

enum proc_status proc_events_next(int fd, struct proc_news *event)
{
	char buf[1024];

	for (int i = 0; i < FOREIGN_MAX; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &from_len);

		if (n < 0)
			return errno == ENOBUFS ? PROC_LOST : PROC_NONE;
		if (from.nl_pid == 0 && proc_news_parse(buf, (size_t)n, event))
			return PROC_OK;
	}
	return PROC_NONE;
}
