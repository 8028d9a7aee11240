/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipvs/genl.c against a real kernel, as root where ip_vs can be loaded (the lab's machine): writes
 * tables, reads them back, compares. Prints one "ok" line per rule; exit status 1 if one is broken.
 * `ipvs_real reload` also unloads and loads the module in between. `ipvs_real missing` is for
 * kernels without IPVS. It takes and leaves an empty table.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mono.h"
#include "ipvs/genl.h"
#include "ipvs/writer.h"

#define MANY	     1500
#define DETAIL_BYTES (ERR_TEXT_BYTES + 80)

static int failures;

static void ok(bool is_ok, const char *rule, const char *detail)
{
	printf("%s - %s%s%s\n", is_ok ? "ok" : "not ok", rule, detail[0] ? ": " : "", detail);
	failures += !is_ok;
}

static struct endpoint endpoint(const char *address, uint16_t port)
{
	struct endpoint ep = { .port = port };

	addr_parse(address, &ep.addr);
	return ep;
}

static struct ipvs_service service(
	enum ipvs_protocol protocol, const char *address, uint16_t port, const char *scheduler)
{
	struct ipvs_service s = { .key = { .protocol = (uint16_t)protocol,
					  .endpoint = endpoint(address, port) } };

	s.key.family = s.key.endpoint.addr.family;
	snprintf(s.scheduler, sizeof(s.scheduler), "%s", scheduler);
	return s;
}

static struct ipvs_dest dest(
	const char *address, uint16_t port, enum ipvs_method method, uint32_t weight)
{
	return (struct ipvs_dest){
		.endpoint = endpoint(address, port), .method = method, .weight = weight
	};
}

static void add(struct ipvs_table *t, struct ipvs_service s, struct ipvs_dest *dests, size_t n)
{
	ipvs_table_add_service(t, &s);
	for (size_t i = 0; i < n; i++)
		ipvs_table_add_dest(t, &dests[i]);
}

/* Makes the kernel's table so, reads it back and plans again: nothing must be left to do. */
static bool reach(const struct ipvs_kernel *k, struct ipvs_table *desired, struct ipvs_keys *owned,
	char *detail, size_t bytes)
{
	struct ipvs_table actual = { 0 };
	struct ipvs_plan plan = { 0 };
	struct ipvs_write w = { 0 };
	struct err e = { 0 };
	char text[IPVS_OP_TEXT_BYTES] = "";
	int *results = NULL;
	bool is_ok = false;
	mono_t begin;
	size_t ops;

	ipvs_table_sort(desired);
	for (size_t i = 0; i < desired->service_count; i++)
		ipvs_keys_add(owned, &desired->services[i].service.key);
	ipvs_keys_sort(owned);
	if (k->dump(k->self, owned, &actual, &e) != IPVS_DONE)
		goto out;
	ipvs_plan_make(&plan, desired, &actual, owned);
	ops = plan.count;
	results = calloc(plan.count + 1, sizeof(*results));
	begin = mono_now();
	if (ipvs_write(k, &plan, results, &w, &e) != IPVS_DONE)
		goto out;
	snprintf(detail, bytes, "%zu operations in %.1f ms", ops,
		1e3 * span_seconds(mono_sub(mono_now(), begin)));
	if (w.failed || w.skipped || w.surprises) {
		e = w.first_error;
		goto out;
	}
	begin = mono_now();
	if (k->dump(k->self, owned, &actual, &e) != IPVS_DONE)
		goto out;
	ipvs_plan_make(&plan, desired, &actual, owned);
	if (plan.count)
		ipvs_op_format(&plan.ops[0], text);
	is_ok = !plan.count;
	snprintf(detail + strlen(detail), bytes - strlen(detail), ", read back in %.1f ms%s%s",
		1e3 * span_seconds(mono_sub(mono_now(), begin)),
		is_ok ? "" : ", still to do: ", text);
out:
	if (e.text[0])
		snprintf(detail, bytes, "%s", e.text);
	free(results);
	ipvs_plan_fini(&plan);
	ipvs_table_fini(&actual);
	ipvs_table_clear(desired);
	return is_ok;
}

static void check_variety(const struct ipvs_kernel *k, struct ipvs_keys *owned)
{
	/* All but twos, which Debian's kernel does not have. */
	static const char *const schedulers[] = { "rr", "wrr", "lc", "wlc", "lblc", "sh", "mh",
		"dh", "fo", "ovf", "lblcr", "sed", "nq" };
	struct ipvs_dest v4[] = { dest("192.0.2.10", 80, IPVS_DR, 1),
		dest("192.0.2.11", 80, IPVS_DR, 0) };
	struct ipvs_dest v6[] = { dest("2001:db8::10", 80, IPVS_NAT, 3),
		dest("2001:db8::11", 8080, IPVS_NAT, 65535) };
	struct ipvs_dest mixed[] = { dest("2001:db8::10", 80, IPVS_TUN, 1),
		dest("192.0.2.10", 80, IPVS_TUN, 1) };
	struct ipvs_dest local[] = { dest("127.0.0.1", 80, IPVS_DR, 1) };
	struct ipvs_table t = { 0 };
	struct ipvs_service s;
	char detail[DETAIL_BYTES] = "";
	bool is_ok;

	for (uint16_t i = 0; i < sizeof(schedulers) / sizeof(schedulers[0]); i++)
		add(&t, service(IPVS_TCP, "192.0.2.1", (uint16_t)(100 + i), schedulers[i]), v4, 2);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "every scheduler", detail);

	add(&t, service(IPVS_UDP, "192.0.2.1", 53, "rr"), v4, 2);
	add(&t, service(IPVS_SCTP, "192.0.2.1", 80, "rr"), v4, 1);
	add(&t, service(IPVS_TCP, "2001:db8::1", 80, "wlc"), v6, 2);
	add(&t, service(IPVS_TCP, "192.0.2.2", 80, "wlc"), mixed, 2);
	add(&t, service(IPVS_TCP, "192.0.2.3", 80, "wlc"), local, 1);
	s = (struct ipvs_service){ .key = { .family = AF_INET, .fwmark = 5 }, .scheduler = "wlc" };
	add(&t, s, v4, 2);
	s.key.family = AF_INET6;
	add(&t, s, v6, 2);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "protocols, families, marks, methods, an address of this host", detail);

	s = service(IPVS_TCP, "192.0.2.4", 80, "sh");
	s.flags = IPVS_SVC_PERSISTENT | IPVS_SVC_SCHED1 | IPVS_SVC_SCHED2;
	s.timeout_s = 300;
	s.persistence_prefix = 24;
	v4[0].upper_threshold = 100;
	v4[0].lower_threshold = 50;
	add(&t, s, v4, 2);
	s = service(IPVS_TCP, "2001:db8::2", 0, "wlc");
	s.flags = IPVS_SVC_PERSISTENT;
	s.timeout_s = 360;
	s.persistence_prefix = 64;
	add(&t, s, v6, 2);
	s = service(IPVS_UDP, "192.0.2.4", 5060, "wlc");
	s.flags = IPVS_SVC_PERSISTENT;
	s.timeout_s = 60;
	snprintf(s.engine, sizeof(s.engine), "sip");
	add(&t, s, v4, 2);
	s = service(IPVS_UDP, "192.0.2.4", 53, "rr");
	s.flags = IPVS_SVC_ONEPACKET;
	add(&t, s, v4, 2);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "flags, persistence, prefixes, engine, thresholds", detail);

	s = service(IPVS_TCP, "192.0.2.4", 80, "wlc");
	v4[0] = dest("192.0.2.10", 80, IPVS_NAT, 7);
	v4[1].weight = 2;
	add(&t, s, v4, 2);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "what exists is edited", detail);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "and removed", detail);
	ipvs_table_fini(&t);
}

