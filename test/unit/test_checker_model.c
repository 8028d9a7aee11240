/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configurations, questions and the model: who asks the same, what results lead to, what a reload
 * and a restart keep.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checker/conf.h"
#include "checker/model.h"
#include "core/conf/conf.h"

#define SECOND 1000000

static mono_t now = { 100 * SECOND };

static struct conf *read_conf(const char *text)
{
	struct err e = { 0 };
	struct conf *conf = checker_conf_read(text, 1, &e);

	ck_assert_msg(conf != NULL, "%s in\n%s", e.text, text);
	return conf;
}

#define VS(port, body)                                                                             \
	"virtual_server 192.0.2.1 " port                                                           \
	" {\n lvs_sched wlc\n lvs_method NAT\n protocol TCP\n retry 1\n delay_loop 5\n" body "}\n"
#define RS(last, body) "real_server 192.0.2." last " 80 {\n" body "}\n"
#define TCP(body)      "TCP_CHECK {\n" body "}\n"
#define HTTP(body)     "HTTP_GET {\n url {\n path /\n" body "}\n}\n"

/* ---- questions ---- */

struct ids {
	uint64_t id[8], what[8];
	size_t count;
};

static int note_id(void *arg, const struct question *q, struct err *e)
{
	struct ids *ids = arg;

	(void)e;
	ck_assert_uint_lt(ids->count, 8);
	ids->id[ids->count] = q->id;
	ids->what[ids->count++] = q->what;
	return 0;
}

static struct ids ids_of(const char *text)
{
	struct conf *conf = read_conf(text);
	struct ids ids = { 0 };
	struct err e;

	ck_assert_int_eq(question_each(checker_conf_root(conf), note_id, &ids, &e), 0);
	conf_free(conf);
	return ids;
}

static const struct pair {
	const char *name, *text; /* with two checks */
	bool same_id, same_what;
} pairs[] = {
	{ "the same check in two services", VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP(""))),
		true, true },
	{ "alpha stays with the one who asks",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("alpha\n"))), true, true },
	{ "so does log_all_failures",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("log_all_failures\n"))), true,
		true },
	{ "weight is not part of the question",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", "weight 5\n" TCP(""))), true, true },
	{ "another target by connect_port",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("connect_port 81\n"))), false,
		false },
	{ "the same target by connect_ip",
		VS("80", RS("11", TCP(""))) VS("81", RS("12", TCP("connect_ip 192.0.2.11\n"))),
		true, true },
	{ "another server", VS("80", RS("11", TCP(""))) VS("81", RS("12", TCP(""))), false, false },
	{ "another timing", VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("delay_loop 6\n"))),
		false, true },
	{ "another timeout",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("connect_timeout 6\n"))), false,
		true },
	{ "another number of retries",
		VS("80", RS("11", TCP(""))) VS("81", RS("11", TCP("retry 6\n"))), false, true },
	{ "another type",
		VS("80", RS("11", TCP("delay_before_retry 3\n"))) VS("81", RS("11", HTTP(""))),
		false, false },
	{ "the same url", VS("80", RS("11", HTTP(""))) VS("81", RS("11", HTTP(""))), true, true },
	{ "another expression",
		VS("80", RS("11", HTTP(""))) VS("81", RS("11", HTTP("regex \"a\"\n"))), false,
		false },
	{ "another host", VS("80", RS("11", HTTP(""))) VS("81", RS("11", HTTP("virtualhost a\n"))),
		false, false },
};

START_TEST(identical_questions_have_one_identity)
{
	const struct pair *p = &pairs[_i];
	struct ids ids = ids_of(p->text);

	ck_assert_uint_eq(ids.count, 2);
	ck_assert_msg((ids.id[0] == ids.id[1]) == p->same_id, "%s: id", p->name);
	ck_assert_msg((ids.what[0] == ids.what[1]) == p->same_what, "%s: what", p->name);
}
END_TEST

