/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes: what /proc says of one, which are meant, what the kernel's news are, and that both
 * ways of knowing, being told and looking, come to the same count.
 */
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "watcher/proc_events.h"
#include "watcher/processes.h"

/* ---- /proc/PID/stat ---- */

#define REST " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20\n"

static const struct {
	const char *text;
	bool is_there;
	const char *comm;
} stats[] = {
	{ "12 (httpd) S" REST, true, "httpd" },
	{ "12 (a b) R" REST, true, "a b" },
	{ "12 (a) b) (c) S" REST, true, "a) b) (c" },
	{ "12 () S" REST, true, "" },
	{ "12 (httpd) Z" REST, false, NULL },
	{ "12 (httpd) X" REST, false, NULL },
	{ "12 (httpd) S 1 2 3\n", false, NULL },
	{ "12 (httpd", false, NULL },
	{ "12 httpd S" REST, false, NULL },
	{ ") (", false, NULL },
	{ "", false, NULL },
	{ "12 (much too long a name for the kernel) S" REST, true, "much too long a" },
};

START_TEST(stat_is_understood)
{
	char text[200];
	struct process p;

	strcpy(text, stats[_i].text);
	ck_assert_msg(process_parse(&p, text) == stats[_i].is_there, "%s", stats[_i].text);
	if (!stats[_i].is_there)
		return;
	ck_assert_str_eq(p.comm, stats[_i].comm);
	ck_assert_uint_eq(p.start, 777);
}
END_TEST

/* ---- which are meant ---- */

static const struct {
	const char *comm, *cmdline; /* arguments apart by | */
	const char *words[4];
	uint32_t param_match;
	bool full_command, is_one;
} matches[] = {
	{ "httpd", "/usr/sbin/httpd|-k|start", { "httpd" }, CONF_PARAM_UNSET, false, true },
	{ "httpd", "/usr/sbin/httpd|-k|start", { "httpd2" }, CONF_PARAM_UNSET, false, false },
	{ "httpd2", "", { "httpd" }, CONF_PARAM_UNSET, false, false },
	{ "much too long a", "", { "much too long a name" }, CONF_PARAM_UNSET, false, true },
	{ "kworker/0:1", "", { "kworker/0:1" }, CONF_PARAM_UNSET, false, false }, /* a path */
	{ "x", "/usr/sbin/httpd|-k|start", { "/usr/sbin/httpd" }, CONF_PARAM_UNSET, false, true },
	{ "httpd", "/usr/sbin/httpd|-k", { "httpd" }, CONF_PARAM_UNSET, true, false },
	{ "x", "httpd|-k", { "httpd" }, CONF_PARAM_UNSET, true, true },
	{ "x", "", { "x" }, CONF_PARAM_UNSET, true, false },
	{ "x", "a|-u|named", { "a", "-u", "named" }, CONF_PARAM_UNSET, false, true },
	{ "x", "a|-u|named|-4", { "a", "-u", "named" }, CONF_PARAM_UNSET, false, false },
	{ "x", "a|-u", { "a", "-u", "named" }, CONF_PARAM_UNSET, false, false },
	{ "x", "a", { "a" }, CONF_PARAM_EXACT, false, true },
	{ "x", "a|b", { "a" }, CONF_PARAM_EXACT, false, false },
	{ "x", "a|-u|named|-4", { "a", "-u", "named" }, CONF_PARAM_INITIAL, false, true },
	{ "x", "a|-u|named2", { "a", "-u", "named" }, CONF_PARAM_INITIAL, false, false },
	{ "x", "a|-u|named2|-4", { "a", "-u", "named" }, CONF_PARAM_PARTIAL, false, true },
	{ "x", "a|-u2|named2", { "a", "-u", "named" }, CONF_PARAM_PARTIAL, false, false },
	{ "x", "ab", { "a" }, CONF_PARAM_PARTIAL, false, false }, /* a name is never cut */
	{ "x", "a||b", { "a", "", "b" }, CONF_PARAM_UNSET, false, true },
};

START_TEST(those_are_meant_that_match)
{
	struct conf_process conf = { .param_match = matches[_i].param_match,
		.full_command = matches[_i].full_command };
	struct process p = { .cmdline_len = strlen(matches[_i].cmdline) };

	conf.words.items = (void **)(uintptr_t)matches[_i].words;
	while (conf.words.count < 4 && matches[_i].words[conf.words.count])
		conf.words.count++;
	strcpy(p.comm, matches[_i].comm);
	strcpy(p.cmdline, matches[_i].cmdline);
	for (char *at = p.cmdline; (at = strchr(at, '|'));)
		*at++ = '\0';
	p.cmdline_len += p.cmdline_len > 0;
	ck_assert_msg(process_matches(&p, &conf) == matches[_i].is_one, "%s of %s",
		matches[_i].words[0], matches[_i].cmdline);
}
END_TEST

/* ---- news ---- */

