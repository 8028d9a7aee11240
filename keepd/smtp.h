/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SMTP_H
#define KEEPD_KEEPD_SMTP_H

/*
 * The client's side of SMTP (RFC 5321), as much of it as handing over a few short mails takes: what
 * the server says in, what is to be sent out. Pure; mailer.c has the connection.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMTP_MESSAGES_MAX   16
#define SMTP_RECIPIENTS_MAX 64
#define SMTP_REASON_BYTES   128

struct smtp_message {
	const char *subject, *text; /* any text; text may have several lines */
	int64_t at;		    /* when it happened: seconds of the wall clock */
};

/* All of it borrowed while a dialogue lasts. */
struct smtp_job {
	const char *helo; /* the name of this host */
	const char *from;
	const char *to[SMTP_RECIPIENTS_MAX];
	struct smtp_message messages[SMTP_MESSAGES_MAX];
	size_t recipients, count;
};

enum smtp_state {
	SMTP_GREETING,
	SMTP_EHLO,
	SMTP_HELO,
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_TEXT, /* a message was sent, is it taken? */
	SMTP_QUIT,
	SMTP_DONE,
	SMTP_FAILED,
};

struct smtp {
	const struct smtp_job *job;
	enum smtp_state state;
	size_t message, recipient, accepted; /* of this message: the next one, and how many were */
	size_t sent;			     /* messages that the server has taken */
	unsigned lines;
	size_t len;
	char line[512];
	char reason[SMTP_REASON_BYTES]; /* FAILED: why; never with words of the server */
};

void smtp_begin(struct smtp *s, const struct smtp_job *job);

/*
 * Takes what the server has sent. Returns what is to be answered (malloc'ed, caller frees), or
 * NULL: nothing now.
 */
char *smtp_take(struct smtp *s, const char *bytes, size_t len);

/* The address in `Name <address>` or in the text as it is, into buf. NULL if it is none to send. */
#define SMTP_ADDRESS_BYTES 256
const char *smtp_address(const char *text, char buf[SMTP_ADDRESS_BYTES]);

#endif
