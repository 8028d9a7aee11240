/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channel, message by message: every row of MSG_LIST round-trips between those who may, and is
 * rejected in every wrong form. The tests are made of the list, so that a new message is tested by
 * its row.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/msg.h"
#include "test/unit/unit.h"

static const struct row {
	const char *name;
	uint32_t number;
	size_t bytes;
	unsigned from, to;
	unsigned fds;
} rows[] = {
#define X(name, number, payload, from, to, fds, doc)                                               \
	{ #name, number, sizeof(struct payload), from, to, fds },
	MSG_LIST(X)
#undef X
};

static struct channel a, b; /* a sends, b receives */
static struct err e;

static void connect_roles(enum role from, enum role to)
{
	int fds[2];

	ck_assert_int_eq(channel_pair(fds, &e), 0);
	a = (struct channel){ .fd = fds[0], .self = from, .peer = to };
	b = (struct channel){ .fd = fds[1], .self = to, .peer = from };
}

static void disconnect(void)
{
	channel_close(&a);
	channel_close(&b);
}

static enum role first_role(unsigned mask)
{
	return (enum role)__builtin_ctz(mask);
}

static void connect_for(const struct row *row)
{
	connect_roles(
		first_role(row->from), first_role(row->to & ~ROLE_BIT(first_role(row->from))));
}

/* A payload that is right: every byte set where any value goes. */
static struct msg sample(const struct row *row)
{
	struct msg m = { .number = row->number, .fd = -1 };

	memset(&m.page, 0x41, row->bytes);
#define X(name, member, limit)                                                                     \
	if (row->number == MSG_##name)                                                             \
		m.member = (limit)-1;
	MSG_LIMITS(X)
#undef X
	if (row->number == MSG_SCRIPT_RUN) {
		m.script_run.args = 1;
		m.script_run.vars = 2;
		m.script_run.bytes = sizeof("arg\0A=1\0B=");
		memcpy(m.script_run.strings, "arg\0A=1\0B=", sizeof("arg\0A=1\0B="));
	}
	return m;
}

/* Past msg_send(): anything at all, with nfds descriptors. */
static void send_raw(uint32_t number, const void *payload, size_t bytes, unsigned nfds)
{
	struct msg_head head = { .number = number };
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)payload, .iov_len = bytes },
	};
	union {
		char bytes[CMSG_SPACE(16 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2 };

	if (nfds) {
		h.msg_control = control.bytes;
		h.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		*CMSG_FIRSTHDR(&h) = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(nfds * sizeof(int)) };
		for (unsigned i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(CMSG_FIRSTHDR(&h)) + i * sizeof(int), &(int){ 0 },
				sizeof(int));
	}
	ck_assert_int_eq(sendmsg(a.fd, &h, 0), (ssize_t)(sizeof(head) + bytes));
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* The next message is rejected, nothing of it stays, and the one behind it arrives. */
static void assert_rejected(const char *what)
{
	unsigned before = open_descriptors();
	struct msg m;

	e.text[0] = '\0';
	ck_assert_msg(msg_receive(&b, &m, &e) == MSG_INVALID, "%s", what);
	ck_assert_uint_eq(open_descriptors(), before);
	ck_assert_int_eq(m.fd, -1);
	ck_assert_str_ne(e.text, "");
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_NONE);
}

START_TEST(each_message_round_trips_between_those_who_may)
{
	const struct row *row = &rows[_i];
	struct msg in = sample(row), out;

	for (enum role from = 0; from < ROLE_COUNT; from++)
		for (enum role to = 0; to < ROLE_COUNT; to++) {
			bool is_allowed = row->from & ROLE_BIT(from) && row->to & ROLE_BIT(to);
			int fd = row->fds ? STDIN_FILENO : -1;

			connect_roles(from, to);
			ck_assert_int_eq(
				msg_send(&a, row->number, &in.page, fd, &e), is_allowed ? 0 : -1);
			ck_assert_int_eq(msg_receive(&b, &out, &e), is_allowed ? MSG_OK : MSG_NONE);
			if (is_allowed) {
				/* Texts without an end were sent: see the next test. */
				size_t n = row->number == MSG_CONF_REJECT ||
							   row->number == MSG_EVENT ||
							   row->number == MSG_NOTICE ||
							   row->number == MSG_MAIL_DONE
						   ? 4
						   : row->bytes;

				ck_assert_uint_eq(out.number, row->number);
				ck_assert_mem_eq(&in.page, &out.page, n);
				ck_assert_int_eq(out.fd >= 0, row->fds);
			}
			if (out.fd >= 0) {
				ck_assert_int_eq(fcntl(out.fd, F_GETFD), FD_CLOEXEC);
				close(out.fd);
			}
			disconnect();
		}
}
END_TEST

