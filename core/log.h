/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_LOG_H
#define KEEPD_CORE_LOG_H

/*
 * The log: levels, a tag per process, rate limits. Writing never blocks: a line that a sink cannot
 * take at once is dropped and counted, and the next line that gets through says how many were lost.
 * Only engines, mains, the reload and the schedule log; everything else returns a struct err.
 */

#include <stdbool.h>
#include "core/mono.h"

enum log_level {
	LOG_LEVEL_ERROR,   /* something configured does not work */
	LOG_LEVEL_WARNING, /* an operator must act, or soon will have to */
	LOG_LEVEL_NOTICE,  /* a role, a pool or a server changed */
	LOG_LEVEL_INFO,	   /* what keepd does */
	LOG_LEVEL_DEBUG,   /* per packet, per probe */
};

enum log_sink {
	LOG_SINK_STDERR, /* plain lines; "<N>" priority prefixes when stderr is the journal */
	LOG_SINK_SYSLOG, /* /dev/log datagrams, non-blocking, reconnected when the daemon returns */
};

/* The number of a syslog facility, "local3", "daemon", or 0 to 7 for local0 to local7; else -1. */
int log_facility(const char *name);
/* For LOG_SINK_SYSLOG; before log_open(). Without it, or with -1: daemon. */
void log_set_facility(int facility);

/*
 * Opens the log of this process. tag ("parent", "vrrp", ...) must outlive the process' log. Must be
 * called before privileges are dropped (it reopens stderr with a file description of its own so
 * that non-blocking writes do not touch what others share). Ignores SIGPIPE, unless somebody
 * handles it. May be called again. Without it, lines go to stderr. Control characters in a text are
 * replaced.
 */
void log_open(enum log_sink sink, enum log_level max_level, const char *tag);

void log_at(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)	 log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)	 log_at(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)	 log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	 log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

/*
 * A rate limit: at most `burst` lines per `per`; embed one per cause, zero-initialised with burst
 * and per set. log_limited() writes the line if the limit allows, else counts it; the first line
 * after a silence carries "(N suppressed)".
 */
struct log_limit {
	unsigned burst;
	span_t per;
	mono_t window_start;
	unsigned used, suppressed;
};

/* Pure: may a line be written now? Moves the window; *suppressed gets what to report. */
bool log_limit_take(struct log_limit *l, mono_t now, unsigned *suppressed);

void log_limited(struct log_limit *l, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
