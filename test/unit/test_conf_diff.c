/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing configurations: who is who, what changed, and in which order it is told. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

#define INSTANCE(name, rest)                                                                       \
	"vrrp_instance " name " {\n interface eth0\n state BACKUP\n" rest                          \
	"\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
#define SERVER(rest)                                                                               \
	"virtual_server 192.0.2.1 80 {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n" rest      \
	"\n}\n"
#define REAL(address, rest) "real_server " address " 80 {\n" rest "\n}\n"

/* The changes as letters: A add, D del, C change, S same; with the scope of a change behind it. */
static char *letters(const struct conf_change *changes, size_t count)
{
	char *text = calloc(1, 2 * count + 1), *p = text;

	for (size_t i = 0; i < count; i++) {
		*p++ = "ADCS"[changes[i].op];
		if (changes[i].op == CONF_CHANGE)
			*p++ = (char)('0' + changes[i].scope);
	}
	return text;
}

static const struct {
	const char *name, *before, *after, *changes;
} rows[] = {
	{ "nothing", INSTANCE("A", "virtual_router_id 1"), INSTANCE("A", "virtual_router_id 1"),
		"S" },
	{ "a name", INSTANCE("A", "virtual_router_id 1"), INSTANCE("B", "virtual_router_id 1"),
		"C0" },
	{ "another vrid", INSTANCE("A", "virtual_router_id 1"),
		INSTANCE("A", "virtual_router_id 2"), "DA" },
	{ "a default written", INSTANCE("A", "virtual_router_id 1"),
		INSTANCE("A", "virtual_router_id 1\npriority 100"), "S" },
	{ "a priority", INSTANCE("A", "virtual_router_id 1"),
		INSTANCE("A", "virtual_router_id 1\npriority 101"), "C0" },
	{ "a source", INSTANCE("A", "virtual_router_id 1"),
		INSTANCE("A", "virtual_router_id 1\nmcast_src_ip 192.0.2.9"), "C1" },
	{ "a global", INSTANCE("A", "virtual_router_id 1"),
		"global_defs { vrrp_garp_master_delay 1\n }\n" INSTANCE("A", "virtual_router_id 1"),
		"C0" },
	{ "one more", INSTANCE("A", "virtual_router_id 1"),
		INSTANCE("A", "virtual_router_id 1") INSTANCE("B", "virtual_router_id 2"), "SA" },
	{ "one less", INSTANCE("A", "virtual_router_id 1") INSTANCE("B", "virtual_router_id 2"),
		INSTANCE("B", "virtual_router_id 2"), "DS" },
	{ "another order",
		INSTANCE("A", "virtual_router_id 1") INSTANCE("B", "virtual_router_id 2"),
		INSTANCE("B", "virtual_router_id 2") INSTANCE("A", "virtual_router_id 1"), "SS" },
};

START_TEST(instances_are_paired_by_interface_and_vrid)
{
	struct conf *a = conf_text_read(rows[_i].before), *b = conf_text_read(rows[_i].after);
	size_t count;
	struct conf_change *changes = conf_diff(
		&((const struct vrrp_conf *)conf_root(a, &vrrp_section))->instances,
		&((const struct vrrp_conf *)conf_root(b, &vrrp_section))->instances, &count);
	char *text = letters(changes, count);

	ck_assert_msg(strcmp(text, rows[_i].changes) == 0, "%s: %s", rows[_i].name, text);
	free(text);
	free(changes);
	conf_free(a);
	conf_free(b);
}
END_TEST

START_TEST(a_change_names_its_rows)
{
	struct conf *a = conf_text_read(INSTANCE("A", "virtual_router_id 1\nnotify /bin/a"));
	struct conf *b = conf_text_read(INSTANCE("B", "virtual_router_id 1\nnotify /bin/a root"));
	size_t count;
	struct conf_change *ch = conf_diff(
		&((const struct vrrp_conf *)conf_root(a, &vrrp_section))->instances,
		&((const struct vrrp_conf *)conf_root(b, &vrrp_section))->instances, &count);
	const struct conf_block *block = conf_text_instance(a, 0)->obj.block;

	ck_assert_uint_eq(count, 1);
	ck_assert(conf_change_has(ch, block, offsetof(struct vrrp_instance_conf, name)));
	ck_assert(conf_change_has(ch, block, offsetof(struct vrrp_instance_conf, notify)));
	ck_assert(!conf_change_has(ch, block, offsetof(struct vrrp_instance_conf, vips)));
	ck_assert_ptr_eq(ch->old_obj, conf_text_instance(a, 0));
	ck_assert_ptr_eq(ch->new_obj, conf_text_instance(b, 0));
	free(ch);
	conf_free(a);
	conf_free(b);
}
END_TEST

#define WEB(rest) "HTTP_GET {\n url {\n path /\n }\n" rest "\n}\n"