START_TEST(an_expression_that_is_none_is_refused_when_it_is_read)
{
	struct err e = { 0 };

	ck_assert_ptr_null(checker_conf_read(VS("80", RS("11", HTTP("regex \"a(b\"\n"))), 1, &e));
	ck_assert_ptr_nonnull(strstr(e.text, "at character 4"));
}
END_TEST

START_TEST(identities_are_the_same_in_the_next_process)
{
	/* Changing them makes a new keepd forget what the old one knew: on purpose only. */
	struct ids a = ids_of(VS("80", RS("11", HTTP("regex \"alive\"\n"))));
	struct ids b = ids_of(VS("80", RS("11", HTTP("regex \"alive\"\n"))));

	ck_assert_uint_eq(a.id[0], b.id[0]);
	ck_assert_uint_ne(a.id[0], 0);
}
END_TEST

/* ---- the model ---- */

struct world {
	struct conf *conf;
	struct model *model;
	char changes[1024]; /* "S0 up>down; P0 new>up; " */
	char table[512];    /* "0:11=1,12=0 " */
};

static void note_change(void *arg, const struct model_change *c)
{
	struct world *w = arg;
	char one[300];

	snprintf(one, sizeof(one), "%c%u %s>%s; ", c->is_pool ? 'P' : 'S', (unsigned)c->index,
		c->from, c->to);
	strcat(w->changes, one);
	ck_assert_str_ne(c->reason, "");
}

static void settle(struct world *w)
{
	struct ipvs_table t = { 0 };

	w->changes[0] = w->table[0] = '\0';
	model_settle(w->model, now, note_change, w);
	if (w->changes[0])
		w->changes[strlen(w->changes) - 2] = '\0';
	model_desired(w->model, &t);
	for (size_t i = 0; i < t.service_count; i++) {
		char one[64];

		if (i)
			strcat(w->table, " ");
		for (size_t j = 0; j < t.services[i].count; j++) {
			const struct ipvs_dest *d = &t.dests[t.services[i].first + j];

			snprintf(one, sizeof(one), "%s%u=%u", j ? "," : "",
				d->endpoint.addr.bytes[3], (unsigned)d->weight);
			strcat(w->table, one);
		}
	}
	ipvs_table_fini(&t);
}

static void world_open(struct world *w, const char *text)
{
	struct err e = { 0 };

	w->conf = read_conf(text);
	w->model = model_new(checker_conf_root(w->conf), &e);
	ck_assert_msg(w->model != NULL, "%s", e.text);
}

static void world_close(struct world *w)
{
	model_free(w->model);
	conf_free(w->conf);
}

/* Another configuration, recalling what the old one knew. */
static void world_reload(struct world *w, const char *text)
{
	struct world old = *w;
	size_t n = 0;
	struct checker_slot slots[64];

	for (uint32_t i = 0; i < old.model->pool_count; i++)
		model_pool_slot(old.model, i, &slots[n++]);
	for (uint32_t i = 0; i < old.model->server_count; i++)
		model_server_slot(old.model, i, &slots[n++]);
	for (uint32_t i = 0; i < old.model->check_count; i++)
		model_check_slot(old.model, i, &slots[n++]);
	world_open(w, text);
	model_recall(w->model, slots, n);
	world_close(&old);
}

static uint64_t question_of(const struct model *m, uint32_t check)
{
	/* The model knows questions by hash only: look for the one that leads to this check. */
	for (size_t i = 0; i < m->questions.room; i++)
		for (uint32_t at = m->questions.ids[i] ? m->questions.values[i] : IDMAP_NONE;
			at != IDMAP_NONE; at = m->checks[at].next)
			if (at == check)
				return m->questions.ids[i];
	return 0;
}