static void check_many(const struct ipvs_kernel *k, struct ipvs_keys *owned)
{
	struct ipvs_service s = service(IPVS_TCP, "192.0.2.5", 80, "wlc");
	struct ipvs_table t = { 0 }, desired = { 0 }, empty = { 0 };
	struct ipvs_plan plan = { 0 };
	struct ipvs_write w;
	struct err e = { 0 };
	char detail[DETAIL_BYTES] = "";
	int *results;
	bool is_ok;

	for (int pass = 0; pass < 2; pass++) {
		struct ipvs_table *into = pass ? &desired : &t;

		ipvs_table_add_service(into, &s);
		for (uint16_t i = 0; i < MANY; i++) {
			struct ipvs_dest d = dest("192.0.2.10", (uint16_t)(1000 + i), IPVS_NAT, 1);

			ipvs_table_add_dest(into, &d);
		}
	}
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "many servers in batches", detail);

	/* All of it once more, from the belief that there is nothing: every operation fails at
	 * first. */
	ipvs_table_sort(&desired);
	ipvs_plan_make(&plan, &desired, &empty, owned);
	results = calloc(plan.count + 1, sizeof(*results));
	is_ok = ipvs_write(k, &plan, results, &w, &e) == IPVS_DONE && !w.failed &&
		w.surprises == MANY + 1;
	snprintf(detail, sizeof(detail), "%zu surprises %s", w.surprises, e.text);
	ok(is_ok, "every error of a batch is heard", detail);
	free(results);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "many removed with their service", detail);
	ipvs_plan_fini(&plan);
	ipvs_table_fini(&t);
	ipvs_table_fini(&desired);
}

