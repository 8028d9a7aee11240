/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The IPVS plan, executed against the in-memory kernel: random tables before and after, and the
 * rules that must hold at every single operation.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ipvs/fake.h"
#include "ipvs/writer.h"

#define PAIRS	 4000
#define SERVICES 6 /* different keys that may occur */
#define SERVERS	 5

static uint64_t random_state;

static unsigned dice(unsigned sides)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % sides;
}

static struct ipvs_service service(unsigned i)
{
	struct ipvs_service s = { .key = { .family = AF_INET,
					  .protocol = i % 2 ? IPVS_UDP : IPVS_TCP } };

	if (i == 0)
		s.key.fwmark = 7;
	else
		s.key.endpoint.port = (uint16_t)(80 + i / 2);
	s.key.endpoint.addr.family = AF_INET;
	s.key.endpoint.addr.v4.s_addr = htonl(0xc0000201);
	strcpy(s.scheduler, dice(4) ? "wlc" : "rr");
	if (!dice(4)) {
		s.flags = IPVS_SVC_PERSISTENT;
		s.timeout_s = 300 + dice(2);
	}
	return s;
}

static struct ipvs_dest server(unsigned i)
{
	return (struct ipvs_dest){
		.endpoint = { .addr = { .family = AF_INET, .v4 = { htonl(0xc0000210 + i) } },
			.port = 80 },
		.method = dice(8) ? IPVS_DR : IPVS_TUN,
		.weight = dice(3) * dice(3),
		.upper_threshold = dice(8) ? 0 : 10,
	};
}

/* Each service and each server is there or not; services that are not ours only where allowed. */
static void random_table(struct ipvs_table *t, const struct ipvs_keys *foreign, bool with_foreign)
{
	for (unsigned i = 0; i < SERVICES; i++) {
		struct ipvs_service s = service(i);

		if (!dice(3) || (ipvs_keys_has(foreign, &s.key) && !with_foreign))
			continue;
		ipvs_table_add_service(t, &s);
		for (unsigned j = 0; j < SERVERS; j++) {
			struct ipvs_dest d = server(j);

			if (dice(2))
				ipvs_table_add_dest(t, &d);
		}
	}
	ipvs_table_sort(t);
}

static size_t serving(const struct ipvs_table *t, const struct ipvs_service_key *key)
{
	const struct ipvs_table_service *s = ipvs_table_find(t, key);
	size_t n = 0;

	for (size_t i = 0; s && i < s->count; i++)
		n += t->dests[s->first + i].weight > 0;
	return n;
}

static bool same_service(
	const struct ipvs_table *a, const struct ipvs_table *b, const struct ipvs_service_key *key)
{
	const struct ipvs_table_service *sa = ipvs_table_find(a, key),
					*sb = ipvs_table_find(b, key);

	if (!sa || !sb)
		return !sa && !sb;
	if (!ipvs_service_equal(&sa->service, &sb->service) || sa->count != sb->count)
		return false;
	for (size_t i = 0; i < sa->count; i++)
		if (!ipvs_dest_equal(&a->dests[sa->first + i], &b->dests[sb->first + i]))
			return false;
	return true;
}

/* What must hold at every operation. */
struct rules {
	struct ipvs_table before, desired;
	const struct ipvs_keys *foreign;
};

static void watch(void *arg, const struct ipvs_table *now, const struct ipvs_op *op)
{
	struct rules *r = arg;
	const struct ipvs_service_key *key = &op->service->key;
	const struct ipvs_table_service *was = ipvs_table_find(&r->before, key);

	ck_assert_msg(!ipvs_keys_has(r->foreign, key), "a foreign service was touched");
	if (was && ipvs_table_find(&r->desired, key))
		ck_assert_msg(op->type != IPVS_SVC_NEW && op->type != IPVS_SVC_DEL,
			"a service that stays was removed or added");
	if (serving(&r->before, key) && serving(&r->desired, key))
		ck_assert_msg(serving(now, key) > 0, "a pool was empty in between");
}

static void copy_table(struct ipvs_table *to, const struct ipvs_table *from)
{
	for (size_t i = 0; i < from->service_count; i++) {
		ipvs_table_add_service(to, &from->services[i].service);
		for (size_t j = 0; j < from->services[i].count; j++)
			ipvs_table_add_dest(to, &from->dests[from->services[i].first + j]);
	}
	ipvs_table_sort(to);
}

static void run_plan(struct ipvs_fake *fake, const struct ipvs_plan *plan, struct ipvs_write *w)
{
	struct ipvs_kernel kernel = ipvs_fake_kernel(fake);
	int *results = calloc(plan->count + 1, sizeof(*results));
	struct err e = { 0 };

	ck_assert_int_eq(ipvs_write(&kernel, plan, results, w, &e), IPVS_DONE);
	free(results);
}

