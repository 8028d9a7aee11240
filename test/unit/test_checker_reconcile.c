/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reconciling with an in-memory kernel on a virtual clock: repair, back-off, foreign services,
 * adoption. And the slots of a state page by identity.
 */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "checker/reconcile.h"
#include "checker/slotmap.h"
#include "ipvs/fake.h"

#define SECOND 1000000

static struct ipvs_fake fake;
static struct reconcile rec;
static mono_t now;

static struct ipvs_service service(uint16_t port)
{
	return (struct ipvs_service){
		.key = { .family = AF_INET,
			.protocol = IPVS_TCP,
			.endpoint = { .addr = { .family = AF_INET, .bytes = { 192, 0, 2, 1 } },
				.port = port } },
		.scheduler = "wlc",
	};
}

static struct ipvs_dest server(uint8_t last, uint32_t weight)
{
	return (struct ipvs_dest){
		.endpoint = { .addr = { .family = AF_INET, .bytes = { 192, 0, 2, last } },
			.port = 80 },
		.method = IPVS_DR,
		.weight = weight,
	};
}

static void add(struct ipvs_table *t, uint16_t port, uint32_t weight)
{
	struct ipvs_service s = service(port);
	struct ipvs_dest a = server(11, weight), b = server(12, 1);

	ipvs_table_add_service(t, &s);
	ipvs_table_add_dest(t, &a);
	ipvs_table_add_dest(t, &b);
	ipvs_table_sort(t);
}

/* One service at port 80 is desired, server 11 with this weight. */
static void want(uint32_t weight)
{
	struct ipvs_table *t = reconcile_desired(&rec);

	ipvs_table_clear(t);
	add(t, 80, weight);
	reconcile_changed(&rec);
}

static void setup(void)
{
	struct ipvs_kernel kernel;

	fake = (struct ipvs_fake){ 0 };
	kernel = ipvs_fake_kernel(&fake);
	reconcile_init(&rec, &kernel);
	now = (mono_t){ 100 * SECOND };
}

static void teardown(void)
{
	reconcile_fini(&rec);
	ipvs_fake_fini(&fake);
}

/* Runs what is due until `until`, as the timer would. */
static void run_until(mono_t until)
{
	while (!mono_before(until, rec.next)) {
		if (mono_before(now, rec.next))
			now = rec.next;
		reconcile_run(&rec, now);
	}
	now = until;
}

/* The weight of server 11 of the service at port 80; -1 = not there. */
static int weight_now(void)
{
	struct ipvs_service s = service(80);
	struct ipvs_dest d = server(11, 0);
	const struct ipvs_table_service *at = ipvs_table_find(&fake.table, &s.key);
	const struct ipvs_dest *is = at ? ipvs_table_find_dest(&fake.table, at, &d.endpoint) : NULL;

	return is ? (int)is->weight : -1;
}

static void by_hand(enum ipvs_op_type type, uint16_t port, uint32_t weight)
{
	struct ipvs_service s = service(port);
	struct ipvs_dest d = server(11, weight);

	ck_assert_int_eq(
		ipvs_fake_apply(&fake, &(struct ipvs_op){ .type = type,
					       .service = &s,
					       .dest = type >= IPVS_DEST_NEW ? &d : NULL }),
		0);
}

START_TEST(changes_are_written_at_once_and_need_no_dump)
{
	size_t dumps;

	want(1);
	reconcile_run(&rec, now);
	ck_assert_int_eq(weight_now(), 1);
	dumps = fake.dumps;
	for (uint32_t w = 2; w < 20; w++) {
		want(w);
		reconcile_run(&rec, now);
		ck_assert_int_eq(weight_now(), (int)w);
	}
	ck_assert_uint_eq(fake.dumps, dumps);
	ck_assert_uint_eq(rec.status.state, KERNEL_OK);
	ck_assert_uint_eq(rec.status.repaired, 0);
}
END_TEST

START_TEST(what_somebody_changed_is_repaired_within_the_interval)
{
	want(3);
	reconcile_run(&rec, now);
	by_hand(IPVS_DEST_SET, 80, 7);
	run_until(mono_add(now, span_s(5)));
	ck_assert_int_eq(weight_now(), 3);
	ck_assert_uint_eq(rec.status.repaired, 1);
	by_hand(IPVS_SVC_DEL, 80, 0);
	run_until(mono_add(now, span_s(5)));
	ck_assert_int_eq(weight_now(), 3);
	ck_assert_uint_eq(rec.status.repaired, 4); /* the service and two servers */
	ck_assert_uint_eq(rec.status.state, KERNEL_OK);
}
END_TEST

START_TEST(changes_do_not_put_off_the_audit)
{
	want(1);
	reconcile_run(&rec, now);
	by_hand(IPVS_SVC_NEW, 99, 0);
	for (uint32_t i = 0; i < 60; i++) {
		now = mono_add(now, span_ms(100));
		want(1 + i % 2);
		reconcile_run(&rec, now);
	}
	ck_assert_uint_eq(rec.status.foreign, 1);
}
END_TEST

