/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's sinks. The one static struct below is the only mutable global of the project: a log
 * that had to be passed down would stand in every signature. Processes are single-threaded. Nothing
 * here waits for a sink that is full, and nothing opens a file after log_open(). See log.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

#define TEXT_BYTES  2048
#define LINE_BYTES  (TEXT_BYTES + 128) /* with prefix and newline; below PIPE_BUF: whole or not */
#define PREFIX_LOST "log: "
#define TRUNCATED   "..."

#ifndef SYSLOG_PATH /* a test has its own */
#define SYSLOG_PATH "/dev/log"
#endif

enum log_way {
	WAY_POLL,   /* a descriptor that may block: poll() first */
	WAY_WRITE,  /* our own non-blocking description */
	WAY_SEND,   /* a socket: MSG_DONTWAIT */
	WAY_SYSLOG, /* datagrams to /dev/log */
};

static struct {
	enum log_way way;
	enum log_level max_level;
	const char *tag; /* NULL: not opened yet */
	int fd;
	bool is_own_fd, is_journal;
	int facility;
	unsigned lost;
	size_t tail_len; /* end of a line that the sink took in part; goes first */
	char tail[LINE_BYTES];
} sink = {
	.way = WAY_POLL, .max_level = LOG_LEVEL_INFO, .fd = STDERR_FILENO, .facility = LOG_DAEMON
};

static const int priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_ERR,
	[LOG_LEVEL_WARNING] = LOG_WARNING,
	[LOG_LEVEL_NOTICE] = LOG_NOTICE,
	[LOG_LEVEL_INFO] = LOG_INFO,
	[LOG_LEVEL_DEBUG] = LOG_DEBUG,
};

/* ---- text ---- */

/* One line, without anything that a terminal or a log reader could take for a command. */
static void text_clean(char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n' || c == '\t' || c == '\r')
			text[i] = ' ';
		else if (c < 0x20 || c == 0x7f)
			text[i] = '?';
		else if (c == 0xc2 && (unsigned char)text[i + 1] >= 0x80 &&
			 (unsigned char)text[i + 1] < 0xa0) /* C1 controls in UTF-8 */
			text[i] = text[i + 1] = '?';
	}
}

static void text_format(char text[TEXT_BYTES], const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void text_format(char text[TEXT_BYTES], const char *fmt, va_list ap)
{
	int len = vsnprintf(text, TEXT_BYTES, fmt, ap);

	if (len < 0)
		strcpy(text, "(a text that cannot be formatted)");
	if (len >= TEXT_BYTES)
		strcpy(text + TEXT_BYTES - sizeof(TRUNCATED), TRUNCATED);
	text_clean(text);
}

/* Local time without reading a file: tzset() was called when the log was opened. */
static void local_now(struct tm *tm, int *ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, tm);
	*ms = (int)(ts.tv_nsec / 1000000);
}

/* Prefix, text and newline (none in a datagram) as the sink wants them; returns the length. */
static size_t line_format(char line[LINE_BYTES], enum log_level level, const char *text)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	const char *tag = sink.tag ? sink.tag : "keepd";
	struct tm tm;
	int len, ms;

	if (!sink.tag) {
		len = snprintf(line, LINE_BYTES, "%.32s: %s\n", tag, text);
	} else if (sink.is_journal) {
		len = snprintf(line, LINE_BYTES, "<%d>%.32s: %s\n", priorities[level], tag, text);
	} else if (sink.way == WAY_SYSLOG) { /* RFC 3164 section 4.1 */
		local_now(&tm, &ms);
		len = snprintf(line, LINE_BYTES, "<%d>%s %2d %02d:%02d:%02d keepd[%d]: %.32s: %s",
			sink.facility | priorities[level], months[tm.tm_mon], tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec, (int)getpid(), tag, text);
	} else {
		local_now(&tm, &ms);
		len = snprintf(line, LINE_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03d %.32s: %s\n",
			tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			tm.tm_sec, ms, tag, text);
	}
	return len < LINE_BYTES ? (size_t)len : LINE_BYTES - 1;
}

/* ---- sinks ---- */

/* Neither of the two calls waits; a daemon that is not there is an error of the send that follows.
 */
static void syslog_connect(void)
{
	static const struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = SYSLOG_PATH };

	if (sink.fd < 0)
		sink.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (sink.fd >= 0)
		(void)connect(sink.fd, (const struct sockaddr *)&to, sizeof(to));
}

