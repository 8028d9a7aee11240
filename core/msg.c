/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Channels between the processes. Everything that MSG_LIST does not allow is refused in
 * msg_receive(), and nowhere else. See msg.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/msg.h"

#define FDS_MAX 4 /* room to see, and close, what should not be there */

/* On the wire: the number, then the payload. */
struct frame {
	uint32_t number;
	uint32_t pad;
	unsigned char payload[MSG_MAX_BYTES];
};

#define FRAME_HEADER offsetof(struct frame, payload)

static const struct kind {
	const char *name;
	size_t bytes;
	unsigned from, to; /* ROLE_BIT */
	unsigned fds;
} kinds[] = {
#define X(name, number, payload, from, to, fds, doc)                                               \
	[number] = { #name, sizeof(struct payload), from, to, fds },
	MSG_LIST(X)
#undef X
};

#define X(name, number, payload, from, to, fds, doc)                                               \
	_Static_assert(sizeof(struct payload) <= MSG_MAX_BYTES, #name " is too long");
MSG_LIST(X)
#undef X

static const char *const role_names[ROLE_COUNT] = { "parent", "conf", "vrrp", "checker", "prober",
	"runner" };

const char *role_name(enum role r)
{
	return r < ROLE_COUNT ? role_names[r] : "unknown";
}

static const struct kind *kind_of(uint32_t number)
{
	if (number >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[number].name)
		return NULL;
	return &kinds[number];
}

int channel_pair(int fds[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return err_sys(e, errno, "make a channel");
	return 0;
}

void channel_close(struct channel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

int msg_send(struct channel *c, enum msg_number number, const void *payload, int fd, struct err *e)
{
	const struct kind *kind = kind_of(number);
	struct frame frame = { .number = number };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = &frame };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (!kind || !(kind->from & ROLE_BIT(c->self)) || !(kind->to & ROLE_BIT(c->peer)) ||
		(fd >= 0) != (kind->fds == 1))
		return err_set(e, "message %s does not go from %s to %s",
			kind ? kind->name : "unknown", role_name(c->self), role_name(c->peer));
	if (c->fd < 0)
		return err_sys(e, EPIPE, "send %s to %s", kind->name, role_name(c->peer));
	memcpy(frame.payload, payload, kind->bytes);
	iov.iov_len = FRAME_HEADER + kind->bytes;
	if (fd >= 0) {
		mh.msg_control = control.bytes;
		mh.msg_controllen = sizeof(control.bytes);
		*CMSG_FIRSTHDR(&mh) = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&mh)), &fd, sizeof(fd));
	}
	if (sendmsg(c->fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS)
		c->dropped++;
	return err_sys(e, errno, "send %s to %s", kind->name, role_name(c->peer));
}

/* Collects descriptors that came along; returns how many there were, keeps at most FDS_MAX. */
static unsigned take_fds(struct msghdr *mh, int fds[FDS_MAX])
{
	unsigned n = 0;

	for (struct cmsghdr *cm = CMSG_FIRSTHDR(mh); cm; cm = CMSG_NXTHDR(mh, cm)) {
		size_t count = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < count && n < FDS_MAX; i++)
			memcpy(&fds[n++], CMSG_DATA(cm) + i * sizeof(int), sizeof(int));
	}
	return n;
}

/* The strings of SCRIPT_RUN: exactly args + vars of them, each ended, nothing behind. */
static bool script_strings_fit(const struct msg_script_run *run)
{
	unsigned strings = 0;

	if (run->bytes > sizeof(run->strings) || (run->bytes && run->strings[run->bytes - 1]))
		return false;
	for (unsigned i = 0; i < run->bytes; i++)
		strings += run->strings[i] == '\0';
	return strings == (unsigned)run->args + run->vars;
}