START_TEST(each_text_ends_in_nul)
{
	struct msg in, out;

#define X(name, member)                                                                            \
	for (size_t i = 0; i < COUNT(rows); i++)                                                   \
		if (rows[i].number == MSG_##name) {                                                \
			in = sample(&rows[i]);                                                     \
			connect_for(&rows[i]);                                                     \
			send_raw(in.number, &in.page, rows[i].bytes, rows[i].fds);                 \
			ck_assert_int_eq(msg_receive(&b, &out, &e), MSG_OK);                       \
			ck_assert_uint_eq(                                                         \
				strnlen(out.member, sizeof(out.member)), sizeof(out.member) - 1);  \
			disconnect();                                                              \
		}
	MSG_TEXTS(X)
#undef X
}
END_TEST

START_TEST(each_message_is_rejected_in_every_wrong_length)
{
	const struct row *row = &rows[_i];
	char bytes[4096] = { 0 };

	connect_for(row);
	for (size_t len = 0; len < sizeof(bytes); len += len < 64 ? 1 : 61) {
		if (len == row->bytes)
			continue;
		send_raw(row->number, bytes, len, row->fds);
		assert_rejected(row->name);
	}
	send_raw(row->number, bytes, row->bytes - 1, row->fds);
	assert_rejected(row->name);
	send_raw(row->number, bytes, row->bytes + 1, row->fds);
	assert_rejected(row->name);
	disconnect();
}
END_TEST

START_TEST(each_message_is_rejected_in_every_wrong_direction)
{
	const struct row *row = &rows[_i];
	struct msg m = sample(row);

	for (enum role from = 0; from < ROLE_COUNT; from++)
		for (enum role to = 0; to < ROLE_COUNT; to++) {
			if (row->from & ROLE_BIT(from) && row->to & ROLE_BIT(to))
				continue;
			connect_roles(from, to);
			send_raw(row->number, &m.page, row->bytes, row->fds);
			assert_rejected(row->name);
			disconnect();
		}
}
END_TEST

START_TEST(each_message_is_rejected_with_too_many_or_too_few_descriptors)
{
	const struct row *row = &rows[_i];
	struct msg m = sample(row);

	connect_for(row);
	for (unsigned n = 0; n <= 16; n++) {
		if (n == row->fds)
			continue;
		send_raw(row->number, &m.page, row->bytes, n);
		assert_rejected(row->name);
	}
	ck_assert_int_eq(msg_send(&a, row->number, &m.page, row->fds ? -1 : 0, &e), -1);
	disconnect();
}
END_TEST