START_TEST(any_table_becomes_the_desired_one_without_an_empty_pool)
{
	for (unsigned seed = 1; seed <= PAIRS; seed++) {
		struct ipvs_keys foreign = { 0 }, owned = { 0 };
		struct ipvs_fake fake = { 0 };
		struct ipvs_plan plan = { 0 };
		struct ipvs_write w;
		struct rules r = { .foreign = &foreign };

		random_state = seed;
		for (unsigned i = 0; i < SERVICES; i++) {
			struct ipvs_service s = service(i);

			ipvs_keys_add(dice(3) ? &owned : &foreign, &s.key);
		}
		ipvs_keys_sort(&owned);
		ipvs_keys_sort(&foreign);
		random_table(&r.before, &foreign, true);
		random_table(&r.desired, &foreign, false);
		copy_table(&fake.table, &r.before);
		fake.observe = watch;
		fake.arg = &r;

		/* From a copy: a plan borrows from its tables, and the kernel's changes under it.
		 */
		ipvs_plan_make(&plan, &r.desired, &r.before, &owned);
		run_plan(&fake, &plan, &w);
		ck_assert_uint_eq(w.failed + w.skipped + w.surprises, 0);
		for (unsigned i = 0; i < SERVICES; i++) {
			struct ipvs_service_key key = service(i).key;
			bool is_foreign = ipvs_keys_has(&foreign, &key);

			ck_assert_msg(same_service(&fake.table, is_foreign ? &r.before : &r.desired,
					      &key),
				"seed %u, service %u", seed, i);
		}
		ipvs_plan_make(&plan, &r.desired, &fake.table, &owned);
		ck_assert_uint_eq(plan.count, 0);

		ipvs_plan_fini(&plan);
		ipvs_fake_fini(&fake);
		ipvs_table_fini(&r.before);
		ipvs_table_fini(&r.desired);
		ipvs_keys_fini(&owned);
		ipvs_keys_fini(&foreign);
	}
}
END_TEST

/* A plan made from a wrong idea of the table still ends in the desired one. */
START_TEST(any_mistaken_idea_of_the_table_is_survived)
{
	for (unsigned seed = 1; seed <= PAIRS; seed++) {
		struct ipvs_keys none = { 0 }, owned = { 0 };
		struct ipvs_table believed = { 0 }, desired = { 0 }, seen = { 0 };
		struct ipvs_fake fake = { 0 };
		struct ipvs_plan plan = { 0 };
		struct ipvs_write w;

		random_state = seed;
		for (unsigned i = 0; i < SERVICES; i++) {
			struct ipvs_service s = service(i);

			ipvs_keys_add(&owned, &s.key);
		}
		ipvs_keys_sort(&owned);
		random_table(&believed, &none, true);
		random_table(&desired, &none, true);
		random_table(&fake.table, &none, true);

		ipvs_plan_make(&plan, &desired, &believed, &owned);
		run_plan(&fake, &plan, &w);
		copy_table(&seen, &fake.table); /* the dump that follows failures and surprises */
		ipvs_plan_make(&plan, &desired, &seen, &owned);
		run_plan(&fake, &plan, &w);
		ck_assert_uint_eq(w.failed + w.skipped, 0);
		for (unsigned i = 0; i < SERVICES; i++) {
			struct ipvs_service_key key = service(i).key;

			ck_assert(same_service(&fake.table, &desired, &key));
		}

		ipvs_table_fini(&seen);
		ipvs_plan_fini(&plan);
		ipvs_fake_fini(&fake);
		ipvs_table_fini(&believed);
		ipvs_table_fini(&desired);
		ipvs_keys_fini(&owned);
	}
}
END_TEST

/* One service with the given weights of servers 0, 1, ...; -1 = not there. */
static void pool(struct ipvs_table *t, const int *weights, size_t n)
{
	struct ipvs_service s = { .key = service(2).key, .scheduler = "wlc" };

	ipvs_table_clear(t);
	ipvs_table_add_service(t, &s);
	for (size_t i = 0; i < n; i++) {
		struct ipvs_dest d = { .endpoint = server((unsigned)i).endpoint,
			.method = IPVS_DR };

		if (weights[i] < 0)
			continue;
		d.weight = (uint32_t)weights[i];
		ipvs_table_add_dest(t, &d);
	}
	ipvs_table_sort(t);
}

static const struct row {
	const char *name;
	int before[3], desired[3];
	const char *ops; /* n new, s set, d del; of server 0, 1, 2; | ends the additions */
} table[] = {
	{ "nothing changed, nothing done", { 1, 2, 0 }, { 1, 2, 0 }, "|" },
	{ "a weight is set", { 1, 2, -1 }, { 1, 3, -1 }, "s1|" },
	{ "quiesced comes last", { 1, 1, -1 }, { 1, 0, -1 }, "|s1" },
	{ "back in service comes first", { 0, 0, 1 }, { 1, 0, -1 }, "s0|d2" },
	{ "sorry server before the last goes", { 1, -1, -1 }, { 0, -1, 1 }, "n2|s0" },
	{ "sorry server before the last is removed", { 1, -1, -1 }, { -1, -1, 1 }, "n2|d0" },
	{ "a server that is down is added quiesced", { 1, -1, -1 }, { 1, 0, -1 }, "n1|" },
	{ "all go", { 1, 1, 1 }, { -1, -1, -1 }, "|d0d1d2" },
};

