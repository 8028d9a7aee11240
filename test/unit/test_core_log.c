/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: what a line looks like in each sink, and that a sink that is full, gone or back again
 * never stops the process. The module is included as text, for a syslog of our own.
 */
#define SYSLOG_PATH "log.sock" /* in a folder made for the test */
#include "core/log.c"

#include "test/unit/unit.h"

static int ends[2]; /* what is stderr, seen from the other side */
static char seen[256 << 10];

static void stderr_is(int fd)
{
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void stderr_is_pipe(void)
{
	ck_assert_int_eq(pipe(ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	stderr_is(ends[1]);
}

static void stderr_is_socket(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	stderr_is(ends[1]);
}

/* Everything that has arrived. */
static const char *drain(void)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(ends[0], seen + len, sizeof(seen) - 1 - len)) > 0)
		len += (size_t)n;
	seen[len] = '\0';
	return seen;
}

/* The line without its time stamp, whose form is checked. */
static const char *without_stamp(const char *line)
{
	static const char form[] = "0000-00-00T00:00:00.000 ";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0')
			ck_assert_msg(line[i] >= '0' && line[i] <= '9', "%s", line);
		else
			ck_assert_msg(line[i] == form[i], "%s", line);
	return line + sizeof(form) - 1;
}

/* ---- lines ---- */

START_TEST(plain_lines_have_a_stamp_a_tag_and_a_text)
{
	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "vrrp");
	log_warning("instance %s: %s", "VI_1", "backup -> active");
	ck_assert_str_eq(without_stamp(drain()), "vrrp: instance VI_1: backup -> active\n");
}
END_TEST

START_TEST(before_it_is_open_lines_go_to_stderr)
{
	stderr_is_pipe();
	log_error("no file");
	log_debug("not this");
	ck_assert_str_eq(drain(), "keepd: no file\n");
}
END_TEST

START_TEST(the_journal_gets_priorities)
{
	char stream[64];
	struct stat st;

	if (_i == 0)
		stderr_is_pipe();
	else
		stderr_is_socket();
	fstat(STDERR_FILENO, &st);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open(LOG_SINK_STDERR, LOG_LEVEL_DEBUG, "parent");
	log_error("a");
	log_warning("b");
	log_notice("c");
	log_info("d");
	log_debug("e");
	ck_assert_str_eq(drain(), "<3>parent: a\n<4>parent: b\n<5>parent: c\n<6>parent: d\n"
				  "<7>parent: e\n");
}
END_TEST

static const char *const not_ours[] = { "", "0:0", "1", "x:y", "1:2:3", "99999999999999999999:1" };

START_TEST(another_journal_stream_is_not_ours)
{
	stderr_is_pipe();
	setenv("JOURNAL_STREAM", not_ours[_i], 1);
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "vrrp");
	log_info("x");
	ck_assert_str_eq(without_stamp(drain()), "vrrp: x\n");
}
END_TEST

START_TEST(levels_above_the_maximum_are_not_written)
{
	static struct log_limit limit = { .burst = 1, .per = { 1000000 } };

	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_WARNING, "t");
	log_notice("no");
	log_limited(&limit, LOG_LEVEL_INFO, "no");
	ck_assert_uint_eq(limit.used, 0);
	log_warning("yes");
	ck_assert_str_eq(without_stamp(drain()), "t: yes\n");
}
END_TEST

static const struct {
	const char *text, *line;
} texts[] = {
	{ "plain", "plain" },
	{ "two\nlines", "two lines" },
	{ "end\n\n", "end" },
	{ "tab\tcr\rnl\n.", "tab cr nl ." },
	{ "\033[2Jclear\007\177", "?[2Jclear??" },
	{ "\xc2\x9b"
	  "31m",
		"??31m" },
	{ "caf\xc3\xa9 \xc2\xa0", "caf\xc3\xa9 \xc2\xa0" },
	{ "cut short \xc2", "cut short \xc2" },
	{ "", "" },
};

START_TEST(one_event_is_one_line_without_control_characters)
{
	char line[128];

	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	log_info("%s", texts[_i].text);
	snprintf(line, sizeof(line), "t: %s\n", texts[_i].line);
	ck_assert_str_eq(without_stamp(drain()), line);
}
END_TEST

START_TEST(long_texts_are_cut_and_say_so)
{
	static char text[3 * TEXT_BYTES];
	const char *line;
	size_t len;

	memset(text, 'x', sizeof(text) - 1);
	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO,
		"a tag that is longer than any tag ever should be");
	log_info("%s", text);
	line = drain();
	len = strlen(line);
	ck_assert_uint_gt(len, TEXT_BYTES);
	ck_assert_uint_lt(len, LINE_BYTES);
	ck_assert_str_eq(line + len - 5, "x...\n");
}
END_TEST

