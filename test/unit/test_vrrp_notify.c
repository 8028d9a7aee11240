/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an instance and a group tell: which script of the configuration, with which arguments and
 * environment, in which queue.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "unit.h"
#include "vrrp/notify.h"
#include "vrrp/router.h"

static struct role_ctx ctx;
static struct channel parent;
static struct vrrp_engine engine = { .ctx = &ctx };
static struct vrrp_router router;
static struct msg_notice notice; /* the last one that came */
static struct conf *conf;
static const struct vrrp_instance_conf *instance;
static const struct vrrp_sync_group_conf *group;

#define SCRIPTS                                                                                    \
	"notify_master /m nobody\n notify_backup /b nobody\n notify_fault /f nobody\n"             \
	"notify_stop /s nobody\n notify /n nobody\n"

static const struct vrrp_conf *read_conf(const char *globals, const char *more)
{
	static const struct conf_section *const sections[] = { &vrrp_section, NULL };
	const struct conf_params params = { .sections = sections, .is_to_look_at = true };
	struct conf_report *report = conf_report_new();
	char text[1024];
	int len = snprintf(text, sizeof(text),
		"global_defs {\n%s}\nvrrp_instance VI_1 {\n interface eth0\n virtual_router_id "
		"1\n" SCRIPTS
		"notify_master_rx_lower_pri /l nobody\n virtual_ipaddress {\n192.0.2.1\n}\n%s}\n"
		"vrrp_sync_group VG_1 {\n group {\nVI_1\n}\n" SCRIPTS "}\n",
		globals, more);

	conf_free(conf);
	conf = conf_read_text("test", text, (size_t)len, &params, report);
	ck_assert_msg(conf != NULL, "%s", conf_report_first(report));
	conf_report_free(report);
	return (const struct vrrp_conf *)conf_root(conf, &vrrp_section);
}

static void give_with(const char *globals, const char *more)
{
	const struct vrrp_conf *c = read_conf(globals, more);

	instance = c->instances.items[0];
	group = c->sync_groups.items[0];
	router = (struct vrrp_router){ .engine = &engine,
		.conf = instance,
		.params = { .priority = 150 },
		.slot = { .queue = 77, .transitions = 5, .rivals = 9 } };
}

static void give(const char *more)
{
	give_with("", more);
}

static void setup(void)
{
	struct err e;
	int fds[2];

	ck_assert_int_eq(channel_pair(fds, &e), 0);
	ctx.parent = (struct channel){ .fd = fds[0], .self = ROLE_VRRP, .peer = ROLE_PARENT };
	parent = (struct channel){ .fd = fds[1], .self = ROLE_PARENT, .peer = ROLE_VRRP };
	notice = (struct msg_notice){ 0 };
	give("");
}

static void teardown(void)
{
	channel_close(&ctx.parent);
	channel_close(&parent);
	conf_free(conf);
	conf = NULL;
}

static const char *command_of(uint64_t id)
{
	const struct conf_script *const all[] = { &instance->notify_master,
		&instance->notify_backup, &instance->notify_fault, &instance->notify_stop,
		&instance->notify_deleted, &instance->notify_master_rx_lower_pri,
		&instance->notify };

	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i]->id == id)
			return all[i]->command;
	return "?";
}

/* The next run, as "COMMAND QUEUE STEP: ARG ... | VAR ..."; "" if there is none. */
static const char *next_run(void)
{
	static char text[1024];
	struct msg m;
	struct err e;
	const char *at;
	size_t len;

	text[0] = '\0';
	do {
		if (msg_receive(&parent, &m, &e) != MSG_OK)
			return text;
		if (m.number == MSG_NOTICE)
			notice = m.notice;
	} while (m.number != MSG_SCRIPT_RUN);
	len = (size_t)snprintf(text, sizeof(text), "%s %d %d:", command_of(m.script_run.script),
		(int)m.script_run.queue, (int)m.script_run.step);
	at = m.script_run.strings;
	for (unsigned i = 0; i < m.script_run.args + m.script_run.vars; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %s",
			i == m.script_run.args ? " |" : "", at);
		at += strlen(at) + 1;
	}
	return text;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* ---- instances ---- */