START_TEST(additions_come_before_removals)
{
	const struct row *row = &table[_i];
	struct ipvs_table before = { 0 }, desired = { 0 };
	struct ipvs_keys none = { 0 };
	struct ipvs_plan plan = { 0 };
	char ops[64] = "";
	size_t n = 0;

	pool(&before, row->before, 3);
	pool(&desired, row->desired, 3);
	ipvs_plan_make(&plan, &desired, &before, &none);
	for (size_t i = 0; i <= plan.count; i++) {
		if (i == plan.additions)
			ops[n++] = '|';
		if (i == plan.count)
			break;
		ops[n++] = plan.ops[i].type == IPVS_DEST_NEW   ? 'n'
			   : plan.ops[i].type == IPVS_DEST_SET ? 's'
							       : 'd';
		ops[n++] = (char)('0' + (ntohl(plan.ops[i].dest->endpoint.addr.v4.s_addr) & 0xf));
	}
	ck_assert_msg(!strcmp(ops, row->ops), "%s: %s instead of %s", row->name, ops, row->ops);
	ipvs_plan_fini(&plan);
	ipvs_table_fini(&before);
	ipvs_table_fini(&desired);
}
END_TEST

START_TEST(what_the_kernel_ignores_is_no_difference)
{
	struct ipvs_service a = { .key = service(2).key, .scheduler = "wlc" }, b = a;
	struct ipvs_dest d = { .endpoint = server(1).endpoint, .method = IPVS_DR, .weight = 1 };
	struct ipvs_dest local = d;

	b.timeout_s = 300;
	b.persistence_prefix = 32;
	ck_assert(ipvs_service_equal(&a, &b));
	a.flags = b.flags = IPVS_SVC_PERSISTENT;
	ck_assert(!ipvs_service_equal(&a, &b));
	a.timeout_s = 300;
	ck_assert(ipvs_service_equal(&a, &b));
	b.persistence_prefix = 24;
	ck_assert(!ipvs_service_equal(&a, &b));
	local.method = IPVS_LOCAL;
	ck_assert(ipvs_dest_equal(&d, &local));
	local.weight = 2;
	ck_assert(!ipvs_dest_equal(&d, &local));
}
END_TEST

START_TEST(of_two_equal_entries_the_first_stays)
{
	struct ipvs_table t = { 0 };
	struct ipvs_service s = { .key = service(2).key, .scheduler = "wlc" };
	struct ipvs_dest d = { .endpoint = server(1).endpoint, .weight = 1 };

	ipvs_table_add_service(&t, &s);
	ipvs_table_add_dest(&t, &d);
	d.weight = 2;
	ipvs_table_add_dest(&t, &d);
	ipvs_table_add_service(&t, &s);
	ipvs_table_add_dest(&t, &d);
	ipvs_table_sort(&t);
	ck_assert_uint_eq(t.service_count, 1);
	ck_assert_uint_eq(t.services[0].count, 1);
	ck_assert_uint_eq(t.dests[t.services[0].first].weight, 1);
	ipvs_table_fini(&t);
}
END_TEST

START_TEST(keys_and_operations_read_well)
{
	struct ipvs_service s = { .key = service(2).key, .scheduler = "wlc" };
	struct ipvs_dest was = { .endpoint = server(1).endpoint, .weight = 7 }, is = was;
	struct ipvs_op op = { .type = IPVS_DEST_SET, .service = &s, .dest = &is, .dest_was = &was };
	char buf[IPVS_OP_TEXT_BYTES], key[IPVS_KEY_TEXT_BYTES];

	ck_assert_str_eq(ipvs_service_key_format(&s.key, key), "tcp 192.0.2.1:81");
	ck_assert_str_eq(
		ipvs_service_key_format(
			&(struct ipvs_service_key){ .family = AF_INET6, .fwmark = 5 }, key),
		"fwmark 5 inet6");
	is.weight = 1;
	ck_assert_str_eq(ipvs_op_format(&op, buf),
		"server 192.0.2.17:80 of tcp 192.0.2.1:81: weight 7 -> 1");
	op = (struct ipvs_op){ .type = IPVS_SVC_NEW, .service = &s };
	ck_assert_str_eq(ipvs_op_format(&op, buf), "add service tcp 192.0.2.1:81, scheduler wlc");
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("ipvs/plan");
	TCase *t = tcase_create("plan");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, any_table_becomes_the_desired_one_without_an_empty_pool);
	tcase_add_test(t, any_mistaken_idea_of_the_table_is_survived);
	tcase_add_loop_test(t, additions_come_before_removals, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, what_the_kernel_ignores_is_no_difference);
	tcase_add_test(t, of_two_equal_entries_the_first_stays);
	tcase_add_test(t, keys_and_operations_read_well);
	suite_add_tcase(s, t);
	return s;
}