START_TEST(errno_is_kept)
{
	stderr_is_pipe();
	close(ends[0]);
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	errno = EXDEV;
	log_info("nobody reads this");
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

/* ---- sinks that do not take a line ---- */

static unsigned long lost_in(const char *text)
{
	const char *at = strstr(text, "log: ");

	ck_assert_msg(at && strstr(at, " lines lost\n"), "%s", text);
	return strtoul(at + 5, NULL, 10);
}

static unsigned lines_in(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void each_line_is_whole(char *text, const char *tag)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_msg(!strncmp(without_stamp(line), tag, strlen(tag)), "%s", line);
}

START_TEST(a_full_sink_loses_lines_counts_them_and_never_blocks)
{
	static char all[sizeof(seen)];
	const unsigned written = 20000;

	if (_i == 0)
		stderr_is_pipe();
	else
		stderr_is_socket();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "flood");
	for (unsigned i = 0; i < written; i++)
		log_info("line %u of many, and a little more so that it fills the sink", i);
	strcpy(all, drain());
	ck_assert_uint_lt(lines_in(all), written);
	log_info("after"); /* and the rest of a line that was cut in two */
	strcat(all, drain());
	/* All but two lines, the one about the loss and the last, and those lost. */
	ck_assert_uint_eq(lost_in(all) + lines_in(all) - 2, written);
	ck_assert_ptr_nonnull(strstr(all, " flood: after\n"));
	each_line_is_whole(all, "flood: ");
	log_info("and on");
	ck_assert_str_eq(without_stamp(drain()), "flood: and on\n");
}
END_TEST

START_TEST(a_reader_that_goes_away_does_no_harm)
{
	if (_i == 0)
		stderr_is_pipe();
	else
		stderr_is_socket();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	close(ends[0]);
	for (int i = 0; i < 10; i++)
		log_error("nobody there");
	ck_assert_uint_eq(sink.lost, 10);
}
END_TEST

START_TEST(no_stderr_does_no_harm)
{
	close(STDERR_FILENO);
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	log_error("nowhere");
}
END_TEST

START_TEST(those_who_share_stderr_are_not_made_non_blocking)
{
	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0);
	ck_assert(fcntl(sink.fd, F_GETFL) & O_NONBLOCK);
	ck_assert_int_eq(fcntl(sink.fd, F_GETFD), FD_CLOEXEC);
}
END_TEST

START_TEST(a_shared_blocking_stderr_is_polled_first)
{
	stderr_is_pipe();
	/* As where /proc is missing: nothing was reopened. */
	sink.tag = "t";
	sink.max_level = LOG_LEVEL_INFO;
	for (int i = 0; i < 20000; i++)
		log_info("line %d that fills the pipe", i);
	ck_assert_uint_gt(sink.lost, 0);
	drain();
	log_info("after");
	ck_assert_ptr_nonnull(strstr(drain(), "t: after\n"));
}
END_TEST

/* ---- syslog ---- */

static char folder[] = "/tmp/keepd-log-XXXXXX";

static void syslog_setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void syslog_teardown(void)
{
	unlink(SYSLOG_PATH);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void syslogd_start(void)
{
	const struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = SYSLOG_PATH };

	unlink(SYSLOG_PATH);
	ends[0] = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(ends[0], (const struct sockaddr *)&at, sizeof(at)), 0);
}

/* The text of the next datagram behind its RFC 3164 header, which is checked. */
static const char *syslogd_read(int priority)
{
	char pri[16], pid[32];
	const char *at;
	ssize_t n = recv(ends[0], seen, sizeof(seen) - 1, 0);

	if (n < 0)
		return NULL;
	seen[n] = '\0';
	snprintf(pri, sizeof(pri), "<%d>", priority);
	snprintf(pid, sizeof(pid), "keepd[%d]: ", (int)getpid());
	ck_assert_msg(!strncmp(seen, pri, strlen(pri)), "%s", seen);
	at = seen + strlen(pri) + sizeof("Nov 21 06:00:54");
	ck_assert_msg(!strncmp(at, pid, strlen(pid)), "%s", seen);
	return at + strlen(pid);
}

START_TEST(syslog_gets_rfc3164_datagrams)
{
	syslogd_start();
	log_open(LOG_SINK_SYSLOG, LOG_LEVEL_DEBUG, "checker");
	log_error("tcp 192.0.2.1:80: refused");
	ck_assert_str_eq(syslogd_read(24 + 3), "checker: tcp 192.0.2.1:80: refused");
	log_debug("x");
	ck_assert_str_eq(syslogd_read(24 + 7), "checker: x");
}
END_TEST

