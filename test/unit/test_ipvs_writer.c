/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The idempotent writer: what each error of the kernel leads to, and that failing additions never
 * empty a pool.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "ipvs/fake.h"
#include "ipvs/writer.h"

static const struct ipvs_service wlc = {
	.key = { .family = AF_INET,
		.protocol = IPVS_TCP,
		.endpoint = { .addr = { .family = AF_INET, .bytes = { 192, 0, 2, 200 } },
			.port = 80 } },
	.scheduler = "wlc",
};

static struct ipvs_dest server(uint8_t last, uint32_t weight)
{
	return (struct ipvs_dest){
		.endpoint = { .addr = { .family = AF_INET, .bytes = { 192, 0, 2, last } },
			.port = 80 },
		.method = IPVS_DR,
		.weight = weight,
	};
}

/* A table of one service with servers 1 and 2; weight -1 = not there, no_service = nothing at all.
 */
struct shape {
	bool no_service;
	int weight[2];
};

static void fill(struct ipvs_table *t, const struct shape *shape)
{
	ipvs_table_clear(t);
	if (shape->no_service)
		return;
	ipvs_table_add_service(t, &wlc);
	for (uint8_t i = 0; i < 2; i++) {
		struct ipvs_dest d = server((uint8_t)(i + 1), (uint32_t)shape->weight[i]);

		if (shape->weight[i] >= 0)
			ipvs_table_add_dest(t, &d);
	}
	ipvs_table_sort(t);
}

/* The plan is made from `believed`, executed on `real`. */
static const struct row {
	const char *name;
	struct shape believed, real, desired, after;
	int fail; /* errno of every DEST_NEW, 0 = none */
	size_t surprises, failed, skipped;
} table[] = {
	{ "as believed", { true, { 0 } }, { true, { 0 } }, { false, { 1, 1 } }, { false, { 1, 1 } },
		0, 0, 0, 0 },
	{ "an entry that is there already is set", { true, { 0 } }, { false, { 5, -1 } },
		{ false, { 1, 1 } }, { false, { 1, 1 } }, 0, 2, 0, 0 },
	{ "an entry that is gone is added", { false, { 2, 1 } }, { false, { -1, 1 } },
		{ false, { 1, 1 } }, { false, { 1, 1 } }, 0, 1, 0, 0 },
	{ "removing what is gone is done", { false, { 1, 1 } }, { false, { 1, -1 } },
		{ false, { 1, -1 } }, { false, { 1, -1 } }, 0, 1, 0, 0 },
	{ "removing from a service that is gone is done", { false, { 1, 1 } }, { true, { 0 } },
		{ false, { 1, -1 } }, { true, { 0 } }, 0, 1, 0, 0 },
	{ "a refused addition keeps the last server", { false, { 1, -1 } }, { false, { 1, -1 } },
		{ false, { 0, 1 } }, { false, { 1, -1 } }, ENOMEM, 0, 1, 1 },
	{ "a refused addition does not keep one that is down beside a good one",
		{ false, { 0, 1 } }, { false, { 0, 1 } }, { false, { -1, 1 } },
		{ false, { -1, 1 } }, ENOMEM, 0, 0, 0 },
};

static int fail_new(void *arg, const struct ipvs_op *op)
{
	const int *error = arg;

	return op->type == IPVS_DEST_NEW ? *error : 0;
}

START_TEST(each_surprise_ends_well)
{
	const struct row *row = &table[_i];
	struct ipvs_table believed = { 0 }, desired = { 0 }, after = { 0 };
	int error = row->fail;
	struct ipvs_fake fake = { .fail = fail_new, .arg = &error };
	struct ipvs_kernel kernel = ipvs_fake_kernel(&fake);
	struct ipvs_keys none = { 0 };
	struct ipvs_plan plan = { 0 };
	struct ipvs_write w;
	struct err e = { 0 };
	int results[8];

	fill(&believed, &row->believed);
	fill(&fake.table, &row->real);
	fill(&desired, &row->desired);
	fill(&after, &row->after);
	ipvs_plan_make(&plan, &desired, &believed, &none);
	ck_assert_int_eq(ipvs_write(&kernel, &plan, results, &w, &e), IPVS_DONE);
	ck_assert_msg(w.surprises == row->surprises && w.failed == row->failed &&
			      w.skipped == row->skipped,
		"%s: %zu surprises, %zu failed, %zu skipped", row->name, w.surprises, w.failed,
		w.skipped);
	ipvs_plan_make(&plan, &after, &fake.table, &none);
	ck_assert_msg(plan.count == 0 && fake.table.service_count == after.service_count, "%s",
		row->name);
	ipvs_plan_fini(&plan);
	ipvs_fake_fini(&fake);
	ipvs_table_fini(&believed);
	ipvs_table_fini(&desired);
	ipvs_table_fini(&after);
}
END_TEST

START_TEST(an_unknown_scheduler_is_named)
{
	struct ipvs_table desired = { 0 }, empty = { 0 };
	struct ipvs_service s = wlc;
	struct ipvs_fake fake = { 0 };
	struct ipvs_kernel kernel = ipvs_fake_kernel(&fake);
	struct ipvs_keys none = { 0 };
	struct ipvs_plan plan = { 0 };
	struct ipvs_write w;
	struct err e = { 0 };
	int results[8];

	strcpy(s.scheduler, "no-such-one");
	ipvs_table_add_service(&desired, &s);
	ipvs_table_sort(&desired);
	ipvs_plan_make(&plan, &desired, &empty, &none);
	ck_assert_int_eq(ipvs_write(&kernel, &plan, results, &w, &e), IPVS_DONE);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_ptr_nonnull(
		strstr(w.first_error.text, "the kernel has no scheduler no-such-one"));
	ipvs_plan_fini(&plan);
	ipvs_table_fini(&desired);
}
END_TEST

START_TEST(lost_answers_end_the_plan)
{
	struct ipvs_table desired = { 0 }, empty = { 0 };
	struct ipvs_fake fake = { .status = IPVS_UNKNOWN };
	struct ipvs_kernel kernel = ipvs_fake_kernel(&fake);
	struct ipvs_keys none = { 0 };
	struct ipvs_plan plan = { 0 };
	struct ipvs_write w;
	struct err e = { 0 };
	int results[8];

	fill(&desired, &(struct shape){ .weight = { 1, 1 } });
	ipvs_plan_make(&plan, &desired, &empty, &none);
	ck_assert_int_eq(ipvs_write(&kernel, &plan, results, &w, &e), IPVS_UNKNOWN);
	ck_assert_str_ne(e.text, "");
	fake.status = IPVS_MISSING;
	ck_assert_int_eq(ipvs_write(&kernel, &plan, results, &w, &e), IPVS_MISSING);
	ipvs_plan_fini(&plan);
	ipvs_fake_fini(&fake);
	ipvs_table_fini(&desired);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("ipvs/writer");
	TCase *t = tcase_create("writer");

	tcase_add_loop_test(t, each_surprise_ends_well, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, an_unknown_scheduler_is_named);
	tcase_add_test(t, lost_answers_end_the_plan);
	suite_add_tcase(s, t);
	return s;
}
