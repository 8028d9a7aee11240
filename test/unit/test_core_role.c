/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main loop of a child, played by the parent's end of the channel: all messages are put into
 * the queue, the role runs until SHUTDOWN or end of file, then its callbacks and answers are
 * compared with what they should have been.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/msg.h"

/* The role's reads are counted. */
static unsigned reads;

static enum msg_status counted_receive(struct channel *c, struct msg *m, struct err *err)
{
	reads++;
	return msg_receive(c, m, err);
}

#define msg_receive counted_receive
#include "core/role.c"
#undef msg_receive

#include "test/unit/unit.h"

static struct channel parent;
static struct role_ctx ctx;
static struct err e;
static char calls[512], answers[512];
static bool stop_later; /* stop() does not end the loop at once */
static struct timer later;

static void note(char text[512], const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void note(char text[512], const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, 512 - len, fmt, ap);
	va_end(ap);
}

/* ---- the role ---- */

static int op_prepare(void *self, uint64_t generation, const char *text, struct err *err)
{
	ck_assert_ptr_eq(self, calls);
	note(calls, "prepare %d %s; ", (int)generation, text);
	if (!strcmp(text, "SIGNALS")) {
		raise(SIGTERM);
		raise(SIGINT);
		raise(SIGHUP);
		raise(SIGPIPE);
	}
	if (!strcmp(text, "BAD"))
		return err_sys(err, ENODEV, "eth9");
	return 0;
}

static void op_commit(void *self, uint64_t generation)
{
	(void)self;
	note(calls, "commit %d; ", (int)generation);
}

static void op_abort(void *self)
{
	(void)self;
	note(calls, "abort; ");
}

static int op_page(void *self, enum page_kind kind, int fd, struct err *err)
{
	(void)self;
	(void)err;
	note(calls, "page %d; ", (int)kind);
	return close(fd);
}

static int op_peer(void *self, enum role peer, int fd, struct err *err)
{
	(void)self;
	note(calls, "peer %s; ", role_name(peer));
	close(fd);
	return err_set(err, "no");
}

static void stop_now(void *arg)
{
	(void)arg;
	timer_close(&later);
	loop_stop(ctx.loop, 0);
}

static void op_stop(void *self, bool keep, bool is_orphan)
{
	(void)self;
	note(calls, "stop%s%s", keep ? " keep" : "", is_orphan ? " orphan" : "");
	if (!stop_later) {
		loop_stop(ctx.loop, 0);
		return;
	}
	ck_assert_int_eq(timer_open(&later, ctx.loop, stop_now, NULL, &e), 0);
	timer_set(&later, mono_add(mono_now(), span_ms(2)));
}

static void op_message(void *self, const struct msg *m)
{
	(void)self;
	note(calls, "%s; ", msg_name(m->number));
}

static const struct role_ops all_ops = {
	.role = ROLE_RUNNER,
	.prepare = op_prepare,
	.commit = op_commit,
	.abort = op_abort,
	.page = op_page,
	.peer = op_peer,
	.stop = op_stop,
	.message = op_message,
};

static const struct role_ops few_ops = {
	.role = ROLE_RUNNER,
	.prepare = op_prepare,
	.commit = op_commit,
	.stop = op_stop,
};

/* ---- the parent ---- */