START_TEST(each_limit_is_kept)
{
	struct msg m;

#define X(name, member, limit)                                                                     \
	for (size_t i = 0; i < COUNT(rows); i++)                                                   \
		if (rows[i].number == MSG_##name) {                                                \
			m = sample(&rows[i]);                                                      \
			connect_for(&rows[i]);                                                     \
			m.member = (limit);                                                        \
			send_raw(m.number, &m.page, rows[i].bytes, rows[i].fds);                   \
			assert_rejected(#member);                                                  \
			m.member = UINT32_MAX;                                                     \
			send_raw(m.number, &m.page, rows[i].bytes, rows[i].fds);                   \
			assert_rejected(#member);                                                  \
			disconnect();                                                              \
		}
	MSG_LIMITS(X)
#undef X
}
END_TEST

START_TEST(unknown_numbers_are_rejected)
{
	static const uint32_t numbers[] = { 0, COUNT(rows) + 1, 1000, UINT32_MAX };
	char bytes[1016] = { 0 };

	for (enum role to = 0; to < ROLE_COUNT; to++)
		for (size_t i = 0; i < COUNT(numbers); i++) {
			connect_roles(ROLE_PARENT, to);
			send_raw(numbers[i], bytes, 8, 0);
			assert_rejected("unknown number");
			send_raw(numbers[i], bytes, sizeof(bytes), 3);
			assert_rejected("unknown number, with descriptors");
			ck_assert_int_eq(
				msg_send(&a, (enum msg_number)numbers[i], bytes, -1, &e), -1);
			disconnect();
		}
}
END_TEST

START_TEST(less_than_a_head_is_rejected)
{
	connect_roles(ROLE_PARENT, ROLE_VRRP);
	for (size_t n = 1; n < sizeof(struct msg_head); n++) {
		ck_assert_int_eq(send(a.fd, "\6\0\0\0\0\0\0", n, 0), (ssize_t)n);
		assert_rejected("less than a head");
	}
	disconnect();
}
END_TEST

START_TEST(numbers_and_names_are_unique)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		ck_assert_str_eq(msg_name(rows[i].number), rows[i].name);
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(rows[i].number, rows[j].number);
	}
	ck_assert_str_eq(msg_name(0), "unknown");
	ck_assert_str_eq(msg_name(UINT32_MAX), "unknown");
	for (enum role r = 0; r < ROLE_COUNT; r++)
		for (enum role q = 0; q < r; q++)
			ck_assert_str_ne(role_name(r), role_name(q));
	ck_assert_str_eq(role_name(ROLE_COUNT), "unknown");
}
END_TEST

/* ---- SCRIPT_RUN ---- */

static const struct strings_row {
	const char *name;
	uint16_t args, vars, bytes;
	const char *strings;
	bool is_right;
} strings[] = {
	{ "none", 0, 0, 0, "", true },
	{ "one argument", 1, 0, 2, "a\0", true },
	{ "empty argument", 1, 0, 1, "\0", true },
	{ "both kinds", 1, 1, 6, "a\0B=c\0", true },
	{ "no end", 1, 0, 1, "a", false },
	{ "no end behind an end", 1, 0, 3, "a\0b", false },
	{ "too few", 2, 0, 2, "a\0", false },
	{ "too many", 1, 0, 4, "a\0b\0", false },
	{ "none, but counted", 1, 0, 0, "", false },
	{ "sum overflows", 65535, 1, 2, "a\0", false },
	{ "more bytes than room", 0, 0, MSG_SCRIPT_STRINGS_BYTES + 1, "", false },
	{ "as many bytes as can be", 0, 0, 65535, "", false },
};

START_TEST(script_strings_are_as_they_are_counted)
{
	const struct strings_row *row = &strings[_i];
	struct msg_script_run run = { .args = row->args, .vars = row->vars, .bytes = row->bytes };
	struct msg m;

	memset(run.strings, 'z', sizeof(run.strings)); /* nothing behind helps or harms */
	if (row->bytes <= sizeof(run.strings))
		memcpy(run.strings, row->strings, row->bytes);
	connect_roles(ROLE_PARENT, ROLE_RUNNER);
	ck_assert_int_eq(msg_send(&a, MSG_SCRIPT_RUN, &run, -1, &e), row->is_right ? 0 : -1);
	ck_assert_int_eq(msg_receive(&b, &m, &e), row->is_right ? MSG_OK : MSG_NONE);
	send_raw(MSG_SCRIPT_RUN, &run, sizeof(run), 0);
	if (row->is_right)
		ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_OK);
	else
		assert_rejected(row->name);
	disconnect();
}
END_TEST

START_TEST(script_strings_may_fill_their_room)
{
	struct msg_script_run run = { .args = 1, .bytes = MSG_SCRIPT_STRINGS_BYTES };
	struct msg m;

	memset(run.strings, 'a', sizeof(run.strings) - 1);
	connect_roles(ROLE_PARENT, ROLE_RUNNER);
	ck_assert_int_eq(msg_send(&a, MSG_SCRIPT_RUN, &run, -1, &e), 0);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_OK);
	ck_assert_mem_eq(&m.script_run, &run, sizeof(run));
	disconnect();
}
END_TEST

/* ---- the channel itself ---- */

static const struct msg_slot slot = { .slot = 7 };