static int result_of(const struct ipvs_kernel *k, enum ipvs_op_type type, struct ipvs_service s,
	struct ipvs_dest d)
{
	struct ipvs_op op = {
		.type = type, .service = &s, .dest = type >= IPVS_DEST_NEW ? &d : NULL
	};
	const struct ipvs_op *ops[] = { &op };
	struct err e = { 0 };
	int result = -1;

	return k->apply(k->self, ops, 1, &result, &e) == IPVS_DONE ? result : -1;
}

/* The errors that fake.c promises are those of the kernel. */
static void check_errors(const struct ipvs_kernel *k)
{
	struct ipvs_service s = service(IPVS_TCP, "192.0.2.6", 80, "wlc");
	struct ipvs_service unknown = service(IPVS_TCP, "192.0.2.7", 80, "no-such");
	struct ipvs_dest d = dest("192.0.2.10", 80, IPVS_DR, 1), bad = d;
	struct ipvs_dest v6 = dest("2001:db8::10", 80, IPVS_DR, 1);

	bad.lower_threshold = 5;
	ok(result_of(k, IPVS_SVC_SET, s, d) == ESRCH, "set a missing service: ESRCH", "");
	ok(result_of(k, IPVS_SVC_DEL, s, d) == ESRCH, "remove a missing service: ESRCH", "");
	ok(result_of(k, IPVS_DEST_NEW, s, d) == ESRCH, "server of a missing service: ESRCH", "");
	ok(result_of(k, IPVS_SVC_NEW, unknown, d) == ENOENT, "unknown scheduler: ENOENT", "");
	ok(result_of(k, IPVS_SVC_NEW, s, d) == 0, "new service", "");
	ok(result_of(k, IPVS_SVC_NEW, s, d) == EEXIST, "new again: EEXIST", "");
	ok(result_of(k, IPVS_DEST_SET, s, d) == ENOENT, "set a missing server: ENOENT", "");
	ok(result_of(k, IPVS_DEST_DEL, s, d) == ENOENT, "remove a missing server: ENOENT", "");
	ok(result_of(k, IPVS_DEST_NEW, s, bad) == ERANGE, "thresholds: ERANGE", "");
	ok(result_of(k, IPVS_DEST_NEW, s, v6) == EINVAL, "another family without a tunnel: EINVAL",
		"");
	ok(result_of(k, IPVS_DEST_NEW, s, d) == 0, "new server", "");
	ok(result_of(k, IPVS_DEST_NEW, s, d) == EEXIST, "new again: EEXIST", "");
	ok(result_of(k, IPVS_SVC_DEL, s, d) == 0, "remove service", "");
}