/* The probe of this check has these results, one second apart. */
static void results(struct world *w, uint32_t check, const char *text)
{
	uint64_t id = question_of(w->model, check);
	struct probe_slot probe = w->model->checks[check].last;

	probe.id = id;
	for (; *text; text++) {
		struct check_result r = { .status = *text == '+' ? CHECK_OK : CHECK_CONNECT,
			.code = ECONNREFUSED };

		now = mono_add(now, span_s(1));
		probe_count(&probe, &r, now, now);
		for (uint32_t i = model_first(w->model, id); i != IDMAP_NONE;
			i = w->model->checks[i].next)
			ck_assert(model_hear(w->model, i, &probe, now));
	}
	for (uint32_t i = model_first(w->model, id); i != IDMAP_NONE; i = w->model->checks[i].next)
		ck_assert(!model_hear(w->model, i, &probe, now)); /* old news */
}

#define TWO(extra) VS("80", extra RS("11", "inhibit_on_failure\n" TCP("")) RS("12", TCP("")))

START_TEST(a_server_goes_and_comes)
{
	struct world w;

	world_open(&w, TWO("sorry_server 192.0.2.99 80\n"));
	settle(&w);
	ck_assert_str_eq(w.changes, "P0 new>up");
	ck_assert_str_eq(w.table, "11=1,12=1");
	results(&w, 0, "+-");
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	results(&w, 0, "-");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 up>down");
	ck_assert_str_eq(w.table, "11=0,12=1");
	results(&w, 1, "+--");
	settle(&w);
	ck_assert_str_eq(w.changes, "S1 up>down; P0 up>down");
	ck_assert_str_eq(w.table, "11=0,99=1");
	results(&w, 0, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 down>up; P0 down>up");
	ck_assert_str_eq(w.table, "11=1");
	world_close(&w);
}
END_TEST

START_TEST(alpha_servers_wait)
{
	struct world w;

	world_open(&w, TWO("alpha\n"));
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "11=0");
	results(&w, 0, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 waiting>up; P0 down>up");
	results(&w, 1, "-");
	settle(&w);
	ck_assert_str_eq(w.changes, "S1 waiting>down");
	ck_assert_str_eq(w.table, "11=1");
	world_close(&w);
	world_open(&w, TWO("alpha\nsorry_server 192.0.2.99 80\n"));
	settle(&w);
	ck_assert_str_eq(w.changes, "P0 new>down");
	ck_assert_str_eq(w.table, "11=0,99=1");
	world_close(&w);
}
END_TEST

START_TEST(a_server_is_up_when_all_its_checks_are)
{
	struct world w;

	world_open(&w, VS("80", RS("11", TCP("") HTTP("")) RS("12", "")));
	settle(&w);
	results(&w, 0, "+");
	results(&w, 1, "-");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 up>down");
	results(&w, 0, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "12=1"); /* without checks: always up */
	results(&w, 1, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 down>up");
	world_close(&w);
}
END_TEST

START_TEST(one_probe_serves_all_who_ask)
{
	struct world w;

	world_open(&w, VS("80", RS("11", TCP("")) RS("12", ""))
			       VS("81", RS("11", TCP("alpha\n")) RS("12", "")));
	settle(&w);
	ck_assert_str_eq(w.table, "11=1,12=1 12=1");
	results(&w, 0, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "S2 waiting>up");
	results(&w, 0, "--");
	settle(&w);
	ck_assert_str_eq(w.changes, "S2 up>down; S0 up>down");
	world_close(&w);
}
END_TEST

START_TEST(a_reload_keeps_what_is_known)
{
	struct world w;

	world_open(&w, TWO("sorry_server 192.0.2.99 80\n"));
	settle(&w);
	results(&w, 0, "+--");
	results(&w, 1, "+");
	settle(&w);
	ck_assert_str_eq(w.table, "11=0,12=1");
	/* nothing changed */
	world_reload(&w, TWO("sorry_server 192.0.2.99 80\n"));
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "11=0,12=1");
	/* another timing, a server more */
	world_reload(&w, VS("80", "delay_before_retry 2\n" RS("13", TCP("")) RS("11", TCP(""))
					  RS("12", "weight 4\n" TCP(""))));
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "12=4,13=1");
	/* another check is no reason to trust the server that was down */
	world_reload(&w, VS("80", RS("11", HTTP("")) RS("12", HTTP(""))));
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "12=1");
	results(&w, 0, "+");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 down>up");
	world_close(&w);
}
END_TEST