/* Texts end within their field, whatever the sender did. */
static bool make_safe(struct msg *m)
{
	switch ((enum msg_number)m->number) {
	case MSG_CONF_REJECT: m->reject.reason[sizeof(m->reject.reason) - 1] = '\0'; break;
	case MSG_EVENT:
		m->event.kind[sizeof(m->event.kind) - 1] = '\0';
		m->event.object[sizeof(m->event.object) - 1] = '\0';
		m->event.from[sizeof(m->event.from) - 1] = '\0';
		m->event.to[sizeof(m->event.to) - 1] = '\0';
		m->event.reason[sizeof(m->event.reason) - 1] = '\0';
		break;
	case MSG_SCRIPT_RUN: return script_strings_fit(&m->script_run);
	case MSG_PAGE: return m->page.kind < PAGE_COUNT;
	case MSG_PEER: return m->peer.role < ROLE_COUNT;
	case MSG_CONF_TEXT: return m->conf_text.role < ROLE_COUNT;
	case MSG_CONF_PREPARE:
	case MSG_CONF_READY:
	case MSG_CONF_COMMIT:
	case MSG_CONF_ABORT:
	case MSG_CONF_RUNNING:
	case MSG_SHUTDOWN:
	case MSG_SLOT:
	case MSG_SCRIPT_DONE:
	case MSG_CONF_RESULT: break;
	}
	return true;
}

static enum msg_status refuse(const struct channel *c, int fds[FDS_MAX], unsigned n, struct err *e,
	const char *name, const char *why)
{
	for (unsigned i = 0; i < n; i++)
		close(fds[i]);
	err_set(e, "message %s from %s refused: %s", name, role_name(c->peer), why);
	return MSG_INVALID;
}

enum msg_status msg_receive(struct channel *c, struct msg *m, struct err *e)
{
	const struct kind *kind;
	struct frame frame;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = &frame, .iov_len = sizeof(frame) };
	struct msghdr mh = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	int fds[FDS_MAX];
	unsigned n;
	ssize_t len;

	if (c->fd < 0)
		return MSG_CLOSED;
	do /* ECONNRESET: the peer closed with our messages unread; what it sent is still there */
		len = recvmsg(c->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (len < 0 && (errno == EINTR || errno == ECONNRESET));
	if (len < 0)
		return errno == EAGAIN ? MSG_NONE : MSG_CLOSED;
	if (len == 0)
		return MSG_CLOSED;
	n = take_fds(&mh, fds);
	if ((size_t)len < FRAME_HEADER || (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return refuse(c, fds, n, e, "?", "no frame of ours");
	kind = kind_of(frame.number);
	if (!kind)
		return refuse(c, fds, n, e, "?", "unknown number");
	if (!(kind->from & ROLE_BIT(c->peer)) || !(kind->to & ROLE_BIT(c->self)))
		return refuse(c, fds, n, e, kind->name, "wrong direction");
	if ((size_t)len != FRAME_HEADER + kind->bytes)
		return refuse(c, fds, n, e, kind->name, "wrong length");
	if (n != kind->fds)
		return refuse(c, fds, n, e, kind->name, "wrong number of descriptors");
	*m = (struct msg){ .number = frame.number, .fd = n ? fds[0] : -1 };
	memcpy(&m->page, frame.payload, kind->bytes); /* all payloads begin where the union does */
	if (!make_safe(m))
		return refuse(c, fds, n, e, kind->name, "contents out of range");
	return MSG_OK;
}

int memfd_seal(const char *name, const void *bytes, size_t len, struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;

	if (fd < 0)
		return err_sys(e, errno, "memory for %s", name);
	while (done < len) {
		ssize_t n = write(fd, (const char *)bytes + done, len - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	if (done < len || fcntl(fd, F_ADD_SEALS,
				  F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
		err_sys(e, errno, "memory for %s", name);
		close(fd);
		return -1;
	}
	return fd;
}

int memfd_read(int fd, size_t max, char **text, size_t *len, struct err *e)
{
	struct stat st;
	size_t done = 0;

	*text = NULL;
	*len = 0;
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "read a sealed text");
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return err_set(e, "a text of %lld bytes is too long", (long long)st.st_size);
	*text = malloc((size_t)st.st_size + 1);
	if (!*text)
		return err_set(e, "out of memory for a text of %lld bytes", (long long)st.st_size);
	while (done < (size_t)st.st_size) {
		ssize_t n = pread(fd, *text + done, (size_t)st.st_size - done, (off_t)done);

		if (n <= 0) {
			free(*text);
			*text = NULL;
			return err_sys(e, n < 0 ? errno : EIO, "read a sealed text");
		}
		done += (size_t)n;
	}
	(*text)[done] = '\0';
	*len = done;
	return 0;
}
