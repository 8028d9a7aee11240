/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a sync group as tables: over all states of two and three members, what each event of
 * one means for the others. How two nodes get along with these rules is in test_vrrp_group_pair.c.
 */
#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "vrrp/group.h"

#define T0  INT64_C(1000000000)
#define A   INT64_C(1000000)
#define NOW ((mono_t){ T0 })

enum { MEMBERS = 3 };

/* A group whose members are written as letters. */
struct made {
	struct vrrp_params params[MEMBERS];
	struct vrrp_fsm fsm[MEMBERS];
	struct group_contest contests[MEMBERS];
	struct group_member list[MEMBERS];
	struct group group;
};

/* I Initialize, B Backup, b Backup whose down timer ran out, A Active, F Fault. */
static void state_of(char letter, struct vrrp_fsm *f)
{
	static const char letters[] = "IBAF";

	f->state =
		letter == 'b' ? VRRP_BACKUP : (enum vrrp_state)(strchr(letters, letter) - letters);
	f->down_due = (mono_t){ letter == 'b' ? T0 - 1 : letter == 'B' ? T0 + 1 : INT64_MAX };
}

/* . none, w waits, x a fault */
static enum vrrp_reason fault_of(char letter)
{
	return letter == 'x'   ? VRRP_BECAUSE_LINK_DOWN
	       : letter == 'w' ? VRRP_BECAUSE_TRACKER_WAITS
			       : VRRP_BECAUSE_NONE;
}

static struct made *make(struct made *m, const char *states, const char *faults)
{
	memset(m, 0, sizeof(*m));
	m->group = (struct group){ m->list, strlen(states) };
	for (size_t i = 0; i < m->group.count; i++) {
		m->params[i] = (struct vrrp_params){
			.version = 2, .priority = 100, .advert_int = span_us(A), .down_adverts = 3
		};
		m->params[i].source = addr_from_v4((struct in_addr){ htonl(0xc0000201) });
		state_of(states[i], &m->fsm[i]);
		m->list[i] = (struct group_member){ &m->params[i], &m->fsm[i], &m->contests[i],
			faults ? fault_of(faults[i]) : VRRP_BECAUSE_NONE, (uint8_t)(51 + i),
			{ 0 } };
	}
	return m;
}

/* ---- faults ---- */

static const struct {
	const char *states, *faults;
	/* for each member: . none, w waits, x its own fault, g that of another one */
	const char *means;
	const char *by;
} faults[] = {
	{ "II", "..", "..", "01" },
	{ "II", "w.", "ww", "00" },
	{ "II", ".w", "ww", "11" },
	{ "II", "x.", "xg", "00" },
	{ "II", "wx", "gx", "11" },
	{ "II", "xx", "xx", "01" },
	/* Who takes part goes on while a new member waits. */
	{ "BI", ".w", ".w", "01" },
	{ "AI", ".w", ".w", "01" },
	{ "FI", ".w", "ww", "11" },
	{ "AB", ".x", "gx", "11" },
	{ "AAA", ".x.", "gxg", "111" },
	{ "AAA", "..x", "ggx", "222" },
	{ "FFF", "x.x", "xgx", "002" },
	{ "FFF", "...", "...", "012" },
	{ "BBB", "w.w", "...", "012" },
};

START_TEST(fault_of_one_is_one_of_all)
{
	struct made m;

	make(&m, faults[_i].states, faults[_i].faults);
	for (size_t i = 0; i < m.group.count; i++) {
		size_t by;
		enum vrrp_reason reason = group_fault(&m.group, i, &by);
		enum vrrp_reason expected = faults[_i].means[i] == 'g'
						    ? VRRP_BECAUSE_GROUP
						    : fault_of(faults[_i].means[i]);

		ck_assert_msg(reason == expected && by == (size_t)(faults[_i].by[i] - '0'),
			"%s %s: member %zu: %s by %zu", faults[_i].states, faults[_i].faults, i,
			vrrp_reason_key(reason), by);
	}
}
END_TEST