static const struct {
	const char *name;
	enum vrrp_state to;
	enum vrrp_reason reason;
	bool has_deleted;
	const char *script, *word;
} transitions[] = {
	/* clang-format off */
	{ "active",		   VRRP_ACTIVE, VRRP_BECAUSE_NO_PEER,	      false, "/m", "MASTER" },
	{ "backup",		   VRRP_BACKUP, VRRP_BECAUSE_HIGHER_PRIORITY, false, "/b", "BACKUP" },
	{ "fault",		   VRRP_FAULT,	VRRP_BECAUSE_LINK_DOWN,	      false, "/f", "FAULT" },
	{ "stop",		   VRRP_INIT,	VRRP_BECAUSE_STOPPED,	      true,  "/s", "STOP" },
	{ "removed",		   VRRP_INIT,	VRRP_BECAUSE_REMOVED,	      false, "/f", "FAULT" },
	{ "removed, and asked for", VRRP_INIT,	VRRP_BECAUSE_REMOVED,	      true,  "/d", "DELETED" },
	/* clang-format on */
};

START_TEST(a_transition_runs_its_script_then_the_generic_one)
{
	char expected[64];
	const char *run;

	give(transitions[_i].has_deleted ? "notify_deleted /d nobody\n" : "");
	vrrp_notify(&router, VRRP_ACTIVE, transitions[_i].to, transitions[_i].reason);
	run = next_run();
	ck_assert_msg(begins(run, transitions[_i].script), "%s: %s", transitions[_i].name, run);
	snprintf(expected, sizeof(expected), "/n 77 5: INSTANCE VI_1 %s 150 |",
		transitions[_i].word);
	run = next_run();
	ck_assert_msg(begins(run, expected), "%s: %s", transitions[_i].name, run);
	ck_assert_str_eq(next_run(), "");
	snprintf(expected, sizeof(expected), "INSTANCE \"VI_1\" %s 150", transitions[_i].word);
	ck_assert_str_eq(notice.line, expected);
	ck_assert(notice.is_state && notice.object == 77);
	ck_assert_int_eq(notice.is_last, transitions[_i].reason == VRRP_BECAUSE_REMOVED);
}
END_TEST