static void setup(void)
{
	int fds[2], fd;

	ck_assert_int_eq(channel_pair(fds, &e), 0);
	parent = (struct channel){ .fd = fds[0], .self = ROLE_PARENT, .peer = ROLE_RUNNER };
	ctx = (struct role_ctx){ .parent.fd = fds[1], .self = calls };
	/* Invalid messages are the subject of some tests, not of the screen. */
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void teardown(void)
{
	loop_free(ctx.loop);
	channel_close(&parent);
}

static void tell(enum msg_number number, const void *payload, int fd)
{
	ck_assert_msg(msg_send(&parent, number, payload, fd, &e) == 0, "%s", e.text);
}

static void tell_prepare(uint64_t generation, const char *text)
{
	const struct msg_generation m = { .generation = generation };
	int fd = memfd_seal("test", text, strlen(text), &e);

	tell(MSG_CONF_PREPARE, &m, fd);
	close(fd);
}

static void tell_commit(uint64_t generation)
{
	tell(MSG_CONF_COMMIT, &(struct msg_generation){ generation }, -1);
}

static void tell_abort(uint64_t generation)
{
	tell(MSG_CONF_ABORT, &(struct msg_generation){ generation }, -1);
}

static void tell_shutdown(bool keep)
{
	tell(MSG_SHUTDOWN, &(struct msg_shutdown){ keep }, -1);
}

/* End of file for the role, while we can still read. */
static void hang_up(void)
{
	ck_assert_int_eq(shutdown(parent.fd, SHUT_WR), 0);
}

static void collect_answers(void)
{
	struct msg m;

	while (msg_receive(&parent, &m, &e) == MSG_OK)
		switch ((enum msg_number)m.number) {
		case MSG_CONF_READY:
			note(answers, "ready %d; ", (int)m.generation.generation);
			break;
		case MSG_CONF_RUNNING:
			note(answers, "running %d; ", (int)m.generation.generation);
			break;
		case MSG_CONF_REJECT:
			note(answers, "reject %d: %s (%d); ", (int)m.reject.generation,
				m.reject.reason, m.reject.sysno);
			break;
		case MSG_PAGE:
		case MSG_PEER:
		case MSG_CONF_PREPARE:
		case MSG_CONF_COMMIT:
		case MSG_CONF_ABORT:
		case MSG_SHUTDOWN:
		case MSG_SLOT:
		case MSG_EVENT:
		case MSG_SCRIPT_RUN:
		case MSG_SCRIPT_DONE:
		case MSG_CONF_TEXT:
		case MSG_CONF_EARLIER:
		case MSG_NOTICE:
		case MSG_SCRIPT_END:
		case MSG_MAIL:
		case MSG_MAIL_DONE:
		case MSG_ORDER:
		case MSG_CONF_RESULT: note(answers, "%s; ", msg_name(m.number)); break;
		}
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void run(const struct role_ops *ops, const char *want_calls, const char *want_answers)
{
	ck_assert_int_eq(role_run(&ctx, ops), EXIT_OK);
	collect_answers();
	ck_assert_str_eq(calls, want_calls);
	ck_assert_str_eq(answers, want_answers);
	ck_assert_int_eq(ctx.parent.fd, -1);
}

/* ---- the two phases ---- */

START_TEST(prepare_then_commit_runs)
{
	tell_prepare(5, "text");
	tell_commit(5);
	tell_prepare(6, "");
	tell_commit(6);
	hang_up();
	run(&all_ops, "prepare 5 text; commit 5; prepare 6 ; commit 6; stop orphan",
		"ready 5; running 5; ready 6; running 6; ");
}
END_TEST

START_TEST(a_rejection_carries_the_reason)
{
	tell_prepare(5, "BAD");
	tell_commit(5);
	hang_up();
	run(&all_ops, "prepare 5 BAD; stop orphan",
		"reject 5: eth9: No such device (19); "
		"reject 5: generation 5 is not prepared (0); ");
}
END_TEST

START_TEST(only_the_prepared_generation_is_committed)
{
	tell_commit(4);
	tell_prepare(5, "text");
	tell_commit(6);
	tell_commit(5);
	tell_commit(5);
	hang_up();
	run(&all_ops, "prepare 5 text; commit 5; stop orphan",
		"reject 4: generation 4 is not prepared (0); ready 5; "
		"reject 6: generation 6 is not prepared (0); running 5; "
		"reject 5: generation 5 is not prepared (0); ");
}
END_TEST

START_TEST(a_second_prepare_replaces_the_first)
{
	tell_prepare(5, "a");
	tell_prepare(6, "b");
	tell_commit(5);
	tell_commit(6);
	hang_up();
	run(&all_ops, "prepare 5 a; abort; prepare 6 b; commit 6; stop orphan",
		"ready 5; ready 6; reject 5: generation 5 is not prepared (0); running 6; ");
}
END_TEST

START_TEST(a_failed_prepare_leaves_nothing_to_commit_or_abort)
{
	tell_prepare(5, "a");
	tell_prepare(6, "BAD");
	tell_abort(6);
	tell_commit(5);
	hang_up();
	run(&all_ops, "prepare 5 a; abort; prepare 6 BAD; stop orphan",
		"ready 5; reject 6: eth9: No such device (19); "
		"reject 5: generation 5 is not prepared (0); ");
}
END_TEST

START_TEST(an_abort_is_for_its_generation_only)
{
	tell_abort(4);
	tell_prepare(5, "a");
	tell_abort(4);
	tell_abort(5);
	tell_abort(5);
	tell_commit(5);
	hang_up();
	run(&all_ops, "prepare 5 a; abort; stop orphan",
		"ready 5; reject 5: generation 5 is not prepared (0); ");
}
END_TEST

START_TEST(an_unchanged_text_is_answered_for_the_role)
{
	tell_prepare(5, "same");
	tell_commit(5);
	tell_prepare(6, "same");
	tell_commit(6);
	tell_prepare(7, "same");
	tell_abort(7);
	tell_prepare(8, "other");
	tell_commit(8);
	tell_prepare(9, "same");
	tell_commit(9);
	hang_up();
	run(&all_ops,
		"prepare 5 same; commit 5; prepare 8 other; commit 8; prepare 9 same; commit 9; "
		"stop orphan",
		"ready 5; running 5; ready 6; running 6; ready 7; ready 8; running 8; ready 9; "
		"running 9; ");
}
END_TEST

START_TEST(a_text_that_is_not_sealed_is_rejected)
{
	int fd = memfd_new("test", &e);

	tell(MSG_CONF_PREPARE, &(struct msg_generation){ 5 }, fd);
	close(fd);
	hang_up();
	ck_assert_int_eq(role_run(&ctx, &all_ops), EXIT_OK);
	collect_answers();
	ck_assert_str_eq(calls, "stop orphan");
	ck_assert_int_eq(strncmp(answers, "reject 5: configuration text: ", 30), 0);
}
END_TEST

/* ---- the end ---- */

START_TEST(shutdown_stops_once_and_nothing_comes_afterwards)
{
	stop_later = true;
	tell_prepare(5, "a");
	tell_shutdown(_i);
	tell_prepare(6, "b");
	tell(MSG_SCRIPT_RUN, &(struct msg_script_run){ 0 }, -1);
	tell_shutdown(!_i);
	hang_up();
	run(&all_ops, _i ? "prepare 5 a; abort; stop keep" : "prepare 5 a; abort; stop",
		"ready 5; ");
}
END_TEST

START_TEST(end_of_file_stops_once_and_does_not_spin)
{
	stop_later = true;
	channel_close(&parent);
	ck_assert_int_eq(role_run(&ctx, &all_ops), EXIT_OK);
	ck_assert_str_eq(calls, "stop orphan");
	ck_assert_uint_eq(reads, 1);
}
END_TEST

START_TEST(signals_are_the_parents_business)
{
	tell_prepare(5, "SIGNALS");
	tell_prepare(6, "after");
	tell_shutdown(true);
	run(&all_ops, "prepare 5 SIGNALS; abort; prepare 6 after; abort; stop keep",
		"ready 5; ready 6; ");
}
END_TEST

static int op_prepare_tell_pid(void *self, uint64_t generation, const char *text, struct err *err)
{
	(void)self, (void)generation, (void)text;
	return err_sys(err, getpid(), "my pid");
}

static void op_stop_tell(void *self, bool keep, bool is_orphan)
{
	(void)self;
	role_event(&ctx, "stop", keep ? "keep" : "", "", "", is_orphan ? "orphan" : "");
	loop_stop(ctx.loop, 0);
}

static struct msg await(void)
{
	struct pollfd p = { .fd = parent.fd, .events = POLLIN };
	struct msg m;

	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert_msg(msg_receive(&parent, &m, &e) == MSG_OK, "%s", e.text);
	return m;
}

/* The parent died, but its end of the channel lives on in a process it leaked to: us. */
START_TEST(sigterm_from_a_dead_parent_is_the_end_without_end_of_file)
{
	static struct role_ops ops;
	struct msg m;
	int go[2];
	pid_t middle;

	ops = all_ops;
	ops.prepare = op_prepare_tell_pid;
	ops.stop = op_stop_tell;
	ck_assert_int_eq(pipe(go), 0);
	tell_prepare(1, "x");
	middle = fork();
	if (middle == 0) {
		char byte;

		close(go[1]);
		if (fork() == 0) {
			close(parent.fd);
			role_run(&ctx, &ops);
			_exit(0);
		}
		_exit(read(go[0], &byte, 1) != 0);
	}
	close(go[0]);
	channel_close(&ctx.parent);
	m = await(); /* it runs, and knows its parent */
	ck_assert_uint_eq(m.number, MSG_CONF_REJECT);
	ck_assert_int_eq(kill(m.reject.sysno, SIGTERM), 0); /* means nothing yet */
	tell_prepare(2, "x");
	ck_assert_uint_eq(await().number, MSG_CONF_REJECT);
	close(go[1]);
	ck_assert_int_eq(waitpid(middle, NULL, 0), middle);
	ck_assert_int_eq(kill(m.reject.sysno, SIGTERM), 0);
	m = await();
	ck_assert_uint_eq(m.number, MSG_EVENT);
	ck_assert_str_eq(m.event.reason, "orphan");
}
END_TEST

/* ---- the rest ---- */

START_TEST(pages_peers_and_messages_reach_their_callbacks)
{
	tell(MSG_PAGE, &(struct msg_page){ PAGE_PROBER }, STDIN_FILENO);
	tell(MSG_PEER, &(struct msg_peer){ ROLE_CHECKER }, STDIN_FILENO);
	tell(MSG_SCRIPT_RUN, &(struct msg_script_run){ 0 }, -1);
	hang_up();
	run(&all_ops, "page 1; peer checker; SCRIPT_RUN; stop orphan", "");
}
END_TEST

START_TEST(what_a_role_does_not_want_is_closed)
{
	unsigned before = open_descriptors();

	tell_prepare(4, "a");
	tell_prepare(5, "b");
	tell(MSG_PAGE, &(struct msg_page){ PAGE_PROBER }, STDIN_FILENO);
	tell(MSG_PEER, &(struct msg_peer){ ROLE_CHECKER }, STDIN_FILENO);
	tell(MSG_SCRIPT_RUN, &(struct msg_script_run){ 0 }, -1);
	tell_shutdown(false);
	tell(MSG_PAGE, &(struct msg_page){ PAGE_PROBER }, STDIN_FILENO);
	run(&few_ops, "prepare 4 a; prepare 5 b; stop", "ready 4; ready 5; ");
	loop_free(ctx.loop);
	ctx.loop = NULL;
	ck_assert_uint_eq(open_descriptors(), before - 1); /* its end of the channel */
}
END_TEST

START_TEST(invalid_messages_are_dropped)
{
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(send(parent.fd, "nonsense of a parent", 20, 0), 20);
	tell_prepare(5, "a");
	hang_up();
	run(&all_ops, "prepare 5 a; abort; stop orphan", "ready 5; ");
}
END_TEST

START_TEST(a_loop_made_before_is_used)
{
	struct loop *loop = loop_new(&e);

	ctx.loop = loop;
	hang_up();
	run(&all_ops, "stop orphan", "");
	ck_assert_ptr_eq(ctx.loop, loop);
}
END_TEST

START_TEST(the_process_gets_its_name)
{
	char name[16];

	for (enum role r = 0; r < ROLE_COUNT; r++) {
		char want[32];

		snprintf(want, sizeof(want), "keepd-%s", role_name(r));
		role_become(r);
		prctl(PR_GET_NAME, name);
		ck_assert_str_eq(name, want);
	}
}
END_TEST

START_TEST(events_fit_whatever_they_say)
{
	char text[2000];
	struct msg m;

	ctx.parent.self = ROLE_RUNNER;
	ctx.parent.peer = ROLE_PARENT;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	role_event(&ctx, "instance", "VI_1", "backup", "active", "silence");
	role_event(&ctx, text, text, text, text, text);
	ck_assert_int_eq(msg_receive(&parent, &m, &e), MSG_OK);
	ck_assert_str_eq(m.event.kind, "instance");
	ck_assert_str_eq(m.event.object, "VI_1");
	ck_assert_str_eq(m.event.from, "backup");
	ck_assert_str_eq(m.event.to, "active");
	ck_assert_str_eq(m.event.reason, "silence");
	ck_assert_int_gt(m.event.at_us, 0);
	ck_assert_int_eq(msg_receive(&parent, &m, &e), MSG_OK);
	ck_assert_uint_eq(strlen(m.event.reason), sizeof(m.event.reason) - 1);
	channel_close(&parent);
	role_event(&ctx, "", "", "", "", ""); /* losing it is harmless */
	channel_close(&ctx.parent);
}
END_TEST

/* How a process ends that begins as this user: 0 = it is that user, powerless, and has a loop. */
static int begin_as(const char *user)
{
	static const struct role_ops ops = { .role = ROLE_PROBER };
	const struct role_args args = { .sink = LOG_SINK_STDERR, .user = user };
	struct role_ctx begun = { 0 };
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		role_begin(&begun, &ops, &args, calls);
		_exit(begun.loop && begun.self == calls && geteuid() && !priv_has(0) ? 0 : 99);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_role_begins_without_root_or_not_at_all)
{
	ck_assert_int_eq(begin_as("no-such-user"), EXIT_NO_USER);
	ck_assert_int_eq(begin_as("nobody"), geteuid() ? EXIT_CAPABILITY : 0);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/role");
	TCase *t = tcase_create("role");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, prepare_then_commit_runs);
	tcase_add_test(t, a_rejection_carries_the_reason);
	tcase_add_test(t, only_the_prepared_generation_is_committed);
	tcase_add_test(t, a_second_prepare_replaces_the_first);
	tcase_add_test(t, a_failed_prepare_leaves_nothing_to_commit_or_abort);
	tcase_add_test(t, an_abort_is_for_its_generation_only);
	tcase_add_test(t, an_unchanged_text_is_answered_for_the_role);
	tcase_add_test(t, a_text_that_is_not_sealed_is_rejected);
	tcase_add_loop_test(t, shutdown_stops_once_and_nothing_comes_afterwards, 0, 2);
	tcase_add_test(t, end_of_file_stops_once_and_does_not_spin);
	tcase_add_test(t, signals_are_the_parents_business);
	tcase_add_test(t, sigterm_from_a_dead_parent_is_the_end_without_end_of_file);
	tcase_add_test(t, pages_peers_and_messages_reach_their_callbacks);
	tcase_add_test(t, what_a_role_does_not_want_is_closed);
	tcase_add_test(t, invalid_messages_are_dropped);
	tcase_add_test(t, a_loop_made_before_is_used);
	tcase_add_test(t, the_process_gets_its_name);
	tcase_add_test(t, events_fit_whatever_they_say);
	tcase_add_test(t, a_role_begins_without_root_or_not_at_all);
	suite_add_tcase(s, t);
	return s;
}
