/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dialogue of one step for each reply; see smtp.h. Nothing that goes out was not looked at: no
 * text can end a line, a header or the message before its time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/err.h"
#include "core/exit.h"
#include "keepd/smtp.h"

#define REPLY_LINES_MAX 128

static const char *const commands[] = {
	[SMTP_GREETING] = "connecting",
	[SMTP_EHLO] = "EHLO",
	[SMTP_HELO] = "HELO",
	[SMTP_MAIL] = "MAIL FROM",
	[SMTP_RCPT] = "RCPT TO",
	[SMTP_DATA] = "DATA",
	[SMTP_TEXT] = "the message",
	[SMTP_QUIT] = "QUIT",
};

void smtp_begin(struct smtp *s, const struct smtp_job *job)
{
	*s = (struct smtp){ .job = job };
}

const char *smtp_address(const char *text, char buf[SMTP_ADDRESS_BYTES])
{
	const char *open = strrchr(text, '<');
	const char *begin = open ? open + 1 : text;
	size_t len = open ? strcspn(begin, ">") : strlen(begin);

	if (!len || len >= SMTP_ADDRESS_BYTES)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (begin[i] <= ' ' || begin[i] > '~' || begin[i] == '<' || begin[i] == '>')
			return NULL;
	memcpy(buf, begin, len);
	buf[len] = '\0';
	return buf;
}

/* ---- what is sent ---- */

static void put_printable(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(*text >= ' ' && *text <= '~' ? *text : '?', out);
}

static void put_header(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s: ", name);
	put_printable(out, value);
	fputs("\r\n", out);
}

static void put_date(FILE *out, int64_t at)
{
	/* The names of RFC 5322 section 3.3, whatever the locale says. */
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)at;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return;
	fprintf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
		months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Lines of the text, a dot at the begin of one doubled (RFC 5321 section 4.5.2). */
static void put_text(FILE *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (*text == '.')
			putc('.', out);
		for (size_t i = 0; i < len; i++)
			putc(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?', out);
		fputs("\r\n", out);
		text += len + (text[len] == '\n');
	}
}

static void put_message(FILE *out, const struct smtp_job *job, const struct smtp_message *m)
{
	put_date(out, m->at);
	put_header(out, "From", job->from);
	fputs("To: ", out);
	for (size_t i = 0; i < job->recipients; i++) {
		fputs(i ? ",\r\n\t" : "", out);
		put_printable(out, job->to[i]);
	}
	fputs("\r\n", out);
	put_header(out, "Subject", m->subject);
	put_header(out, "X-Mailer", "keepd");
	fputs("\r\n", out);
	put_text(out, m->text);
	fputs(".\r\n", out);
}

static void put_path(FILE *out, const char *command, const char *address)
{
	char buf[SMTP_ADDRESS_BYTES];
	const char *path = smtp_address(address, buf);

	fprintf(out, "%s:<%s>\r\n", command, path ? path : "");
}

static void put_command(const struct smtp *s, FILE *out)
{
	const struct smtp_job *job = s->job;

	switch (s->state) {
	case SMTP_EHLO:
	case SMTP_HELO:
		fprintf(out, "%s ", commands[s->state]);
		put_printable(out, job->helo);
		fputs("\r\n", out);
		break;
	case SMTP_MAIL: put_path(out, "MAIL FROM", job->from); break;
	case SMTP_RCPT: put_path(out, "RCPT TO", job->to[s->recipient]); break;
	case SMTP_DATA: fputs("DATA\r\n", out); break;
	case SMTP_TEXT: put_message(out, job, &job->messages[s->message]); break;
	case SMTP_QUIT: fputs("QUIT\r\n", out); break;
	case SMTP_GREETING:
	case SMTP_DONE:
	case SMTP_FAILED: break;
	}
}

/* ---- what follows from a reply ---- */

static void fail(struct smtp *s, const char *what, unsigned code)
{
	if (code)
		snprintf(s->reason, sizeof(s->reason), "the server answered %u to %s", code, what);
	else
		snprintf(s->reason, sizeof(s->reason), "%s", what);
	s->state = SMTP_FAILED;
}

static void begin_message(struct smtp *s)
{
	s->recipient = s->accepted = 0;
	s->state = s->message < s->job->count ? SMTP_MAIL : SMTP_QUIT;
}

/* One that is refused is no reason to leave out the others. */
static void next_recipient(struct smtp *s, unsigned code)
{
	s->accepted += code / 100 == 2;
	if (++s->recipient < s->job->recipients)
		return;
	if (s->accepted)
		s->state = SMTP_DATA;
	else
		fail(s, commands[SMTP_RCPT], code);
}

static void reply(struct smtp *s, unsigned code)
{
	bool is_positive = code / 100 == 2;

	if (s->state == SMTP_QUIT) {
		s->state = SMTP_DONE;
	} else if (s->state == SMTP_EHLO && code / 100 == 5) {
		s->state = SMTP_HELO; /* an old server */
	} else if (s->state == SMTP_RCPT && (is_positive || code / 100 == 5)) {
		next_recipient(s, code);
	} else if (s->state == SMTP_DATA && code == 354) {
		s->state = SMTP_TEXT;
	} else if (!is_positive || s->state == SMTP_DATA) {
		fail(s, commands[s->state], code);
	} else if (s->state == SMTP_GREETING) {
		s->state = SMTP_EHLO;
	} else if (s->state == SMTP_MAIL) {
		s->state = SMTP_RCPT;
	} else {
		if (s->state == SMTP_TEXT) {
			s->sent++;
			s->message++;
		}
		begin_message(s);
	}
}

/* "250-more to come", "250 the end". Returns the code at the end, 0 before. */
static unsigned read_line(struct smtp *s)
{
	unsigned code = 0;

	if (s->len < 3)
		code = 1000;
	for (size_t i = 0; i < 3 && code < 1000; i++)
		code = s->line[i] >= '0' && s->line[i] <= '9'
			       ? code * 10 + (unsigned)(s->line[i] - '0')
			       : 1000;
	if (code < 200 || code > 599 || ++s->lines > REPLY_LINES_MAX) {
		fail(s, "the server does not speak SMTP", 0);
		return 0;
	}
	return s->len > 3 && s->line[3] == '-' ? 0 : code;
}

char *smtp_take(struct smtp *s, const char *bytes, size_t len)
{
	char *answer = NULL;
	size_t size;
	FILE *out = open_memstream(&answer, &size);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < len && s->state < SMTP_DONE; i++) {
		unsigned code;

		if (bytes[i] != '\n') {
			if (s->len < sizeof(s->line)) /* what is longer is of no interest */
				s->line[s->len++] = bytes[i];
			continue;
		}
		code = read_line(s);
		s->len = 0;
		if (!code)
			continue;
		s->lines = 0;
		reply(s, code);
		put_command(s, out);
	}
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	if (size)
		return answer;
	free(answer);
	return NULL;
}