/* With as many attempts more as it has failed, it has still not answered once. */
START_TEST(a_retry_that_is_raised_brings_no_server_back)
{
	struct world w;

	world_open(&w, VS("80", "retry 1\n" RS("11", TCP("")) RS("12", TCP(""))));
	settle(&w);
	results(&w, 0, "+--");
	results(&w, 1, "+");
	settle(&w);
	ck_assert_str_eq(w.table, "12=1");
	world_reload(&w, VS("80", "retry 9\n" RS("11", TCP("")) RS("12", TCP(""))));
	results(&w, 0, "-");
	settle(&w);
	ck_assert_str_eq(w.changes, "");
	ck_assert_str_eq(w.table, "12=1");
	results(&w, 0, "+----");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 down>up");
	results(&w, 0, "------");
	settle(&w);
	ck_assert_str_eq(w.changes, "S0 up>down");
	world_close(&w);
}
END_TEST

START_TEST(slots_of_somebody_else_do_no_harm)
{
	struct world w;
	struct checker_slot bad[3] = { { .kind = 77, .id = 5 } };

	world_open(&w, TWO(""));
	/* The right identity with nonsense inside. */
	model_check_slot(w.model, 0, &bad[1]);
	bad[1].check.verdict = 4711;
	bad[1].check.last.result.status = 4711;
	model_server_slot(w.model, 0, &bad[2]);
	bad[2].kind = CHECKER_SLOT_POOL;
	model_recall(w.model, bad, 3);
	settle(&w);
	ck_assert_str_eq(w.table, "11=1,12=1");
	world_close(&w);
}
END_TEST

START_TEST(slots_say_what_the_table_has)
{
	struct checker_slot slot;
	struct world w;

	world_open(&w, TWO("sorry_server 192.0.2.99 80\n"));
	settle(&w);
	results(&w, 0, "-");
	results(&w, 1, "-");
	settle(&w);
	model_server_slot(w.model, 0, &slot);
	ck_assert(slot.server.is_present && slot.server.weight == 0 && !slot.server.is_up);
	ck_assert_uint_eq(slot.server.reason.status, CHECK_CONNECT);
	model_server_slot(w.model, 1, &slot);
	ck_assert(!slot.server.is_present && !slot.server.is_up);
	model_pool_slot(w.model, 0, &slot);
	ck_assert(slot.pool.is_sorry_in_use && !slot.pool.has_quorum);
	ck_assert_uint_eq(slot.pool.sorry.addr.bytes[3], 99);
	model_check_slot(w.model, 1, &slot);
	ck_assert_uint_eq(slot.check.verdict, VERDICT_DOWN);
	world_close(&w);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/model");
	TCase *q = tcase_create("questions"), *t = tcase_create("model");

	tcase_add_loop_test(
		q, identical_questions_have_one_identity, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(q, an_expression_that_is_none_is_refused_when_it_is_read);
	tcase_add_test(q, identities_are_the_same_in_the_next_process);
	suite_add_tcase(s, q);
	tcase_add_test(t, a_server_goes_and_comes);
	tcase_add_test(t, alpha_servers_wait);
	tcase_add_test(t, a_server_is_up_when_all_its_checks_are);
	tcase_add_test(t, one_probe_serves_all_who_ask);
	tcase_add_test(t, a_reload_keeps_what_is_known);
	tcase_add_test(t, a_retry_that_is_raised_brings_no_server_back);
	tcase_add_test(t, slots_of_somebody_else_do_no_harm);
	tcase_add_test(t, slots_say_what_the_table_has);
	suite_add_tcase(s, t);
	return s;
}