static const struct {
	const char *name, *before, *after, *reals, *checks; /* of the first real server */
} pools[] = {
	{ "nothing", REAL("192.0.2.10", WEB("")), REAL("192.0.2.10", WEB("")), "S", "S" },
	{ "a weight", REAL("192.0.2.10", "weight 1"), REAL("192.0.2.10", "weight 2"), "C0", "" },
	{ "one more", REAL("192.0.2.10", ""), REAL("192.0.2.11", "") REAL("192.0.2.10", ""), "AS",
		"" },
	{ "the timing of a check", REAL("192.0.2.10", WEB("")), REAL("192.0.2.10", WEB("retry 4")),
		"C0", "C0" },
	{ "an inherited timing", REAL("192.0.2.10", WEB("")),
		REAL("192.0.2.10", "retry 4\n" WEB("")), "C0", "C0" },
	{ "the port of a check", REAL("192.0.2.10", WEB("")),
		REAL("192.0.2.10", WEB("connect_port 81")), "C0", "DA" },
	{ "another type", REAL("192.0.2.10", WEB("")), REAL("192.0.2.10", "TCP_CHECK { }"), "C0",
		"DA" },
	{ "two of a kind", REAL("192.0.2.10", "TCP_CHECK { }\nTCP_CHECK { }"),
		REAL("192.0.2.10", "TCP_CHECK { }\nTCP_CHECK { retry 2\n }"), "C0", "SC0" },
	{ "an url", REAL("192.0.2.10", WEB("")), REAL("192.0.2.10", WEB("url { path /2\n }")), "C0",
		"DA" },
};

START_TEST(real_servers_are_paired_by_address_and_checks_by_what_they_ask)
{
	char before[500], after[500], *text;
	struct conf *a, *b;
	struct conf_change *changes;
	size_t count;

	snprintf(before, sizeof(before), SERVER("%s"), pools[_i].before);
	snprintf(after, sizeof(after), SERVER("%s"), pools[_i].after);
	a = conf_text_read(before);
	b = conf_text_read(after);
	changes = conf_diff(&conf_text_virtual(a, 0)->real_servers,
		&conf_text_virtual(b, 0)->real_servers, &count);
	text = letters(changes, count);
	ck_assert_msg(strcmp(text, pools[_i].reals) == 0, "%s: %s", pools[_i].name, text);
	free(text);
	free(changes);
	changes = conf_diff(&conf_text_real(a, 0)->checks, &conf_text_real(b, 0)->checks, &count);
	text = letters(changes, count);
	ck_assert_msg(strcmp(text, pools[_i].checks) == 0, "%s: checks %s", pools[_i].name, text);
	free(text);
	free(changes);
	conf_free(a);
	conf_free(b);
}
END_TEST

START_TEST(equal_values_have_equal_hashes)
{
	struct conf *a = conf_text_read(SERVER(REAL("192.0.2.10", WEB("retry 1"))));
	struct conf *b = conf_text_read(SERVER(REAL("192.0.2.10", WEB(""))));
	struct conf *c = conf_text_read(SERVER(REAL("192.0.2.10", WEB("retry 2"))));
	const struct conf_obj *x = &conf_text_virtual(a, 0)->obj,
			      *y = &conf_text_virtual(b, 0)->obj;
	const struct conf_obj *z = &conf_text_virtual(c, 0)->obj;

	ck_assert(conf_equal(x, y));
	ck_assert_uint_eq(conf_hash(x, false), conf_hash(y, false));
	ck_assert(!conf_equal(x, z));
	ck_assert_uint_ne(conf_hash(x, false), conf_hash(z, false));
	ck_assert_uint_eq(conf_hash(x, true), conf_hash(z, true));
	conf_free(a);
	conf_free(b);
	conf_free(c);
}
END_TEST

/* A file of many real servers; every tenth has another weight in the other file. */
static struct conf *many(unsigned count, unsigned weight)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct conf *c;

	fputs("virtual_server 192.0.2.1 80 { lvs_sched rr\n lvs_method NAT\n protocol TCP\n", out);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "real_server 10.%u.%u.%u 80 {\n weight %u\n TCP_CHECK {\n }\n}\n",
			i >> 16, i >> 8 & 255, i & 255, i % 10 ? 1 : weight);
	fputs("}\n", out);
	fclose(out);
	c = conf_text_read(text);
	free(text);
	return c;
}

/* Quadratic work on so many would take minutes, not the seconds a test may take. */
START_TEST(reading_and_comparing_many_is_linear)
{
	struct conf *a = many(50000, 1), *b = many(50000, 2);
	size_t count, changed = 0;
	struct conf_change *changes = conf_diff(&conf_text_virtual(a, 0)->real_servers,
		&conf_text_virtual(b, 0)->real_servers, &count);

	ck_assert_uint_eq(count, 50000);
	for (size_t i = 0; i < count; i++)
		changed += changes[i].op == CONF_CHANGE;
	ck_assert_uint_eq(changed, 5000);
	free(changes);
	conf_free(a);
	conf_free(b);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_diff");
	TCase *t = tcase_create("diff");

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, instances_are_paired_by_interface_and_vrid, 0, COUNT(rows));
	tcase_add_test(t, a_change_names_its_rows);
	tcase_add_loop_test(
		t, real_servers_are_paired_by_address_and_checks_by_what_they_ask, 0, COUNT(pools));
	tcase_add_test(t, equal_values_have_equal_hashes);
	tcase_add_test(t, reading_and_comparing_many_is_linear);
	suite_add_tcase(s, t);
	return s;
}