START_TEST(a_change_by_hand_that_meets_ours_is_found_at_once)
{
	want(3);
	reconcile_run(&rec, now);
	by_hand(IPVS_SVC_DEL, 80, 0);
	want(4);
	reconcile_run(&rec, now);
	run_until(now);
	ck_assert_int_eq(weight_now(), 4);
}
END_TEST

START_TEST(foreign_services_stay)
{
	by_hand(IPVS_SVC_NEW, 99, 0);
	by_hand(IPVS_DEST_NEW, 99, 5);
	want(1);
	reconcile_run(&rec, now);
	run_until(mono_add(now, span_s(30)));
	ck_assert_uint_eq(rec.status.foreign, 1);
	ck_assert_uint_eq(fake.table.service_count, 2);
	ck_assert_int_eq(reconcile_withdraw(&rec, NULL), 0);
	ck_assert_uint_eq(fake.table.service_count, 1);
	ck_assert_uint_eq(fake.table.services[0].service.key.endpoint.port, 99);
	ck_assert_uint_eq(fake.table.services[0].count, 1);
}
END_TEST

START_TEST(what_is_not_declared_any_more_is_removed)
{
	struct ipvs_table *t = reconcile_desired(&rec);

	want(1);
	add(t, 81, 1);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(fake.table.service_count, 2);
	want(1);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(fake.table.service_count, 1);
	ipvs_table_clear(t);
	reconcile_changed(&rec);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(fake.table.service_count, 0);
}
END_TEST

START_TEST(a_table_that_is_right_is_adopted_without_an_operation)
{
	struct ipvs_service gone = service(81);
	size_t ops;

	add(&fake.table, 80, 1);
	add(&fake.table, 81, 1);
	reconcile_own(&rec, &gone.key); /* declared by the process before us, not by us */
	want(1);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(fake.ops, 1);
	ck_assert_uint_eq(fake.table.service_count, 1);
	ops = fake.ops;
	run_until(mono_add(now, span_s(60)));
	ck_assert_uint_eq(fake.ops, ops);
	ck_assert_uint_eq(rec.status.repaired, 0);
}
END_TEST

START_TEST(a_kernel_without_ipvs_is_asked_again_with_back_off)
{
	mono_t begin = now;
	size_t dumps;

	fake.status = IPVS_MISSING;
	want(1);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(rec.status.state, KERNEL_MISSING);
	for (uint32_t i = 0; i < 50; i++) { /* changes do not make it ask more often */
		want(i);
		reconcile_run(&rec, now);
	}
	run_until(mono_add(begin, span_s(300)));
	dumps = fake.dumps;
	ck_assert_uint_ge(dumps, 12);
	ck_assert_uint_le(dumps, 18); /* 1 + 1 2 4 8 16 30 30 ... */
	fake.status = IPVS_DONE;
	run_until(mono_add(now, span_s(31)));
	ck_assert_uint_eq(rec.status.state, KERNEL_OK);
	ck_assert_int_eq(weight_now(), 49);
	run_until(mono_add(now, span_s(10)));
	ck_assert_uint_eq(rec.status.repaired, 0);
	ck_assert_int_eq(reconcile_withdraw(&rec, NULL), 0);
}
END_TEST

START_TEST(lost_answers_lead_to_a_look_at_once)
{
	want(1);
	reconcile_run(&rec, now);
	fake.status = IPVS_UNKNOWN;
	want(2);
	reconcile_run(&rec, now);
	ck_assert_int_eq(rec.next.us, now.us);
	fake.status = IPVS_DONE;
	run_until(now);
	ck_assert_uint_eq(rec.status.state, KERNEL_OK);
	ck_assert_int_eq(weight_now(), 2);
}
END_TEST

static int fail_weight_9(void *arg, const struct ipvs_op *op)
{
	(void)arg;
	return op->dest && op->dest->weight == 9 ? ENOMEM : 0;
}

START_TEST(a_refused_entry_is_tried_again_and_stops_nothing_else)
{
	fake.fail = fail_weight_9;
	want(1);
	reconcile_run(&rec, now);
	want(9);
	add(reconcile_desired(&rec), 81, 1);
	reconcile_run(&rec, now);
	ck_assert_uint_eq(rec.status.state, KERNEL_FAILED);
	ck_assert_int_eq(rec.status.sysno, ENOMEM);
	ck_assert_int_eq(weight_now(), 1);
	ck_assert_uint_eq(fake.table.service_count, 2);
	want(2); /* a new wish is not held up */
	reconcile_run(&rec, now);
	ck_assert_int_eq(weight_now(), 2);
	ck_assert_uint_eq(rec.status.state, KERNEL_OK);
	ck_assert_uint_eq(
		fake.table.service_count, 1); /* though the last one was never all there */
}
END_TEST

