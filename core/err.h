/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_ERR_H
#define KEEPD_CORE_ERR_H

/*
 * Errors as values. A fallible function returns 0 or -1 and fills a struct err where it happened:
 * what was tried, on what, why not ("bind 192.0.2.1%eth0: address not available"). Callers add
 * context or pass it up; whoever can decide logs it, once. struct err * may be NULL where the
 * caller does not care.
 */

#define ERR_TEXT_BYTES 512

struct err {
	int sysno; /* errno at the place where it happened, 0 if it was not a system call */
	char text[ERR_TEXT_BYTES];
};

/* Sets the text. Always returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As err_set, and appends ": " and the words for the errno value sysno. Returns -1. */
int err_sys(struct err *e, int sysno, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts context before what is there: "CONTEXT: TEXT". Returns -1. */
int err_context(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * A broken invariant or a start-up that cannot go on: prints the text to stderr and the log and
 * ends the process with the given status. Nothing that comes from outside may lead here.
 */
void fatal(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

#endif