START_TEST(owners_start_as_active_only_together)
{
	struct made m;

	make(&m, "II", "..");
	ck_assert(group_must_listen(&m.group));
	m.params[0].priority = 255;
	ck_assert(group_must_listen(&m.group));
	m.params[1].priority = 255;
	ck_assert(!group_must_listen(&m.group));
	m.list[1].fault = VRRP_BECAUSE_LINK_DOWN;
	ck_assert(group_must_listen(&m.group));
}
END_TEST

/* ---- takeover ---- */

/* All states of three members: exactly those with neither I, B nor F among them. */
START_TEST(all_take_over_when_nobody_has_to_wait)
{
	static const char letters[] = "IBbAF";

	for (unsigned n = 0; n < 125; n++) {
		char states[] = { letters[n % 5], letters[n / 5 % 5], letters[n / 25], '\0' };
		struct made m;

		make(&m, states, NULL);
		ck_assert_msg(
			group_is_ready(&m.group, NOW) == !strpbrk(states, "IBF"), "%s", states);
		for (size_t i = 0; i < MEMBERS; i++) {
			size_t first = strcspn(states, "IBF");
			size_t expected = states[i] == 'b' ? first : MEMBERS;

			ck_assert_msg(
				group_waits_for(&m.group, i, NOW) == expected, "%s %zu", states, i);
		}
	}
}
END_TEST

/* ---- what follows ---- */

static struct vrrp_fsm changed(const struct vrrp_fsm *from, char before)
{
	struct vrrp_fsm was = *from;

	state_of(before, &was);
	return was;
}

/* Over all states before and after, and all states of another member. */
START_TEST(becoming_backup_takes_the_others_along)
{
	static const char letters[] = "IBAF";

	for (unsigned n = 0; n < 64; n++) {
		char states[] = { letters[n % 4], letters[n / 4 % 4], '\0' };
		char before = letters[n / 16];
		const struct vrrp_event event = { .type = VRRP_EV_ADVERT, .priority = 150 };
		enum group_cue expected =
			before == 'A' && states[0] == 'B' ? GROUP_YIELDS : GROUP_GOES_ON;
		struct vrrp_fsm was;
		struct made m;

		make(&m, states, NULL);
		was = changed(&m.fsm[0], before);
		ck_assert_msg(
			group_cue(&m.group, 0, &was, &event) == expected, "%c>%s", before, states);
	}
}
END_TEST

/* It leaves, as its adverts were late: so must they. */
START_TEST(stalling_makes_the_others_leave)
{
	const struct vrrp_event event = { .type = VRRP_EV_ADVERT_TIMER };
	struct vrrp_fsm was;
	struct made m;

	make(&m, "BA", NULL);
	m.fsm[0].reason = VRRP_BECAUSE_STALLED;
	was = changed(&m.fsm[0], 'A');
	ck_assert_int_eq(group_cue(&m.group, 0, &was, &event), GROUP_RESIGNS);
}
END_TEST