static const struct {
	uint32_t what;
	int32_t ids[4];
	struct proc_news event;
} news[] = {
	{ 0x00000001, { 10, 10, 11, 11 }, { PROC_FORK, 11, 10 } },
	{ 0x00000001, { 12, 10, 11, 11 }, { PROC_FORK, 11, 10 } },  /* by a thread of 10 */
	{ 0x00000001, { 10, 10, 11, 10 }, { PROC_NOTHING, 0, 0 } }, /* a thread */
	{ 0x00000002, { 10, 10 }, { PROC_BECOME, 10, 0 } },
	{ 0x00000200, { 10, 10 }, { PROC_BECOME, 10, 0 } },
	{ 0x80000000, { 10, 10 }, { PROC_EXIT, 10, 0 } },
	{ 0x80000000, { 11, 10 }, { PROC_NOTHING, 0, 0 } },
	{ 0x00000000, { 0 }, { PROC_NOTHING, 0, 0 } },
	{ 0x40000000, { 10, 10 }, { PROC_NOTHING, 0, 0 } },
};

/* Netlink's head, the connector's, then: what, processor, time, numbers. */
#define CN_AT	  NLMSG_HDRLEN
#define WHAT_AT	  (CN_AT + sizeof(struct cn_msg))
#define NUMBER_AT (WHAT_AT + 16)

static uint8_t datagram[NUMBER_AT + 16];

static void put(size_t i, uint32_t idx)
{
	const struct nlmsghdr head = { .nlmsg_len = sizeof(datagram) };
	const struct cb_id id = { idx, CN_VAL_PROC };

	memset(datagram, 0, sizeof(datagram));
	memcpy(datagram, &head, sizeof(head));
	memcpy(datagram + CN_AT, &id, sizeof(id));
	memcpy(datagram + WHAT_AT, &news[i].what, sizeof(news[i].what));
	memcpy(datagram + NUMBER_AT, news[i].ids, sizeof(news[i].ids));
}

START_TEST(news_are_understood)
{
	struct proc_news e;

	put((size_t)_i, CN_IDX_PROC);
	ck_assert(proc_news_parse(datagram, sizeof(datagram), &e));
	ck_assert_int_eq(e.change, news[_i].event.change);
	ck_assert_int_eq(e.pid, news[_i].event.pid);
	ck_assert_int_eq(e.parent, news[_i].event.parent);
}
END_TEST

START_TEST(what_is_no_news_is_refused)
{
	struct proc_news e;
	char bytes[sizeof(datagram)];

	put(0, CN_IDX_PROC);
	for (size_t len = 0; len < sizeof(datagram); len++) {
		memcpy(bytes, datagram, len); /* cut: the head says more */
		ck_assert(!proc_news_parse(bytes, len, &e));
	}
	put(0, 77);
	ck_assert(!proc_news_parse(datagram, sizeof(datagram), &e));
}
END_TEST

/* ---- counting ---- */

static struct watch_slots slots;
static struct watched_processes processes;
static struct loop *loop;
static struct timer timer;
static struct err e;
static int64_t wanted;
static unsigned looks;

static void on_timer(void *arg)
{
	(void)arg;
	if (slots.values[0].number == wanted || ++looks > 3000)
		loop_stop(loop, 0);
	else
		timer_set(&timer, mono_add(mono_now(), span_ms(1)));
}

static void until(int64_t number)
{
	wanted = number;
	looks = 0;
	timer_set(&timer, mono_now());
	loop_run(loop);
	ck_assert_int_eq(slots.values[0].number, number);
}

/* One with a name of its own. */
static pid_t begin(const char *name)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sleep", name, "100", (char *)NULL);
		_exit(1);
	}
	return pid;
}

static void finish(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* With the kernel's news, where it tells them, and by looking alone. */
START_TEST(processes_are_counted)
{
	static const struct watch_slot slot = { .kind = WATCH_PROCESS, .id = 1 };
	char name[40];
	void *words[] = { name };
	struct conf_process conf = { .words = { .items = words, .count = 1 },
		.full_command = true };
	void *items[] = { &conf };
	const struct conf_list list = { .items = items, .count = 1 };
	pid_t first, second;

	snprintf(name, sizeof(name), "keepd-test-%d", (int)getpid());
	loop = loop_new(&e);
	doorbell_init(&slots.vrrp, loop);
	watched_processes_prepare(&processes);
	if (_i && processes.fd >= 0) {
		close(processes.fd);
		processes.fd = -1;
	}
	ck_assert_int_eq(timer_open(&timer, loop, on_timer, NULL, &e), 0);
	ck_assert_int_eq(watched_processes_open(&processes, loop, &slots, &e), 0);
	watch_slots_take(&slots, &slot, 1);
	first = begin(name);
	watched_processes_take(&processes, &list, 0);
	until(1);
	second = begin(name);
	until(2);
	if (processes.is_told)
		timer_off(&processes.timer); /* the news alone must do */
	finish(first);
	until(1);
	finish(second);
	until(0);
	watched_processes_close(&processes);
	timer_close(&timer);
	loop_free(loop);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("watcher process");
	TCase *t = tcase_create("all");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, stat_is_understood, 0, COUNT(stats));
	tcase_add_loop_test(t, those_are_meant_that_match, 0, COUNT(matches));
	tcase_add_loop_test(t, news_are_understood, 0, COUNT(news));
	tcase_add_test(t, what_is_no_news_is_refused);
	tcase_add_loop_test(t, processes_are_counted, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