static void check_foreign(const struct ipvs_kernel *k, struct ipvs_keys *owned)
{
	struct ipvs_service foreign = service(IPVS_TCP, "192.0.2.8", 80, "wlc");
	struct ipvs_dest d = dest("192.0.2.10", 80, IPVS_DR, 1);
	struct ipvs_table t = { 0 }, actual = { 0 };
	struct err e = { 0 };
	char detail[DETAIL_BYTES] = "";
	bool is_ok;

	result_of(k, IPVS_SVC_NEW, foreign, d);
	result_of(k, IPVS_DEST_NEW, foreign, d);
	add(&t, service(IPVS_TCP, "192.0.2.9", 80, "wlc"), &d, 1);
	is_ok = reach(k, &t, owned, detail, sizeof(detail)) &&
		reach(k, &t, owned, detail, sizeof(detail)) &&
		k->dump(k->self, NULL, &actual, &e) == IPVS_DONE && actual.service_count == 1 &&
		actual.services[0].count == 1;
	ok(is_ok, "a foreign service stays", e.text);
	result_of(k, IPVS_SVC_DEL, foreign, d);
	ipvs_table_fini(&actual);
	ipvs_table_fini(&t);
}

static void check_reload(const struct ipvs_kernel *k, struct ipvs_keys *owned)
{
	struct ipvs_service s = service(IPVS_TCP, "192.0.2.6", 80, "wlc");
	struct ipvs_dest d = dest("192.0.2.10", 80, IPVS_DR, 1);
	const struct ipvs_op op = { .type = IPVS_DEST_DEL, .service = &s, .dest = &d };
	const struct ipvs_op *ops[] = { &op };
	struct ipvs_table t = { 0 };
	struct err e = { 0 };
	char detail[DETAIL_BYTES] = "";
	int result;
	bool is_ok;

	add(&t, s, &d, 1);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "before the module is unloaded", detail);
	if (system("ipvsadm -C; awk '/^ip_vs_/{print $1}' /proc/modules | xargs -r rmmod; "
		   "rmmod ip_vs && modprobe ip_vs") != 0)
		ok(false, "unload and load ip_vs", "");
	is_ok = k->apply(k->self, ops, 1, &result, &e) != IPVS_DONE;
	ok(is_ok, "the family has another number: the outcome is unknown", e.text);
	add(&t, s, &d, 1);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "the table is written again", detail);
	is_ok = reach(k, &t, owned, detail, sizeof(detail));
	ok(is_ok, "and removed", detail);
	ipvs_table_fini(&t);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct ipvs_genl *g = ipvs_genl_open(&e);
	struct ipvs_keys owned = { 0 };
	struct ipvs_table t = { 0 };
	struct ipvs_kernel k;
	enum ipvs_status status;

	if (!g) {
		ok(false, "socket", e.text);
		return 1;
	}
	k = ipvs_genl_kernel(g);
	status = k.dump(k.self, NULL, &t, &e);
	if (argc > 1 && !strcmp(argv[1], "missing")) {
		ok(status == IPVS_MISSING, "a kernel without IPVS is told apart", e.text);
		ipvs_table_fini(&t);
		ipvs_genl_close(g);
		return failures != 0;
	}
	ok(status == IPVS_DONE, "the kernel's table is read", e.text);
	ok(t.service_count == 0, "it is empty", "");
	if (status == IPVS_DONE && t.service_count == 0) {
		check_variety(&k, &owned);
		check_many(&k, &owned);
		check_errors(&k);
		check_foreign(&k, &owned);
		if (argc > 1 && !strcmp(argv[1], "reload"))
			check_reload(&k, &owned);
	}
	ipvs_keys_fini(&owned);
	ipvs_table_fini(&t);
	ipvs_genl_close(g);
	return failures != 0;
}