/* Meanwhile somebody else damages what is ours, and takes the name of what was. */
START_TEST(beside_a_refused_entry_the_rest_is_looked_after_as_ever)
{
	struct ipvs_table *t = reconcile_desired(&rec);

	want(1);
	add(t, 81, 1);
	reconcile_run(&rec, now);
	want(3);
	add(t, 82, 9);
	fake.fail = fail_weight_9;
	reconcile_run(&rec, now);
	run_until(mono_add(now, span_s(120)));
	ck_assert_uint_eq(rec.status.state, KERNEL_FAILED);
	ck_assert_uint_eq(fake.table.service_count, 2); /* 81 is gone */
	by_hand(IPVS_SVC_NEW, 81, 0);
	by_hand(IPVS_DEST_SET, 80, 7);
	run_until(mono_add(now, span_s(5)));
	ck_assert_int_eq(weight_now(), 3);
	ck_assert_uint_eq(fake.table.service_count, 3); /* and this one is not ours any more */
}
END_TEST

static enum ipvs_status (*quick_dump)(
	void *self, const struct ipvs_keys *wanted, struct ipvs_table *t, struct err *e);

/* The process stands still while it looks. */
static enum ipvs_status stalled_dump(
	void *self, const struct ipvs_keys *wanted, struct ipvs_table *t, struct err *e)
{
	usleep(200000);
	return quick_dump(self, wanted, t, e);
}

START_TEST(an_audit_that_was_held_up_does_not_put_off_the_next)
{
	want(1);
	quick_dump = rec.kernel.dump;
	rec.kernel.dump = stalled_dump;
	reconcile_run(&rec, now);
	ck_assert_int_le(rec.next.us, mono_add(now, span_s(5)).us);
}
END_TEST

/* ---- slots ---- */

struct value {
	uint64_t id, payload;
};

static uint64_t value_id(const void *value)
{
	return ((const struct value *)value)->id;
}

static void note(void *arg, uint32_t slot, const void *value)
{
	const struct value *v = value;

	(void)slot;
	*(uint64_t *)arg += v->payload;
}

static bool put(struct slotmap *m, uint64_t id, uint64_t payload)
{
	struct value v = { id, payload };

	return slotmap_write(m, id, &v);
}

START_TEST(slots_are_found_again_and_reused)
{
	enum { SLOTS = 8 };
	const struct value empty = { 0 };
	struct page writer = { 0 }, successor = { 0 };
	struct slotmap m = { 0 };
	struct value v;
	uint64_t sum = 0;
	struct err e = { 0 };
	int fd = page_create("test", sizeof(struct value), SLOTS, &e);

	ck_assert_int_eq(page_open(&writer, fd, sizeof(v), SLOTS, true, &e), 0);
	slotmap_open(&m, &writer, SLOTS, &v, value_id, NULL, NULL);
	slotmap_begin(&m);
	for (uint64_t i = 1; i <= 5; i++)
		put(&m, i, 10 * i);
	slotmap_sweep(&m, &empty);
	slotmap_begin(&m);
	put(&m, 2, 20);
	put(&m, 4, 41);
	slotmap_sweep(&m, &empty);
	put(&m, 6, 60); /* takes the first place that is free */
	ck_assert_uint_eq(slotmap_get(&m, 6), 0);
	ck_assert_uint_eq(slotmap_get(&m, 4), 3);
	page_close(&writer);
	slotmap_fini(&m);

	ck_assert_int_eq(page_open(&successor, fd, sizeof(v), SLOTS, true, &e), 0);
	slotmap_open(&m, &successor, SLOTS, &v, value_id, note, &sum);
	ck_assert_uint_eq(sum, 20 + 41 + 60);
	ck_assert_uint_eq(slotmap_get(&m, 4), 3);
	for (uint64_t i = 100; i < 105; i++)
		put(&m, i, 1);
	ck_assert_uint_eq(slotmap_get(&m, 999), IDMAP_NONE); /* full */
	ck_assert(!put(&m, 999, 1));
	slotmap_begin(&m);
	put(&m, 4, 42);
	slotmap_sweep(&m, &empty); /* makes room */
	ck_assert(put(&m, 999, 1));
	slotmap_fini(&m);
	page_close(&successor);
	close(fd);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/reconcile");
	TCase *t = tcase_create("reconcile"), *p = tcase_create("slots");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, changes_are_written_at_once_and_need_no_dump);
	tcase_add_test(t, what_somebody_changed_is_repaired_within_the_interval);
	tcase_add_test(t, changes_do_not_put_off_the_audit);
	tcase_add_test(t, a_change_by_hand_that_meets_ours_is_found_at_once);
	tcase_add_test(t, foreign_services_stay);
	tcase_add_test(t, what_is_not_declared_any_more_is_removed);
	tcase_add_test(t, a_table_that_is_right_is_adopted_without_an_operation);
	tcase_add_test(t, a_kernel_without_ipvs_is_asked_again_with_back_off);
	tcase_add_test(t, lost_answers_lead_to_a_look_at_once);
	tcase_add_test(t, a_refused_entry_is_tried_again_and_stops_nothing_else);
	tcase_add_test(t, beside_a_refused_entry_the_rest_is_looked_after_as_ever);
	tcase_add_test(t, an_audit_that_was_held_up_does_not_put_off_the_next);
	suite_add_tcase(s, t);
	tcase_add_test(p, slots_are_found_again_and_reused);
	suite_add_tcase(s, p);
	return s;
}
