/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One configuration with every keyword of VRRP: all of them get into their fields, survive
 * printing, and follow from one another as the rules have it. Also the rules whose results no
 * message shows, and that rules between thousands of objects stay fast.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/value.h"
#include "core/mono.h"
#include "test/unit/conf_random.h"
#include "test/unit/unit.h"
#include "vrrp/schema.h"

static const struct conf_section *const vrrp_only[] = { &vrrp_section, NULL };

/* ---- reading ---- */

static char *report_text(const struct conf_report *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_report_print(r, out);
	fclose(out);
	return text;
}

static struct conf *read_text(const char *text, bool is_canonical, char **report)
{
	const struct conf_params params = {
		.sections = vrrp_only, .is_canonical = is_canonical, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_text("test.conf", text, strlen(text), &params, r);

	*report = report_text(r);
	conf_report_free(r);
	ck_assert_msg(c != NULL, "%s", *report);
	return c;
}

static struct conf *read_quietly(const char *text)
{
	char *report;
	struct conf *c = read_text(text, false, &report);

	free(report);
	return c;
}

static const struct vrrp_conf *root_of(const struct conf *c)
{
	return (const struct vrrp_conf *)conf_root(c, &vrrp_section);
}

static char *every_keyword(void)
{
	const char *top = getenv("srcdir");
	char path[300], *text = NULL;
	size_t len = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/test/golden/vrrp/every-keyword.conf", top ? top : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	ck_assert(getdelim(&text, &len, '\0', f) > 0);
	fclose(f);
	return text;
}

/* ---- every keyword ---- */

/* Is there an object of the block in which the row is written? */
static bool is_written(const struct conf_obj *obj, const struct conf_block *block, unsigned row)
{
	if (obj->block == block && bit_get(obj->set, row))
		return true;
	for (unsigned i = 0; i < row_count(obj->block); i++) {
		struct obj_list in = row_objects(obj, i);

		for (size_t j = 0; j < in.count; j++)
			if (is_written(in.items[j], block, row))
				return true;
	}
	return false;
}

/* The options of addresses, routes and rules have a test of their own. */
static bool is_of_iproute(const struct conf_block *block)
{
	const struct conf_block *const blocks[] = { &vrrp_vip_block, &vrrp_excluded_block,
		&vrrp_static_address_block, &vrrp_route_block, &vrrp_static_route_block,
		&vrrp_rule_block, &vrrp_static_rule_block };

	for (size_t i = 0; i < COUNT(blocks); i++)
		if (block == blocks[i])
			return true;
	return false;
}

static void all_written(const struct conf_obj *root, const struct conf_block *block)
{
	for (unsigned i = 0; i < row_count(block) && !is_of_iproute(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if ((row->flags & CONF_GENERATED) || row->state == CONF_OBSOLETE)
			continue;
		ck_assert_msg(row->type != &conf_type_none, "%s: %s is no full row", block->name,
			row->name);
		ck_assert_msg(is_written(root, block, i), "%s: %s is not in the file, or not read",
			block->name, row->name);
		if (row->type->flags & TYPE_BLOCK)
			all_written(root, row->param);
	}
}

START_TEST(every_keyword_gets_into_its_field)
{
	char *text = every_keyword();
	struct conf *c = read_quietly(text);

	all_written(conf_root(c, &vrrp_section), vrrp_section.root);
	conf_free(c);
	free(text);
}
END_TEST

START_TEST(nothing_is_said_of_what_is_right)
{
	char *text = every_keyword(), *report, *line;
	struct conf *c = read_text(text, false, &report);

	for (line = strtok(report, "\n"); line; line = strtok(NULL, "\n")) {
		if (!strstr(line, "warning: ") && !strstr(line, "error: "))
			continue;
		/* Two instances that have not much in common are in one group. */
		ck_assert_msg(strstr(line, "not supported yet") || strstr(line, "is obsolete") ||
				      strstr(line, "outside has another"),
			"%s", line);
	}
	conf_free(c);
	free(report);
	free(text);
}
END_TEST

START_TEST(every_keyword_survives_printing)
{
	char *text = every_keyword(), *report, *canonical, *again;
	struct conf *c = read_quietly(text), *back;
	size_t len, again_len;

	canonical = conf_print_text(c, &vrrp_section, &len);
	back = read_text(canonical, true, &report);
	ck_assert(conf_equal(conf_root(c, &vrrp_section), conf_root(back, &vrrp_section)));
	again = conf_print_text(back, &vrrp_section, &again_len);
	ck_assert_str_eq(canonical, again);
	all_written(conf_root(back, &vrrp_section), vrrp_section.root);
	conf_free(back);
	conf_free(c);
	free(again);
	free(canonical);
	free(report);
	free(text);
}
END_TEST

/* ---- some of the fields ---- */

static void check_inside(const struct vrrp_instance_conf *i)
{
	const struct vrrp_track_conf *t;

	ck_assert_str_eq(i->sync_group->name, "both");
	ck_assert_str_eq(i->authentication->pass, "secret");
	ck_assert_int_eq(i->advert_int.us, 2000000);
	ck_assert_uint_eq(i->timer_expired_backup, 3);
	ck_assert_str_eq(i->use_vmac.name, "vrrp.51");
	ck_assert_uint_eq(i->use_vmac.mac_len, 6);
	ck_assert_uint_eq(i->use_vmac.mac[5], 0x33);
	ck_assert(i->use_vmac.is_announced);
	ck_assert_uint_eq(i->use_vmac.group, 7);
	ck_assert_int_eq(i->garp_extra_if.every.us, 10000000);
	ck_assert(!i->garp_extra_if.is_all);
	ck_assert_uint_eq(i->tracks.lists[TRACK_INTERFACE].count, 3);
	t = i->tracks.lists[TRACK_SCRIPT].items[0];
	ck_assert_str_eq(((const struct vrrp_script_conf *)t->target)->name, "gateway");
	ck_assert_int_eq(t->weight.value, -30); /* that of the script */
	t = i->tracks.lists[TRACK_SCRIPT].items[1];
	ck_assert_int_eq(t->weight.value, -20);
	ck_assert(t->weight.is_reverse);
	t = i->tracks.lists[TRACK_FILE].items[0];
	ck_assert_int_eq(t->weight.value, 2);
	ck_assert(t->weight.is_reverse);
}

static void check_outside(const struct vrrp_instance_conf *i, const struct vrrp_conf *v)
{
	const struct vrrp_peer_conf *peer = i->peers.items[1];
	const struct vrrp_hmac_key_conf *key = i->auth_hmac->keys.items[2];

	ck_assert_ptr_null(i->interface);
	ck_assert_uint_eq(i->peers.count, 2);
	ck_assert_uint_eq(peer->min_ttl, 250);
	ck_assert_uint_eq(i->old_unicast_checksum, VRRP_OLD_CHECKSUM_NEVER);
	ck_assert_str_eq(i->use_ipvlan.name, "ipv.52");
	ck_assert_uint_eq(i->use_ipvlan.mode, VRRP_IPVLAN_PRIVATE);
	ck_assert_uint_eq(i->use_ipvlan.address.len, 24);
	ck_assert_uint_eq(i->auth_hmac->active_key, 2);
	ck_assert_uint_eq(i->auth_hmac->mode, VRRP_HMAC_RECEIVE_ONLY);
	ck_assert_str_eq(key->value, "file:/etc/keepd/key");
	/* inherited from global_defs */
	ck_assert_int_eq(i->garp_lower_prio_delay.us, v->global->garp_lower_prio_delay.us);
	ck_assert_uint_eq(i->down_timer_adverts, 4);
	ck_assert(i->garp_extra_if.is_all);
	ck_assert(i->v3_checksum_as_v2);
	ck_assert(i->lower_prio_no_advert);
}

static void check_trackers(const struct vrrp_conf *v)
{
	const struct vrrp_script_conf *gateway = v->scripts.items[0], *disk = v->scripts.items[1];
	const struct conf_process *web = v->processes.items[0], *db = v->processes.items[1];
	const struct conf_track_file *load = v->track_files.items[0];
	const struct conf_bfd *router = v->bfds.items[0];

	ck_assert_str_eq(gateway->script.user, "nobody");
	ck_assert_int_eq(gateway->interval.us, 2500000);
	ck_assert_str_eq(disk->script.user, "root");
	ck_assert_int_eq(disk->timeout.us, 1000000); /* that of interval */
	ck_assert_uint_eq(web->words.count, 3);
	ck_assert_uint_eq(web->param_match, CONF_PARAM_INITIAL);
	ck_assert_int_eq(web->fork_delay.us, 500000);
	ck_assert_int_eq(web->terminate_delay.us, 1500000); /* that of delay */
	ck_assert(!conf_is_set(&db->obj, offsetof(struct conf_process, quorum_max)));
	ck_assert_int_eq(load->init->value, 7);
	ck_assert(load->init->overwrite);
	ck_assert_int_eq(router->min_rx.us, 50500);
	ck_assert(router->is_for_vrrp && !router->is_for_checker);
}

START_TEST(values_are_in_their_fields)
{
	char *text = every_keyword();
	struct conf *c = read_quietly(text);
	const struct vrrp_conf *v = root_of(c);
	const struct vrrp_global_conf *g = v->global;
	const struct vrrp_link_delay_conf *delay = v->link_delays.items[1];
	const struct vrrp_sync_group_conf *both = v->sync_groups.items[0];

	check_inside(v->instances.items[0]);
	check_outside(v->instances.items[1], v);
	check_trackers(v);
	ck_assert_uint_eq(g->dynamic_interfaces, VRRP_DYNAMIC_ALLOW_IF_CHANGES);
	ck_assert_str_eq(g->nftables, "keepalived");
	ck_assert_uint_eq(g->ipsets.count, 6);
	ck_assert_uint_eq(g->rx_bufs_policy, VRRP_RX_BUFS_ADVERT);
	ck_assert_int_eq(delay->down.us, 500000);
	ck_assert_int_eq(delay->up.us, 2000000);
	ck_assert_uint_eq(both->members.count, 2);
	ck_assert_uint_eq(both->tracks.lists[TRACK_BFD].count, 1);
	conf_free(c);
	free(text);
}
END_TEST

/* ---- what no message shows ---- */

#define INSTANCE(name, vrid, rows)                                                                 \
	"vrrp_instance " name " {\ninterface eth0\nvirtual_router_id " vrid "\n" rows              \
	"\nvirtual_ipaddress {\n192.0.2." vrid "\n}\n}\n"

static const struct vrrp_instance_conf *first(const struct conf *c)
{
	return root_of(c)->instances.items[0];
}

START_TEST(what_is_not_written_follows_from_the_rest)
{
	struct conf *c = read_quietly(INSTANCE("A", "1",
		"garp_master_repeat 7\ngarp_master_delay 8\nuse_vmac\nunicast_peer "
		"{\n192.0.2.9\n}\n"
		"auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n}"));

	ck_assert_uint_eq(first(c)->garp_lower_prio_repeat, 7);
	ck_assert_int_eq(first(c)->garp_lower_prio_delay.us, 8000000);
	ck_assert(first(c)->vmac_xmit_base);
	ck_assert_int_eq(first(c)->auth_hmac->time_window.us, 5000000);
	ck_assert(first(c)->accept == false);
	ck_assert(conf_is_set(&first(c)->obj, offsetof(struct vrrp_instance_conf, use_vmac)));
	ck_assert_ptr_null(first(c)->use_vmac.name);
	conf_free(c);
}
END_TEST

START_TEST(strict_mode_of_all_and_of_one)
{
	struct conf *c = read_quietly("global_defs {\nvrrp_strict\n}\n" INSTANCE("A", "1",
		"priority 255\ndown_timer_adverts 5") INSTANCE("B", "2", "strict_mode off"));
	const struct vrrp_instance_conf *b = root_of(c)->instances.items[1];

	ck_assert(first(c)->strict_mode && first(c)->owner_ignore_adverts);
	ck_assert(first(c)->lower_prio_no_advert);
	ck_assert_uint_eq(first(c)->down_timer_adverts, 3);
	ck_assert_uint_eq(first(c)->garp_lower_prio_repeat, 0);
	ck_assert_uint_eq(first(c)->state, VRRP_CONF_MASTER);
	ck_assert(!b->strict_mode && !b->lower_prio_no_advert);
	ck_assert_uint_eq(b->garp_lower_prio_repeat, 5);
	conf_free(c);
}
END_TEST

START_TEST(weights_in_a_sync_group)
{
	struct conf *c = read_quietly(INSTANCE("A", "1",
		"track_interface {\neth1 weight 5\n}\ntrack_script {\ns\nt weight 0\n}\n"
		"track_file {\nf\ng\n}") INSTANCE("B", "2",
		"") "vrrp_sync_group G {\ngroup {\nA B\n}\n}\n"
		    "vrrp_script s {\nscript /bin/s\nweight 3\n}\nvrrp_script t {\nscript "
		    "/bin/t\n}\n"
		    "track_file f {\nfile /run/f\n}\ntrack_file g {\nfile /run/g\nweight 2\n}\n");
	const struct vrrp_tracks *t = &first(c)->tracks;

	ck_assert_int_eq(
		((const struct vrrp_track_conf *)t->lists[TRACK_INTERFACE].items[0])->weight.value,
		0);
	ck_assert_uint_eq(t->lists[TRACK_SCRIPT].count, 1);
	ck_assert_uint_eq(t->lists[TRACK_FILE].count, 1);
	ck_assert_int_eq(
		((const struct vrrp_track_conf *)t->lists[TRACK_FILE].items[0])->weight.value, 0);
	conf_free(c);
}
END_TEST

/* ---- repairs ---- */

#define RANDOM_TEXTS 300

/* Rows of one block in any order and number, most of them at odds with one another. */
static char *random_text(uint64_t seed)
{
	static const char *const rows[] = { "state MASTER", "state BACKUP", "priority 255",
		"priority 100", "version 3", "advert_int 0.7", "advert_int 50", "nopreempt",
		"preempt", "preempt_delay 5", "timer_expired_backup", "strict_mode", "accept",
		"no_accept", "use_vmac 02:00:00:00:00:01", "use_ipvlan 192.0.2.7", "vmac_xmit_base",
		"vrf red", "unicast_src_ip 192.0.2.100", "mcast_src_ip 192.0.2.101",
		"unicast_peer {\n192.0.2.102\n192.0.2.102\n}", "unicast_ttl 5", "track_src_ip",
		"mcast_dst_ip 224.0.0.20", "check_unicast_src", "garp_master_repeat 0",
		"garp_lower_prio_repeat 3", "higher_prio_send_advert", "owner_ignore_adverts off",
		"down_timer_adverts 5", "lower_prio_no_advert off",
		"authentication {\nauth_type AH\nauth_pass longer_than_eight\n}",
		"authentication {\nauth_type PASS\n}",
		("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n"
		 "mode permissive\n}"),
		"track_interface {\neth0\neth1 weight 254\neth1\neth2 weight -3 reverse\n}",
		"track_script {\na\nb weight 5\na\nc\n}", "track_file {\nf\ng weight 1\n}",
		"virtual_ipaddress_excluded {\n192.0.2.200\n2001:db8::1\n}" };
	struct conf_random r = { .seed = seed * 7919 + 1 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs("global_defs {\nvrrp_garp_master_repeat 0\nvrrp_rlimit_rttime 1\n}\n"
	      "interface_up_down_delays {\neth0 30\neth0 1\n}\n"
	      "vrrp_script a {\nscript /bin/a\ninterval 0\nweight 7\n}\n"
	      "vrrp_script b {\nscript /bin/b\nuser root\n}\nvrrp_script c {\nscript /bin/c\n}\n"
	      "track_file f {\nfile /run/f\n}\ntrack_file f {\nfile /run/g\n}\n",
		out);
	for (int n = 1; n <= 3; n++) {
		fprintf(out, "vrrp_instance i%d {\ninterface eth0\nvirtual_router_id %d\n", n, n);
		for (size_t i = 0; i < COUNT(rows); i++)
			if (conf_random_below(&r, 4) == 0)
				fprintf(out, "%s\n", rows[i]);
		fprintf(out, "virtual_ipaddress {\n192.0.2.%d\n192.0.2.%d\n2001:db8::2\n}\n}\n", n,
			n);
	}
	fputs("vrrp_sync_group g {\ngroup {\ni1 i2 i4\n}\n}\n"
	      "vrrp_sync_group h {\ngroup {\ni1 i3\n}\ntrack_script {\na\nd\n}\n}\n",
		out);
	fclose(out);
	return text;
}

/* What was repaired counts as written: canonical text needs no repair, and says the same. */
START_TEST(what_is_repaired_stays_repaired)
{
	char *text = random_text((uint64_t)_i), *report, *canonical, *again, *said;
	struct conf *c = read_quietly(text), *back;
	size_t len, again_len;

	canonical = conf_print_text(c, &vrrp_section, &len);
	back = read_text(canonical, true, &report);
	ck_assert_msg(conf_equal(conf_root(c, &vrrp_section), conf_root(back, &vrrp_section)),
		"%s\nis:\n%s", text, canonical);
	again = conf_print_text(back, &vrrp_section, &again_len);
	ck_assert_str_eq(canonical, again);
	said = strstr(report, "warning: ");
	ck_assert_msg(!said || strstr(said, "vmac") || strstr(said, "is also an address"), "%s\n%s",
		report, canonical);
	conf_free(back);
	conf_free(c);
	free(again);
	free(canonical);
	free(report);
	free(text);
}
END_TEST

/* ---- many ---- */

#define MANY 4000

static char *many_instances(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (int n = 0; n < MANY; n++) {
		fprintf(out, "vrrp_script s%d {\nscript /bin/true\n}\n", n);
		fprintf(out, "vrrp_instance i%d {\ninterface eth%d\nvirtual_router_id %d\n", n,
			n / 200, n % 200 + 1);
		fprintf(out, "track_script {\ns%d\nmissing%d\n}\n", n, n);
		fprintf(out, "virtual_ipaddress {\n10.0.%d.%d\n}\n}\n", n / 200, n % 200);
	}
	fputs("vrrp_sync_group all {\ngroup {\n", out);
	for (int n = 0; n < MANY; n++)
		fprintf(out, "i%d\n", n);
	fputs("}\n}\n", out);
	fclose(out);
	return text;
}

START_TEST(thousands_of_instances_take_no_time)
{
	char *text = many_instances();
	mono_t before = mono_now();
	struct conf *c = read_quietly(text);

	ck_assert_uint_eq(root_of(c)->scripts.count, MANY);
	ck_assert_ptr_nonnull(first(c)->sync_group);
	ck_assert_uint_eq(first(c)->tracks.lists[TRACK_SCRIPT].count, 1);
	ck_assert_int_lt(mono_sub(mono_now(), before).us, 5000000);
	conf_free(c);
	free(text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp_schema");
	TCase *t = tcase_create("schema");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_keyword_gets_into_its_field);
	tcase_add_test(t, nothing_is_said_of_what_is_right);
	tcase_add_test(t, every_keyword_survives_printing);
	tcase_add_test(t, values_are_in_their_fields);
	tcase_add_test(t, what_is_not_written_follows_from_the_rest);
	tcase_add_test(t, strict_mode_of_all_and_of_one);
	tcase_add_test(t, weights_in_a_sync_group);
	tcase_add_loop_test(t, what_is_repaired_stays_repaired, 0, RANDOM_TEXTS);
	tcase_add_test(t, thousands_of_instances_take_no_time);
	suite_add_tcase(s, t);
	return s;
}
