/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of a process: formats a line and hands it to one sink without ever blocking. The sink is
 * the one mutable global of the core, as stderr itself is. See log.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

#define LINE_BYTES 1024
#define FACILITY   (3 << 3) /* daemon */

static struct {
	enum log_sink sink;
	enum log_level max_level;
	const char *tag;
	int fd;		    /* of the sink; -1 = not open now */
	bool is_journal;    /* stderr is read by the journal, which stamps lines itself */
	bool is_socket;	    /* datagram or stream: send(), not write() */
	bool must_poll;	    /* the description is shared with others, so it stays blocking */
	unsigned long lost; /* lines the sink did not take */
} out = { .max_level = LOG_LEVEL_INFO, .tag = "keepd", .fd = STDERR_FILENO, .must_poll = true };

static const int syslog_severity[] = { 3, 4, 5, 6, 7 };

/* $JOURNAL_STREAM names device and inode of the stream the journal made for us. */
static bool is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;

	return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && dev == st->st_dev &&
	       ino == st->st_ino;
}

static void open_stderr(void)
{
	struct stat st;
	int fd;

	out.fd = STDERR_FILENO;
	out.must_poll = true;
	if (fstat(STDERR_FILENO, &st) < 0)
		return;
	out.is_journal = is_journal(&st);
	out.is_socket = S_ISSOCK(st.st_mode);
	if (out.is_socket)
		return;
	/* A description of our own, so that O_NONBLOCK is not imposed on whoever shares stderr. */
	fd = open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0) {
		out.fd = fd;
		out.must_poll = false;
	}
}

static void open_syslog(void)
{
	const struct sockaddr_un sun = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

	out.is_socket = true;
	out.must_poll = false;
	out.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out.fd >= 0 && connect(out.fd, (const struct sockaddr *)&sun, sizeof(sun)) < 0) {
		close(out.fd);
		out.fd = -1;
	}
}

void log_open(enum log_sink sink, enum log_level max_level, const char *tag)
{
	out.sink = sink;
	out.max_level = max_level;
	out.tag = tag;
	tzset(); /* reads files: now, not in the middle of something */
	if (sink == LOG_SINK_SYSLOG)
		open_syslog();
	else
		open_stderr();
}

static bool put(const char *line, size_t len)
{
	struct pollfd ready = { .fd = out.fd, .events = POLLOUT };

	if (out.is_socket)
		return send(out.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
	if (out.must_poll && (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT)))
		return false;
	return write(out.fd, line, len) == (ssize_t)len;
}

/* Writes to the sink, or counts the line as lost. */
static bool emit(const char *line, size_t len)
{
	if (out.fd < 0 && out.sink == LOG_SINK_SYSLOG)
		open_syslog();
	if (out.fd < 0)
		return false;
	if (put(line, len))
		return true;
	if (out.sink == LOG_SINK_SYSLOG && errno != EAGAIN && errno != ENOBUFS) {
		close(out.fd); /* the syslog daemon went away: try again with a new socket */
		open_syslog();
		return out.fd >= 0 && put(line, len);
	}
	return false;
}

static size_t put_prefix(char *line, size_t room, enum log_level level)
{
	struct timespec ts;
	struct tm tm;
	size_t len;

	if (out.sink == LOG_SINK_SYSLOG)
		return (size_t)snprintf(line, room,
			"<%d>keepd[%d]: %s: ", FACILITY | syslog_severity[level], (int)getpid(),
			out.tag);
	if (out.is_journal)
		return (size_t)snprintf(line, room, "<%d>%s: ", syslog_severity[level], out.tag);
	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	len = strftime(line, room, "%Y-%m-%dT%H:%M:%S", &tm);
	return len + (size_t)snprintf(
			     line + len, room - len, ".%03ld %s: ", ts.tv_nsec / 1000000, out.tag);
}

/* One line is one line: nothing in a text can start another or move a terminal's cursor. */
static void neutralise(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
}

static void write_line(enum log_level level, const char *text, unsigned suppressed)
{
	char line[LINE_BYTES];
	size_t prefix = put_prefix(line, sizeof(line), level), len = prefix;

	len += (size_t)snprintf(line + len, sizeof(line) - len, "%s", text);
	if (len > sizeof(line) - 80)
		len = sizeof(line) - 80;
	line[len] = '\0';
	if (suppressed)
		len += (size_t)snprintf(
			line + len, sizeof(line) - len, " (%u suppressed)", suppressed);
	if (out.lost)
		len += (size_t)snprintf(
			line + len, sizeof(line) - len, " (%lu lines lost before)", out.lost);
	neutralise(line + prefix);
	if (out.sink != LOG_SINK_SYSLOG)
		line[len++] = '\n';
	if (emit(line, len))
		out.lost = 0;
	else
		out.lost++;
}

void log_at(enum log_level level, const char *fmt, ...)
{
	char text[LINE_BYTES];
	va_list ap;

	if (level > out.max_level)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	write_line(level, text, 0);
}

bool log_limit_take(struct log_limit *l, mono_t now, unsigned *suppressed)
{
	*suppressed = 0;
	if (!l->window_start.us || !mono_before(now, mono_add(l->window_start, l->per))) {
		l->window_start = now;
		l->used = 0;
	}
	if (l->used >= l->burst) {
		l->suppressed++;
		return false;
	}
	l->used++;
	*suppressed = l->suppressed;
	l->suppressed = 0;
	return true;
}

void log_limited(struct log_limit *l, enum log_level level, const char *fmt, ...)
{
	char text[LINE_BYTES];
	unsigned suppressed;
	va_list ap;

	if (level > out.max_level || !log_limit_take(l, mono_now(), &suppressed))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	write_line(level, text, suppressed);
}