START_TEST(a_syslogd_that_returns_is_found_again)
{
	log_open(LOG_SINK_SYSLOG, LOG_LEVEL_INFO, "t");
	log_info("lost: not there yet");
	syslogd_start();
	log_info("one");
	ck_assert_str_eq(syslogd_read(24 + 4), "t: log: 1 lines lost");
	ck_assert_str_eq(syslogd_read(24 + 6), "t: one");
	close(ends[0]);
	log_info("lost: gone");
	log_info("lost: still gone");
	syslogd_start();
	log_info("two");
	ck_assert_str_eq(syslogd_read(24 + 4), "t: log: 2 lines lost");
	ck_assert_str_eq(syslogd_read(24 + 6), "t: two");
	ck_assert_ptr_null(syslogd_read(0));
}
END_TEST

START_TEST(a_full_syslogd_loses_lines_and_never_blocks)
{
	syslogd_start();
	log_open(LOG_SINK_SYSLOG, LOG_LEVEL_INFO, "t");
	for (int i = 0; i < 5000; i++)
		log_info("line");
	ck_assert_uint_gt(sink.lost, 0);
	while (recv(ends[0], seen, sizeof(seen), 0) > 0)
		;
	log_info("after");
	ck_assert_ptr_nonnull(strstr(syslogd_read(24 + 4), "lines lost"));
	ck_assert_str_eq(syslogd_read(24 + 6), "t: after");
}
END_TEST

/* ---- limits ---- */

START_TEST(a_limit_lets_a_burst_through_per_window)
{
	static const struct {
		int64_t at_ms;
		bool is_taken;
		unsigned suppressed;
	} steps[] = {
		{ 5000, true, 0 },
		{ 5001, true, 0 },
		{ 5002, false, 0 },
		{ 5999, false, 0 },
		{ 6000, true, 2 }, /* a new window tells what the old one hid */
		{ 6001, true, 0 },
		{ 6002, false, 0 },
		{ 9000, true, 1 },
		{ 9999, true, 0 },
		{ 10000, true, 0 },
	};
	struct log_limit l = { .burst = 2, .per = span_s(1) };

	for (size_t i = 0; i < COUNT(steps); i++) {
		unsigned suppressed = 99;

		ck_assert_msg(log_limit_take(&l, (mono_t){ steps[i].at_ms * 1000 }, &suppressed) ==
				      steps[i].is_taken,
			"step %zu", i);
		ck_assert_uint_eq(suppressed, steps[i].suppressed);
	}
}
END_TEST

START_TEST(the_first_line_after_a_silence_says_how_many)
{
	struct log_limit l = { .burst = 1, .per = span_s(3600) };

	stderr_is_pipe();
	log_open(LOG_SINK_STDERR, LOG_LEVEL_INFO, "t");
	for (int i = 0; i < 5; i++)
		log_limited(&l, LOG_LEVEL_INFO, "packet %d", i);
	ck_assert_str_eq(without_stamp(drain()), "t: packet 0\n");
	l.window_start = mono_add(mono_now(), span_s(-3600));
	log_limited(&l, LOG_LEVEL_INFO, "packet %d", 5);
	ck_assert_str_eq(without_stamp(drain()), "t: packet 5 (4 suppressed)\n");
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/log");
	TCase *t = tcase_create("lines");

	tcase_add_test(t, plain_lines_have_a_stamp_a_tag_and_a_text);
	tcase_add_test(t, before_it_is_open_lines_go_to_stderr);
	tcase_add_loop_test(t, the_journal_gets_priorities, 0, 2);
	tcase_add_loop_test(t, another_journal_stream_is_not_ours, 0, COUNT(not_ours));
	tcase_add_test(t, levels_above_the_maximum_are_not_written);
	tcase_add_loop_test(t, one_event_is_one_line_without_control_characters, 0, COUNT(texts));
	tcase_add_test(t, long_texts_are_cut_and_say_so);
	tcase_add_test(t, errno_is_kept);
	tcase_add_loop_test(t, a_full_sink_loses_lines_counts_them_and_never_blocks, 0, 2);
	tcase_add_loop_test(t, a_reader_that_goes_away_does_no_harm, 0, 2);
	tcase_add_test(t, no_stderr_does_no_harm);
	tcase_add_test(t, those_who_share_stderr_are_not_made_non_blocking);
	tcase_add_test(t, a_shared_blocking_stderr_is_polled_first);
	tcase_add_test(t, a_limit_lets_a_burst_through_per_window);
	tcase_add_test(t, the_first_line_after_a_silence_says_how_many);
	suite_add_tcase(s, t);
	t = tcase_create("syslog");
	tcase_add_checked_fixture(t, syslog_setup, syslog_teardown);
	tcase_add_test(t, syslog_gets_rfc3164_datagrams);
	tcase_add_test(t, a_syslogd_that_returns_is_found_again);
	tcase_add_test(t, a_full_syslogd_loses_lines_and_never_blocks);
	suite_add_tcase(s, t);
	return s;
}