static const struct {
	const char *name;
	const char *states; /* of member 0 and of another one */
	enum vrrp_event_type type;
	uint8_t priority;
	bool is_accepted, is_announced; /* the down timer began anew; a burst began */
	enum group_cue cue;
} cues[] = {
	{ "priority 0", "BB", VRRP_EV_ADVERT, 0, true, false, GROUP_PEER_LEFT },
	{ "priority 0, others active", "BA", VRRP_EV_ADVERT, 0, true, false, GROUP_PEER_LEFT },
	{ "priority 0 of a stranger", "BB", VRRP_EV_ADVERT, 0, false, false, GROUP_GOES_ON },
	{ "priority 0 of one it discards", "bB", VRRP_EV_ADVERT, 0, false, false, GROUP_PEER_LEFT },
	{ "accepted", "BB", VRRP_EV_ADVERT, 150, true, false, GROUP_GOES_ON },
	{ "accepted, others active", "BA", VRRP_EV_ADVERT, 150, true, false, GROUP_RESIGNS },
	{ "discarded, others active", "BA", VRRP_EV_ADVERT, 50, false, false, GROUP_GOES_ON },
	{ "another priority", "BA", VRRP_EV_PRIORITY, 0, false, false, GROUP_GOES_ON },
	{ "a rival", "AA", VRRP_EV_ADVERT, 50, false, true, GROUP_SURVIVES },
	{ "a rival that is gone", "AA", VRRP_EV_ADVERT_TIMER, 0, false, true, GROUP_SURVIVES },
	{ "priority 0 while active", "AA", VRRP_EV_ADVERT, 0, false, false, GROUP_GOES_ON },
	{ "an interval", "AA", VRRP_EV_ADVERT_TIMER, 0, false, false, GROUP_GOES_ON },
	{ "in fault", "FF", VRRP_EV_ADVERT, 150, false, false, GROUP_GOES_ON },
};

START_TEST(event_is_a_cue)
{
	const struct vrrp_event event = { .type = cues[_i].type,
		.priority = cues[_i].priority,
		.source = addr_from_v4((struct in_addr){ htonl(0xc0000209) }) };
	struct vrrp_fsm was;
	struct made m;

	make(&m, cues[_i].states, NULL);
	if (cues[_i].states[0] == 'b')
		m.fsm[0].peer = event.source;
	was = m.fsm[0];
	if (cues[_i].is_accepted)
		m.fsm[0].down_from = NOW;
	if (cues[_i].is_announced)
		m.fsm[0].last_announced = NOW;
	ck_assert_msg(group_cue(&m.group, 0, &was, &event) == cues[_i].cue, "%s", cues[_i].name);
}
END_TEST

/* What members in Initialize, Backup, Active and Fault are told. */
static const char *const told[GROUP_CUE_COUNT][VRRP_STATE_COUNT] = {
	[GROUP_GOES_ON] = { "", "", "", "" },
	[GROUP_PEER_LEFT] = { "", "peer-left", "", "" },
	[GROUP_YIELDS] = { "", "", "yield", "" },
	[GROUP_RESIGNS] = { "", "", "yield with 0", "" },
	[GROUP_SURVIVES] = { "", "", "reannounce", "" },
};

START_TEST(cue_tells_the_others)
{
	for (unsigned state = 0; state < VRRP_STATE_COUNT; state++) {
		struct vrrp_event e = { 0 };
		const char *text = "";

		if (group_tell((enum group_cue)_i, (enum vrrp_state)state, &e))
			text = e.type == VRRP_EV_PEER_LEFT    ? "peer-left"
			       : e.type == VRRP_EV_REANNOUNCE ? "reannounce"
			       : e.type != VRRP_EV_YIELD      ? "?"
			       : e.is_leaving		      ? "yield with 0"
							      : "yield";
		ck_assert_str_eq(text, told[_i][state]);
	}
}
END_TEST

/* ---- two active ---- */

static struct vrrp_event rival(uint8_t priority, uint8_t last)
{
	return (struct vrrp_event){ .type = VRRP_EV_ADVERT,
		.priority = priority,
		.source = addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) }),
		.interval = span_us(A) };
}

START_TEST(lowest_vrid_decides_who_yields)
{
	const struct vrrp_event higher = rival(150, 9), lower = rival(50, 9), equal = rival(100, 9);
	struct made m;

	/* It does not wait for anybody. */
	make(&m, "AAA", NULL);
	ck_assert(!group_holds(&m.group, 0, &higher, NOW));
	ck_assert(!group_holds(&m.group, 0, &equal, NOW));
	/* Another one waits for the next advert, in which time the first may hear of it. */
	ck_assert(group_holds(&m.group, 1, &equal, NOW));
	ck_assert(!group_holds(&m.group, 1, &equal, (mono_t){ T0 + A }));
	/* After a while without, it is another time. */
	ck_assert(group_holds(&m.group, 1, &equal, (mono_t){ T0 + 5 * A }));
	/* Nobody is superior. */
	ck_assert(!group_holds(&m.group, 1, &lower, NOW));
}
END_TEST