static ssize_t syslog_send(const char *line, size_t len)
{
	ssize_t n = send(sink.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	/* Full is not gone: EAGAIN loses this line only. Anything else: the daemon was restarted.
	 */
	if (n >= 0 || errno == EAGAIN || errno == EMSGSIZE || errno == ENOBUFS)
		return n;
	syslog_connect();
	return send(sink.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* What the sink takes now, without waiting; -1 if nothing. */
static ssize_t sink_put(const char *line, size_t len)
{
	struct pollfd p = { .fd = sink.fd, .events = POLLOUT };

	switch (sink.way) {
	case WAY_POLL:
		if (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT))
			return -1;
		return write(sink.fd, line, len);
	case WAY_WRITE: return write(sink.fd, line, len);
	case WAY_SEND: return send(sink.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	case WAY_SYSLOG: return syslog_send(line, len);
	}
	return -1;
}

/* Writes what is left of a line that went out in part. False: it still blocks the sink. */
static bool tail_flush(void)
{
	ssize_t n;

	if (!sink.tail_len)
		return true;
	n = sink_put(sink.tail, sink.tail_len);
	if (n > 0) {
		sink.tail_len -= (size_t)n;
		memmove(sink.tail, sink.tail + n, sink.tail_len);
	}
	return !sink.tail_len;
}

static bool line_put(enum log_level level, const char *text)
{
	char line[LINE_BYTES];
	size_t len = line_format(line, level, text);
	ssize_t n = sink_put(line, len);

	if (n <= 0)
		return false;
	if ((size_t)n < len) {
		sink.tail_len = len - (size_t)n;
		memcpy(sink.tail, line + n, sink.tail_len);
	}
	return true;
}

static bool lost_put(void)
{
	char text[64];

	if (!sink.lost)
		return true;
	snprintf(text, sizeof(text), PREFIX_LOST "%u lines lost", sink.lost);
	if (!line_put(LOG_LEVEL_WARNING, text))
		return false;
	sink.lost = 0;
	return !sink.tail_len;
}

static void put(enum log_level level, const char *text)
{
	int saved = errno;

	if (!tail_flush() || !lost_put() || !line_put(level, text))
		sink.lost++;
	errno = saved;
}

/* ---- opening ---- */

int log_facility(const char *name)
{
	static const struct {
		const char *name;
		int facility;
	} known[] = { { "auth", LOG_AUTH }, { "authpriv", LOG_AUTHPRIV }, { "cron", LOG_CRON },
		{ "daemon", LOG_DAEMON }, { "user", LOG_USER }, { "syslog", LOG_SYSLOG } };

	if (strncmp(name, "local", 5) == 0 && name[5])
		name += 5;
	if (name[0] >= '0' && name[0] <= '7' && !name[1])
		return LOG_LOCAL0 + ((name[0] - '0') << 3);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(name, known[i].name))
			return known[i].facility;
	return -1;
}

void log_set_facility(int facility)
{
	sink.facility = facility < 0 ? LOG_DAEMON : facility;
}

static bool stderr_is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t dev, ino;
	char *end;

	if (!stream)
		return false;
	dev = strtoumax(stream, &end, 10);
	if (*end != ':')
		return false;
	ino = strtoumax(end + 1, &end, 10);
	return !*end && dev == st->st_dev && ino == st->st_ino;
}

static void open_stderr(void)
{
	struct stat st = { 0 };

	sink.way = WAY_POLL;
	sink.fd = STDERR_FILENO;
	if (fstat(STDERR_FILENO, &st) < 0)
		return;
	sink.is_journal = stderr_is_journal(&st);
	if (S_ISSOCK(st.st_mode)) {
		sink.way = WAY_SEND;
		return;
	}
	sink.fd = open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	sink.is_own_fd = sink.fd >= 0;
	if (sink.is_own_fd)
		sink.way = WAY_WRITE;
	else
		sink.fd = STDERR_FILENO;
}

static void open_syslog(void)
{
	sink.way = WAY_SYSLOG;
	sink.fd = -1;
	sink.is_own_fd = true;
	syslog_connect();
}

void log_open(enum log_sink kind, enum log_level max_level, const char *tag)
{
	struct sigaction old;

	if (sink.is_own_fd && sink.fd >= 0)
		close(sink.fd);
	sink.is_own_fd = sink.is_journal = false;
	sink.tail_len = 0;
	sink.max_level = max_level;
	sink.tag = tag;
	tzset();
	/* A reader of our stderr that goes away must not take us along. */
	if (sigaction(SIGPIPE, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
	switch (kind) {
	case LOG_SINK_STDERR: open_stderr(); break;
	case LOG_SINK_SYSLOG: open_syslog(); break;
	}
}

/* ---- writing ---- */

void log_at(enum log_level level, const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list ap;

	if (level > sink.max_level)
		return;
	va_start(ap, fmt);
	text_format(text, fmt, ap);
	va_end(ap);
	put(level, text);
}

bool log_limit_take(struct log_limit *l, mono_t now, unsigned *suppressed)
{
	*suppressed = 0;
	if (!mono_before(now, mono_add(l->window_start, l->per))) {
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
	char text[TEXT_BYTES];
	unsigned suppressed;
	va_list ap;

	if (level > sink.max_level || !log_limit_take(l, mono_now(), &suppressed))
		return;
	va_start(ap, fmt);
	text_format(text, fmt, ap);
	va_end(ap);
	if (suppressed)
		log_at(level, "%s (%u suppressed)", text, suppressed);
	else
		put(level, text);
}