START_TEST(a_line_stays_one_whatever_the_name)
{
	char name[1024], line[NOTIFY_LINE_BYTES];
	struct notify n = { .name = name, .event = NOTIFY_MASTER, .priority = 9 };

	memset(name, '\n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	notify_line(&n, line);
	ck_assert_ptr_null(strchr(line, '\n'));
	ck_assert_str_eq(line + strlen(line) - strlen("?\" MASTER 9"), "?\" MASTER 9");
}
END_TEST

static const struct {
	const char *name, *conf;
	enum vrrp_state state;
	uint8_t told, now;
	const char *line; /* "" = none */
} priorities[] = {
	/* clang-format off */
	{ "active", "notify_priority_changes\n", VRRP_ACTIVE, 150, 90, "INSTANCE \"VI_1\" MASTER_PRIORITY 90" },
	{ "backup", "notify_priority_changes\n", VRRP_BACKUP, 150, 90, "INSTANCE \"VI_1\" BACKUP_PRIORITY 90" },
	{ "fault", "notify_priority_changes\n", VRRP_FAULT, 150, 90, "" },
	{ "known", "notify_priority_changes\n", VRRP_ACTIVE, 90, 90, "" },
	{ "not wanted", "", VRRP_ACTIVE, 150, 90, "" },
	/* clang-format on */
};

START_TEST(another_priority_is_told_once_if_it_is_wanted)
{
	give(priorities[_i].conf);
	router.fsm.state = priorities[_i].state;
	router.params.priority = priorities[_i].now;
	router.notified_priority = priorities[_i].told;
	vrrp_notify_priority(&router);
	ck_assert_str_eq(next_run(), "");
	ck_assert_str_eq(notice.line, priorities[_i].line);
	ck_assert(!notice.is_state);
	notice.line[0] = '\0';
	vrrp_notify_priority(&router);
	ck_assert_str_eq(next_run(), "");
	ck_assert_str_eq(notice.line, "");
}
END_TEST

static const struct {
	const char *name, *globals, *instance;
	enum vrrp_state to;
	const char *subject; /* "" = no mail */
} mails[] = {
	/* clang-format off */
	{ "not asked for", "", "", VRRP_ACTIVE, "" },
	{ "of the instance", "", "smtp_alert\n", VRRP_ACTIVE, "VRRP Instance VI_1 - Entering MASTER state" },
	{ "of all", "smtp_alert\n", "", VRRP_BACKUP, "VRRP Instance VI_1 - Entering BACKUP state" },
	{ "but not of it", "smtp_alert\n", "smtp_alert off\n", VRRP_BACKUP, "" },
	{ "of all instances", "smtp_alert off\nsmtp_alert_vrrp\n", "", VRRP_INIT, "VRRP Instance VI_1 - Stopping" },
	{ "of servers only", "smtp_alert\nsmtp_alert_vrrp off\n", "", VRRP_ACTIVE, "" },
	{ "a fault", "smtp_alert\n", "", VRRP_FAULT, "VRRP Instance VI_1 - Entering FAULT state" },
	{ "not of faults", "smtp_alert\nno_email_faults\n", "", VRRP_FAULT, "" },
	{ "but of all others", "smtp_alert\nno_email_faults\n", "", VRRP_ACTIVE, "VRRP Instance VI_1 - Entering MASTER state" },
	/* clang-format on */
};

START_TEST(mail_is_as_the_nearest_smtp_alert_says)
{
	give_with(mails[_i].globals, mails[_i].instance);
	vrrp_notify(&router, VRRP_BACKUP, mails[_i].to, VRRP_BECAUSE_STOPPED);
	while (next_run()[0])
		continue;
	ck_assert_msg(!strcmp(notice.subject, mails[_i].subject), "%s: %s", mails[_i].name,
		notice.subject);
	ck_assert_int_eq(notice.is_mailed, mails[_i].subject[0] != '\0');
}
END_TEST

START_TEST(scripts_find_state_before_and_reason_in_their_environment)
{
	vrrp_notify(&router, VRRP_BACKUP, VRRP_ACTIVE, VRRP_BECAUSE_PEER_SILENT);
	ck_assert_str_eq(next_run(),
		"/m 77 5: | KEEPD_INSTANCE=VI_1 KEEPD_STATE=active KEEPD_PREVIOUS=backup "
		"KEEPD_REASON=peer-silent KEEPD_PRIORITY=150 KEEPD_SEQUENCE=5");
}
END_TEST

START_TEST(a_lower_priority_has_a_queue_of_its_own_and_no_generic_script)
{
	router.fsm.state = VRRP_ACTIVE;
	vrrp_notify_lower_priority(&router);
	ck_assert(begins(next_run(), "/l"));
	ck_assert_str_eq(next_run(), "");
	vrrp_notify_lower_priority(&router);
	ck_assert_ptr_nonnull(strstr(next_run(), " 9:")); /* the step: a later one overtakes it */
}
END_TEST

/* ---- groups ---- */

START_TEST(a_group_has_priority_0_and_a_queue_of_its_own)
{
	vrrp_notify_group(&ctx, group, 3, VRRP_BACKUP, VRRP_FAULT, VRRP_BECAUSE_LINK_DOWN);
	ck_assert(begins(next_run(), "/f"));
	ck_assert_ptr_nonnull(
		strstr(next_run(), " 3: GROUP VG_1 FAULT 0 | KEEPD_GROUP=VG_1 KEEPD_STATE=fault "
				   "KEEPD_PREVIOUS=backup"));
	ck_assert_str_eq(next_run(), "");
}
END_TEST

START_TEST(a_group_is_told_by_mail)
{
	give_with("smtp_alert\n", "");
	vrrp_notify_group(&ctx, group, 3, VRRP_BACKUP, VRRP_ACTIVE, VRRP_BECAUSE_LINK_DOWN);
	while (next_run()[0])
		;
	ck_assert(notice.is_mailed);
	ck_assert_str_eq(notice.subject, "VRRP Group VG_1 - Entering MASTER state");
	give_with("", "");
	vrrp_notify_group(&ctx, group, 4, VRRP_ACTIVE, VRRP_BACKUP, VRRP_BECAUSE_LINK_DOWN);
	while (next_run()[0])
		;
	ck_assert(!notice.is_mailed);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp notify");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, a_transition_runs_its_script_then_the_generic_one, 0, COUNT(transitions));
	tcase_add_test(t, a_line_stays_one_whatever_the_name);
	tcase_add_loop_test(t, another_priority_is_told_once_if_it_is_wanted, 0, COUNT(priorities));
	tcase_add_loop_test(t, mail_is_as_the_nearest_smtp_alert_says, 0, COUNT(mails));
	tcase_add_test(t, scripts_find_state_before_and_reason_in_their_environment);
	tcase_add_test(t, a_lower_priority_has_a_queue_of_its_own_and_no_generic_script);
	tcase_add_test(t, a_group_has_priority_0_and_a_queue_of_its_own);
	tcase_add_test(t, a_group_is_told_by_mail);
	suite_add_tcase(s, t);
	return s;
}