START_TEST(who_wins_where_it_is_decided_stays_elsewhere)
{
	const struct vrrp_event higher = rival(150, 9);
	struct made m;

	make(&m, "AAA", NULL);
	m.fsm[0].is_contested = true;
	m.fsm[0].peer_priority = 50;
	for (int64_t at = 0; at < 6; at++) {
		m.fsm[0].peer_heard = (mono_t){ T0 + at * A };
		/* A rival that does not hear us there would never yield. */
		ck_assert_int_eq(
			group_holds(&m.group, 1, &higher, (mono_t){ T0 + at * A }), at < 3);
		ck_assert_int_eq(
			group_holds(&m.group, 2, &higher, (mono_t){ T0 + at * A }), at < 6);
	}
}
END_TEST

START_TEST(of_one_vrid_the_lowest_address_decides)
{
	const struct vrrp_event higher = rival(150, 9);
	struct made m;

	make(&m, "AA", NULL);
	m.list[1].vrid = m.list[0].vrid;
	m.list[0].lowest = addr_from_v4((struct in_addr){ htonl(0xcb007102) });
	m.list[1].lowest = addr_from_v4((struct in_addr){ htonl(0xcb007101) });
	ck_assert(group_holds(&m.group, 0, &higher, NOW));
	ck_assert(!group_holds(&m.group, 1, &higher, NOW));
}
END_TEST

/* ---- its state ---- */

static const struct {
	const char *states;
	enum vrrp_state was, is;
} states[] = {
	{ "", VRRP_ACTIVE, VRRP_INIT },
	{ "II", VRRP_INIT, VRRP_INIT },
	{ "II", VRRP_ACTIVE, VRRP_INIT },
	{ "IB", VRRP_INIT, VRRP_BACKUP },
	{ "BB", VRRP_ACTIVE, VRRP_BACKUP },
	{ "bB", VRRP_BACKUP, VRRP_BACKUP },
	{ "AB", VRRP_BACKUP, VRRP_BACKUP },
	{ "AA", VRRP_BACKUP, VRRP_ACTIVE },
	{ "AAB", VRRP_ACTIVE, VRRP_ACTIVE },
	{ "AAI", VRRP_ACTIVE, VRRP_ACTIVE },
	{ "AAB", VRRP_FAULT, VRRP_BACKUP },
	{ "AAF", VRRP_ACTIVE, VRRP_FAULT },
	{ "FI", VRRP_INIT, VRRP_FAULT },
	{ "FF", VRRP_BACKUP, VRRP_FAULT },
};

START_TEST(group_has_a_state)
{
	struct made m;

	make(&m, states[_i].states, NULL);
	ck_assert_msg(group_state(&m.group, states[_i].was) == states[_i].is, "%s, was %s",
		states[_i].states, vrrp_state_word(states[_i].was));
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp group");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, fault_of_one_is_one_of_all, 0, COUNT(faults));
	tcase_add_test(t, owners_start_as_active_only_together);
	tcase_add_test(t, all_take_over_when_nobody_has_to_wait);
	tcase_add_test(t, becoming_backup_takes_the_others_along);
	tcase_add_test(t, stalling_makes_the_others_leave);
	tcase_add_loop_test(t, event_is_a_cue, 0, COUNT(cues));
	tcase_add_loop_test(t, cue_tells_the_others, 0, GROUP_CUE_COUNT);
	tcase_add_test(t, lowest_vrid_decides_who_yields);
	tcase_add_test(t, who_wins_where_it_is_decided_stays_elsewhere);
	tcase_add_test(t, of_one_vrid_the_lowest_address_decides);
	tcase_add_loop_test(t, group_has_a_state, 0, COUNT(states));
	suite_add_tcase(s, t);
	return s;
}