START_TEST(both_ends_are_cloexec_and_never_block)
{
	struct msg m;

	connect_roles(ROLE_PROBER, ROLE_CHECKER);
	ck_assert_int_eq(fcntl(a.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(b.fd, F_GETFD), FD_CLOEXEC);
	ck_assert(fcntl(a.fd, F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(b.fd, F_GETFL) & O_NONBLOCK);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_NONE);
	ck_assert_int_eq(m.fd, -1);
	disconnect();
	disconnect();
}
END_TEST

START_TEST(a_full_queue_drops_and_counts)
{
	unsigned sent = 0, received = 0;
	struct msg m;

	connect_roles(ROLE_PROBER, ROLE_CHECKER);
	while (msg_send(&a, MSG_SLOT, &slot, -1, &e) == 0)
		sent++;
	ck_assert_int_eq(e.sysno, EAGAIN);
	ck_assert_uint_eq(a.dropped, 1);
	ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, NULL), -1);
	ck_assert_uint_eq(a.dropped, 2);
	while (msg_receive(&b, &m, &e) == MSG_OK)
		received++;
	ck_assert_uint_eq(received, sent);
	ck_assert_uint_gt(sent, 10);
	ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, &e), 0);
	disconnect();
}
END_TEST

START_TEST(what_was_sent_before_the_end_arrives_first)
{
	struct msg m;

	connect_roles(ROLE_PROBER, ROLE_CHECKER);
	ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, &e), 0);
	ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, &e), 0);
	if (_i == 1) /* unread by the peer that closes: ECONNRESET for us */
		ck_assert_int_eq(send(b.fd, "x", 1, 0), 1);
	channel_close(&a);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_OK);
	ck_assert_uint_eq(m.slot.slot, 7);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_OK);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_CLOSED);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_CLOSED);
	disconnect();
}
END_TEST

START_TEST(sending_to_one_that_is_gone_is_epipe)
{
	connect_roles(ROLE_PROBER, ROLE_CHECKER);
	if (_i == 1)
		ck_assert_int_eq(send(a.fd, "x", 1, 0), 1);
	channel_close(&b);
	for (int again = 0; again < 3; again++) {
		ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, &e), -1);
		ck_assert_int_eq(e.sysno, EPIPE);
	}
	channel_close(&a);
	ck_assert_int_eq(msg_send(&a, MSG_SLOT, &slot, -1, &e), -1);
	ck_assert_int_eq(e.sysno, EPIPE);
	ck_assert_uint_eq(a.dropped, 0);
}
END_TEST

START_TEST(an_empty_message_is_the_end)
{
	struct msg m;

	connect_roles(ROLE_PROBER, ROLE_CHECKER);
	ck_assert_int_eq(send(a.fd, "", 0, 0), 0);
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_CLOSED);
	disconnect();
	ck_assert_int_eq(msg_receive(&b, &m, &e), MSG_CLOSED);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/msg");
	TCase *t = tcase_create("msg");

	tcase_add_loop_test(t, each_message_round_trips_between_those_who_may, 0, COUNT(rows));
	tcase_add_test(t, each_text_ends_in_nul);
	tcase_add_loop_test(t, each_message_is_rejected_in_every_wrong_length, 0, COUNT(rows));
	tcase_add_loop_test(t, each_message_is_rejected_in_every_wrong_direction, 0, COUNT(rows));
	tcase_add_loop_test(
		t, each_message_is_rejected_with_too_many_or_too_few_descriptors, 0, COUNT(rows));
	tcase_add_test(t, each_limit_is_kept);
	tcase_add_test(t, unknown_numbers_are_rejected);
	tcase_add_test(t, less_than_a_head_is_rejected);
	tcase_add_test(t, numbers_and_names_are_unique);
	tcase_add_loop_test(t, script_strings_are_as_they_are_counted, 0, COUNT(strings));
	tcase_add_test(t, script_strings_may_fill_their_room);
	tcase_add_test(t, both_ends_are_cloexec_and_never_block);
	tcase_add_test(t, a_full_queue_drops_and_counts);
	tcase_add_loop_test(t, what_was_sent_before_the_end_arrives_first, 0, 2);
	tcase_add_loop_test(t, sending_to_one_that_is_gone_is_epipe, 0, 2);
	tcase_add_test(t, an_empty_message_is_the_end);
	suite_add_tcase(s, t);
	return s;
}
