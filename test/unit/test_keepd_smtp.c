/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMTP dialogues: what a server says, what is answered, how it ends; and that no text gets out of
 * the place it was meant for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keepd/smtp.h"
#include "unit.h"

static const struct smtp_job one = { .helo = "a.example",
	.from = "keepd@a.example",
	.to = { "Ops <ops@b.example>", "on-call@b.example" },
	.messages = { { "[a] changed", "it changed", 0 } },
	.recipients = 2,
	.count = 1 };

/* What is answered to the bytes, each line ended by | instead of CR LF; "" for nothing. */
static const char *say(struct smtp *s, const char *bytes, size_t len)
{
	static char text[4096];
	char *answer = smtp_take(s, bytes, len);
	size_t n = 0;

	for (const char *at = answer; at && *at && n < sizeof(text) - 1; at++)
		if (*at != '\r')
			text[n++] = *at == '\n' ? '|' : *at;
	text[n] = '\0';
	free(answer);
	return text;
}

#define MAIL   "MAIL FROM:<keepd@a.example>|"
#define RCPT_1 "RCPT TO:<ops@b.example>|"
#define RCPT_2 "RCPT TO:<on-call@b.example>|"
#define MESSAGE                                                                                    \
	"Date: Thu, 1 Jan 1970 00:00:00 +0000|From: keepd@a.example|"                              \
	"To: Ops <ops@b.example>,|\ton-call@b.example|Subject: [a] changed|X-Mailer: keepd||"      \
	"it changed|.|"

#define STEPS 10

static const struct {
	const char *name;
	struct {
		const char *said, *answered;
	} steps[STEPS];
	enum smtp_state end;
	size_t sent;
	const char *reason;
} dialogues[] = {
	/* clang-format off */
	{ "all is well", { { "220 here\r\n", "EHLO a.example|" }, { "250-b.example\r\n250-SIZE\r\n250 HELP\r\n", MAIL },
	    { "250 ok\r\n", RCPT_1 }, { "250 ok\r\n", RCPT_2 }, { "250 ok\r\n", "DATA|" }, { "354 go\r\n", MESSAGE },
	    { "250 taken\r\n", "QUIT|" }, { "221 bye\r\n", "" } }, SMTP_DONE, 1, "" },
	{ "an old server", { { "220 here\n", "EHLO a.example|" }, { "502 what?\n", "HELO a.example|" }, { "250 ok\n", MAIL } },
	    SMTP_MAIL, 0, "" },
	{ "not even HELO", { { "220 here\n", "EHLO a.example|" }, { "502 what?\n", "HELO a.example|" }, { "502 what?\n", "" } },
	    SMTP_FAILED, 0, "the server answered 502 to HELO" },
	{ "closed", { { "554 go away\n", "" } }, SMTP_FAILED, 0, "the server answered 554 to connecting" },
	{ "busy", { { "421 later\n", "" } }, SMTP_FAILED, 0, "the server answered 421 to connecting" },
	{ "one recipient is unknown", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "550 who?\n", RCPT_2 },
	    { "250\n", "DATA|" } }, SMTP_DATA, 0, "" },
	{ "all recipients are", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "550 who?\n", RCPT_2 },
	    { "551 who?\n", "" } }, SMTP_FAILED, 0, "the server answered 551 to RCPT TO" },
	{ "a recipient must wait", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "450 later\n", "" } },
	    SMTP_FAILED, 0, "the server answered 450 to RCPT TO" },
	{ "no data", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "250\n", RCPT_2 }, { "250\n", "DATA|" },
	    { "250 what?\n", "" } }, SMTP_FAILED, 0, "the server answered 250 to DATA" },
	{ "the message is not taken", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "250\n", RCPT_2 },
	    { "250\n", "DATA|" }, { "354\n", MESSAGE }, { "552 too big\n", "" } }, SMTP_FAILED, 0, "the server answered 552 to the message" },
	{ "a rude end", { { "220\n", "EHLO a.example|" }, { "250\n", MAIL }, { "250\n", RCPT_1 }, { "250\n", RCPT_2 },
	    { "250\n", "DATA|" }, { "354\n", MESSAGE }, { "250\n", "QUIT|" }, { "500\n", "" } }, SMTP_DONE, 1, "" },
	{ "another protocol", { { "SSH-2.0-OpenSSH\r\n", "" } }, SMTP_FAILED, 0, "the server does not speak SMTP" },
	{ "a number that is none", { { "999 x\r\n", "" } }, SMTP_FAILED, 0, "the server does not speak SMTP" },
	{ "an empty line", { { "\r\n", "" } }, SMTP_FAILED, 0, "the server does not speak SMTP" },
	{ "in pieces", { { "22", "" }, { "0 a", "" }, { "\r", "" }, { "\n", "EHLO a.example|" } }, SMTP_EHLO, 0, "" },
	/* clang-format on */
};

START_TEST(each_reply_has_its_answer)
{
	struct smtp s;

	smtp_begin(&s, &one);
	for (size_t i = 0; i < STEPS && dialogues[_i].steps[i].said; i++) {
		const char *said = dialogues[_i].steps[i].said;
		const char *answer = say(&s, said, strlen(said));

		ck_assert_msg(!strcmp(answer, dialogues[_i].steps[i].answered), "%s: %s -> %s",
			dialogues[_i].name, said, answer);
	}
	ck_assert_msg(s.state == dialogues[_i].end, "%s: %d", dialogues[_i].name, s.state);
	ck_assert_uint_eq(s.sent, dialogues[_i].sent);
	ck_assert_str_eq(s.reason, dialogues[_i].reason);
}
END_TEST

static const char *message(const char *subject, const char *text)
{
	struct smtp_job job = one;
	struct smtp s;

	job.messages[0] = (struct smtp_message){ subject, text, 0 };
	smtp_begin(&s, &job);
	s.state = SMTP_DATA;
	return say(&s, "354\n", 4);
}

START_TEST(no_text_ends_a_header_or_the_message)
{
	const char *told =
		message("a\r\nBcc: x@y.example\r\n\r\nz", "one\n.\n..two\r\nQUIT\n\xc3\xa4");

	ck_assert_ptr_nonnull(strstr(told, "|Subject: a??Bcc: x@y.example????z|X-Mailer"));
	ck_assert_ptr_nonnull(strstr(told, "||one|..|...two?|QUIT|??|.|"));
}
END_TEST

START_TEST(several_messages_go_over_one_connection)
{
	struct smtp_job job = one;
	struct smtp s;

	job.messages[1] = (struct smtp_message){ "second", "two", 1 };
	job.count = 2;
	smtp_begin(&s, &job);
	s.state = SMTP_TEXT;
	ck_assert_str_eq(say(&s, "250\n", 4), MAIL);
	ck_assert_uint_eq(s.sent, 1);
	say(&s, "250\n250\n250\n", 12);
	ck_assert_ptr_nonnull(strstr(say(&s, "354\n", 4), "Subject: second|"));
	ck_assert_str_eq(say(&s, "250\n", 4), "QUIT|");
	ck_assert_uint_eq(s.sent, 2);
}
END_TEST

START_TEST(a_server_that_never_ends_its_reply_is_left)
{
	struct smtp s;

	smtp_begin(&s, &one);
	for (int i = 0; i < 1000 && s.state != SMTP_FAILED; i++)
		ck_assert_str_eq(say(&s, "220-more\n", 9), "");
	ck_assert_int_eq(s.state, SMTP_FAILED);
}
END_TEST

static const struct {
	const char *text, *address;
} addresses[] = {
	{ "ops@b.example", "ops@b.example" },
	{ "Ops <ops@b.example>", "ops@b.example" },
	{ "<ops@b.example>", "ops@b.example" },
	{ "root", "root" },
	{ "", NULL },
	{ "Ops <>", NULL },
	{ "ops b@c", NULL },
	{ "a@b\r\nRCPT TO:<c@d>", "c@d" },
	{ "a@b\r\nDATA", NULL },
	{ "<a@b\r\nDATA>", NULL },
};

START_TEST(an_address_is_one_word)
{
	char buf[SMTP_ADDRESS_BYTES];
	const char *address = smtp_address(addresses[_i].text, buf);

	ck_assert_msg(!address == !addresses[_i].address, "%s", addresses[_i].text);
	if (address)
		ck_assert_str_eq(address, addresses[_i].address);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd smtp");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, each_reply_has_its_answer, 0, COUNT(dialogues));
	tcase_add_test(t, no_text_ends_a_header_or_the_message);
	tcase_add_test(t, several_messages_go_over_one_connection);
	tcase_add_test(t, a_server_that_never_ends_its_reply_is_left);
	tcase_add_loop_test(t, an_address_is_one_word, 0, COUNT(addresses));
	suite_add_tcase(s, t);
	return s;
}
