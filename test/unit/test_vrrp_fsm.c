/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP state machine as a table: in each state, what each event does, in version 2 (RFC 3768)
 * and in version 3 (RFC 9568, whose sections have the same numbers) alike as long as all intervals
 * are 1 s; then what version 3 does when they are not. Then what must hold whatever happens, over
 * random events.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/fsm.h"
#include "vrrp/packet.h"

#define T0	INT64_C(1000000000)
#define A	INT64_C(1000000)
#define S	INT64_C(609375) /* skew of priority 100 */
#define D	(3 * A + S)
#define SILENCE (30 * A)

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

static struct vrrp_params params_of(uint8_t priority, bool preempt)
{
	return (struct vrrp_params){ .version = 2,
		.priority = priority,
		.preempt = preempt,
		.silence = span_us(SILENCE),
		.advert_int = span_us(A),
		.down_adverts = 3,
		.source = host(10) };
}

static const char *event_word(enum vrrp_event_type t)
{
	static const char *const words[] = {
#define X(name) #name,
		VRRP_EVENT_LIST(X)
#undef X
	};

	return words[t];
}

/* ---- actions as text: times relative to T0, in A and us ---- */

static const char *actions_text(const struct vrrp_actions *actions, char *buf, size_t room)
{
	static const char *const announcements[] = { [ANNOUNCE_TAKEOVER] = "announce",
		[ANNOUNCE_RESUMED] = "announce-once",
		[ANNOUNCE_CONFLICT] = "announce-again" };
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < actions->count; i++) {
		const struct vrrp_action *a = &actions->list[i];
		const char *timer = a->timer == VRRP_TIMER_ADVERT ? "advert" : "down";
		const char *sep = i ? " " : "";
		size_t n = room - len;
		char *at = buf + len;

		switch (a->type) {
		case VRRP_DO_SEND:
			len += (size_t)snprintf(at, n, "%ssend(%u", sep, a->priority);
			if (a->interval.us != A)
				len += (size_t)snprintf(
					buf + len, room - len, "/%lld", (long long)a->interval.us);
			len += (size_t)snprintf(buf + len, room - len, ")");
			break;
		case VRRP_DO_VIPS_ADD: len += (size_t)snprintf(at, n, "%sadd", sep); break;
		case VRRP_DO_VIPS_DEL: len += (size_t)snprintf(at, n, "%sdel", sep); break;
		case VRRP_DO_ANNOUNCE:
			len += (size_t)snprintf(at, n, "%s%s", sep, announcements[a->what]);
			break;
		case VRRP_DO_TIMER_SET:
			len += (size_t)snprintf(
				at, n, "%s%s@%lld", sep, timer, (long long)(a->due.us - T0));
			break;
		case VRRP_DO_TIMER_OFF:
			len += (size_t)snprintf(at, n, "%s%s-off", sep, timer);
			break;
		case VRRP_DO_NOTIFY:
			len += (size_t)snprintf(at, n, "%s%s>%s:%s", sep, vrrp_state_word(a->from),
				vrrp_state_word(a->to), vrrp_reason_key(a->reason));
			break;
		}
	}
	return buf;
}

/* ---- the table ---- */

enum variant {
	PLAIN,
	HEARD,	   /* Backup: the timer counts from the last advert of a peer, 192.0.2.20 */
	CONTESTED, /* Active: a lower peer was heard half an interval ago */
	GONE,	   /* Active: contested, the peer silent for more than two intervals */
	RECENT,	   /* Active: our last advert is a tenth of an interval old */
	FLOODED,   /* Active: and so is our last announcement */
	LEFT,	   /* Backup: the peer said priority 0, the timer runs the skew only */
	TRACKED,   /* Fault: what it tracks is down */
	LOWER,	   /* Backup: a lower peer was heard after the timer was started, and discarded */
	ADOPTED,   /* version 3, Backup: as HEARD, and the peer advertises each tenth of a second */
	COUNTING,  /* Backup: as HEARD, of a lower priority that preempt_delay puts up with */
	FELL,	   /* Active: our last advert said 150 */
	SILENT,	   /* Backup: nothing was received on the link since T0 */
	HELD,	   /* Backup: as SILENT, and the down timer has run out */
	SLOW,	   /* version 3, Active: as GONE, but the peer advertises each ten seconds only */
};

struct row {
	const char *name;
	const char *rfc;
	enum vrrp_state state;
	enum variant variant;
	uint8_t priority;
	bool nopreempt;
	struct vrrp_event event;
	uint8_t from; /* ADVERT: last byte of the source */
	int64_t at;   /* now = T0 + at */
	enum vrrp_state next;
	const char *actions;
};

static const struct row table[] = {
	/* ---- Initialize ---- */
	{ "initialize_starts_as_backup", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_START }, 0, 0, VRRP_BACKUP, "down@3609375 init>backup:started" },
	{ "initialize_owner_starts_as_active", "6.4.1", VRRP_INIT, PLAIN, 255, false,
		{ .type = VRRP_EV_START }, 0, 0, VRRP_ACTIVE,
		"send(255) add announce advert@1000000 init>active:owner" },
	{ "initialize_without_link_is_faulty", "-", VRRP_INIT, PLAIN, 255, false,
		{ .type = VRRP_EV_START, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 0, VRRP_FAULT,
		"init>fault:link-down" },
	{ "initialize_resumes_where_a_dead_process_was", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_RESUME, .last_sent = { T0 - A / 4 } }, 0, 0, VRRP_ACTIVE,
		"advert@750000 add announce-once active>active:resumed" },
	{ "initialize_resumes_and_sends_at_once_what_is_overdue", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_RESUME, .last_sent = { T0 - 2 * A } }, 0, 0, VRRP_ACTIVE,
		"send(100) advert@1000000 add announce-once active>active:resumed" },
	{ "initialize_does_not_resume_without_link", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_RESUME,
			.reason = VRRP_BECAUSE_LINK_DOWN,
			.last_sent = { T0 - A / 4 } },
		0, 0, VRRP_FAULT, "advert-off del active>fault:link-down" },
	{ "initialize_has_nothing_to_stop", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_adverts", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 200 }, 20, 0, VRRP_INIT, "" },
	{ "initialize_ignores_the_advert_timer", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_the_down_timer", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_the_link", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_the_first_frame", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_HEARD }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_the_priority", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_PRIORITY }, 0, 0, VRRP_INIT, "" },
	{ "initialize_ignores_parameters", "6.4.1", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_PARAMS }, 0, 0, VRRP_INIT, "" },
	{ "initialize_owner_of_a_group_that_is_not_ready_listens", "-", VRRP_INIT, PLAIN, 255,
		false, { .type = VRRP_EV_START, .is_held = true }, 0, 0, VRRP_BACKUP,
		"down@3003906 init>backup:started" },
	{ "initialize_has_nothing_to_yield", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_YIELD }, 0, 0, VRRP_INIT, "" },
	{ "initialize_has_no_peer_that_left", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_PEER_LEFT }, 0, 0, VRRP_INIT, "" },
	{ "initialize_announces_nothing", "-", VRRP_INIT, PLAIN, 100, false,
		{ .type = VRRP_EV_REANNOUNCE }, 0, 0, VRRP_INIT, "" },

	/* ---- Backup ---- */
	{ "backup_ignores_start", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_START }, 0, 0, VRRP_BACKUP, "" },
	{ "backup_ignores_resume", "-", VRRP_BACKUP, PLAIN, 100, false, { .type = VRRP_EV_RESUME },
		0, 0, VRRP_BACKUP, "" },
	{ "backup_stops_silently", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED }, 0, 0, VRRP_INIT,
		"down-off backup>init:stopped" },
	{ "backup_takes_over_after_skew_on_priority_zero", "6.4.2", VRRP_BACKUP, HEARD, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 0, VRRP_BACKUP, "down@609375" },
	{ "backup_that_heard_no_active_router_discards_priority_zero", "-", VRRP_BACKUP, PLAIN, 100,
		false, { .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 0, VRRP_BACKUP, "" },
	{ "backup_discards_priority_zero_of_who_is_not_active", "-", VRRP_BACKUP, HEARD, 200, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 21, 0, VRRP_BACKUP, "" },
	{ "backup_discards_priority_zero_of_whom_it_discarded", "-", VRRP_BACKUP, LOWER, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 0, VRRP_BACKUP, "" },
	{ "backup_waits_on_for_a_higher_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 150 }, 20, A, VRRP_BACKUP, "down@4609375" },
	{ "backup_waits_on_for_an_equal_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 100 }, 9, A, VRRP_BACKUP, "down@4609375" },
	{ "backup_discards_a_lower_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A, VRRP_BACKUP, "" },
	{ "backup_with_nopreempt_waits_on_for_a_lower_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100,
		true, { .type = VRRP_EV_ADVERT, .priority = 1 }, 20, A, VRRP_BACKUP,
		"down@4609375" },
	{ "backup_that_owns_preempts_with_nopreempt", "6.1", VRRP_BACKUP, PLAIN, 255, true,
		{ .type = VRRP_EV_ADVERT, .priority = 254 }, 20, A, VRRP_BACKUP, "" },
	{ "backup_ignores_the_advert_timer", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, D, VRRP_BACKUP, "" },
	{ "backup_ignores_a_down_timer_before_its_time", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, D - 1, VRRP_BACKUP, "" },
	{ "backup_that_never_heard_anybody_takes_over", "6.4.2", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, D, VRRP_ACTIVE,
		"send(100) add announce down-off advert@4609375 backup>active:no-peer" },
	{ "backup_takes_over_when_the_peer_is_silent", "6.4.2", VRRP_BACKUP, HEARD, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, D, VRRP_ACTIVE,
		"send(100) add announce down-off advert@4609375 backup>active:peer-silent" },
	{ "backup_takes_over_when_the_peer_left", "6.4.2", VRRP_BACKUP, LEFT, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, S, VRRP_ACTIVE,
		"send(100) add announce down-off advert@1609375 backup>active:peer-left" },
	{ "backup_preempts_a_lower_priority_when_its_timer_is_due", "6.4.2", VRRP_BACKUP, LOWER,
		100, false, { .type = VRRP_EV_DOWN_TIMER }, 0, D, VRRP_ACTIVE,
		"send(100) add announce down-off advert@4609375 backup>active:preempts" },
	{ "backup_without_link_is_faulty", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_ABSENT }, 0, 0, VRRP_FAULT,
		"down-off backup>fault:link-absent" },
	{ "backup_with_link_is_backup", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK }, 0, 0, VRRP_BACKUP, "" },
	{ "backup_on_a_silent_link_does_not_take_over", "-", VRRP_BACKUP, SILENT, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, D, VRRP_BACKUP,
		"down@30000000 backup>backup:link-silent" },
	{ "backup_on_a_silent_link_takes_over_at_the_end_of_its_patience", "-", VRRP_BACKUP, HELD,
		100, false, { .type = VRRP_EV_DOWN_TIMER }, 0, SILENCE, VRRP_ACTIVE,
		"send(100) add announce down-off advert@31000000 backup>active:no-peer" },
	{ "backup_that_waited_for_a_frame_gives_peers_two_intervals", "-", VRRP_BACKUP, HELD, 100,
		false, { .type = VRRP_EV_HEARD }, 0, 10 * A, VRRP_BACKUP, "down@12609375" },
	{ "backup_that_hears_a_frame_late_gives_peers_two_intervals", "-", VRRP_BACKUP, SILENT, 100,
		false, { .type = VRRP_EV_HEARD }, 0, 3 * A, VRRP_BACKUP, "down@5609375" },
	{ "backup_that_hears_a_frame_early_waits_no_longer", "-", VRRP_BACKUP, SILENT, 100, false,
		{ .type = VRRP_EV_HEARD }, 0, A, VRRP_BACKUP, "down@3609375" },
	{ "backup_ignores_a_frame_it_does_not_wait_for", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_HEARD }, 0, 3 * A, VRRP_BACKUP, "" },
	{ "backup_recomputes_its_skew_when_the_priority_changes", "6.1", VRRP_BACKUP, PLAIN, 200,
		false, { .type = VRRP_EV_PRIORITY }, 0, A, VRRP_BACKUP, "down@3218750" },
	{ "backup_recomputes_its_timer_when_parameters_change", "6.1", VRRP_BACKUP, LEFT, 200,
		false, { .type = VRRP_EV_PARAMS }, 0, 1, VRRP_BACKUP, "down@218750" },
	{ "backup_has_nothing_to_yield", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_YIELD }, 0, A, VRRP_BACKUP, "" },
	{ "backup_waits_for_a_skew_when_the_peer_left_elsewhere", "-", VRRP_BACKUP, HEARD, 100,
		false, { .type = VRRP_EV_PEER_LEFT }, 0, A, VRRP_BACKUP, "down@1609375" },
	{ "backup_whose_peer_left_here_counts_from_then", "-", VRRP_BACKUP, LEFT, 100, false,
		{ .type = VRRP_EV_PEER_LEFT }, 0, A / 2, VRRP_BACKUP, "" },
	{ "backup_that_heard_nobody_listens_on", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_PEER_LEFT }, 0, A, VRRP_BACKUP, "" },
	{ "backup_announces_nothing", "-", VRRP_BACKUP, PLAIN, 100, false,
		{ .type = VRRP_EV_REANNOUNCE }, 0, A, VRRP_BACKUP, "" },

	/* ---- Active ---- */
	{ "active_ignores_start", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_START }, 0, 0, VRRP_ACTIVE, "" },
	{ "active_ignores_resume", "-", VRRP_ACTIVE, PLAIN, 100, false, { .type = VRRP_EV_RESUME },
		0, 0, VRRP_ACTIVE, "" },
	{ "active_says_priority_zero_when_it_stops", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_REMOVED }, 0, 0, VRRP_INIT,
		"advert-off send(0) del active>init:removed" },
	{ "active_answers_priority_zero", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, A / 2, VRRP_ACTIVE,
		"send(100) advert@1500000 announce-again" },
	{ "active_announces_again_when_its_rival_leaves", "-", VRRP_ACTIVE, CONTESTED, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, A / 2, VRRP_ACTIVE,
		"send(100) advert@1500000 announce-again" },
	{ "active_that_fell_asserts_once_more_before_it_yields", "-", VRRP_ACTIVE, FELL, 50, false,
		{ .type = VRRP_EV_ADVERT, .priority = 100 }, 9, A / 2, VRRP_ACTIVE,
		"send(50) advert@1500000 announce-again" },
	{ "active_that_fell_to_a_lower_address_asserts_once_more", "-", VRRP_ACTIVE, FELL, 100,
		false, { .type = VRRP_EV_ADVERT, .priority = 100 }, 20, A / 2, VRRP_ACTIVE,
		"send(100) advert@1500000 announce-again" },
	{ "active_that_fell_yields_to_what_is_above_what_it_said", "6.4.3", VRRP_ACTIVE, FELL, 50,
		false, { .type = VRRP_EV_ADVERT, .priority = 151 }, 9, A / 2, VRRP_BACKUP,
		"advert-off del send(50) down@4304687 active>backup:higher-priority" },
	{ "active_that_rose_does_not_yield_to_what_is_above_what_it_said", "6.4.3", VRRP_ACTIVE,
		FELL, 200, false, { .type = VRRP_EV_ADVERT, .priority = 160 }, 20, A / 2,
		VRRP_ACTIVE, "send(200) advert@1500000 announce-again" },
	{ "active_yields_to_a_higher_priority", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 101 }, 9, A / 2, VRRP_BACKUP,
		"advert-off del send(100) down@4109375 active>backup:higher-priority" },
	{ "active_yields_to_a_higher_priority_with_nopreempt", "6.4.3", VRRP_ACTIVE, PLAIN, 100,
		true, { .type = VRRP_EV_ADVERT, .priority = 255 }, 9, A / 2, VRRP_BACKUP,
		"advert-off del send(100) down@4109375 active>backup:higher-priority" },
	{ "active_yields_to_a_higher_address", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 100 }, 11, A / 2, VRRP_BACKUP,
		"advert-off del send(100) down@4109375 active>backup:higher-address" },
	{ "active_compares_addresses_unsigned", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 100 }, 200, A / 2, VRRP_BACKUP,
		"advert-off del send(100) down@4109375 active>backup:higher-address" },
	{ "of_two_owners_the_lower_address_yields", "9568 erratum 8298", VRRP_ACTIVE, PLAIN, 255,
		false, { .type = VRRP_EV_ADVERT, .priority = 255 }, 11, A / 2, VRRP_BACKUP,
		"advert-off del send(255) down@3503906 active>backup:higher-address" },
	{ "active_answers_a_lower_address_and_announces", "9568 6.4.3", VRRP_ACTIVE, PLAIN, 100,
		false, { .type = VRRP_EV_ADVERT, .priority = 100 }, 9, A / 2, VRRP_ACTIVE,
		"send(100) advert@1500000 announce-again" },
	{ "active_answers_a_lower_priority_and_announces", "9568 6.4.3", VRRP_ACTIVE, PLAIN, 100,
		false, { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A / 2, VRRP_ACTIVE,
		"send(100) advert@1500000 announce-again" },
	{ "active_announces_when_a_yielding_rival_says_its_last", "-", VRRP_ACTIVE, RECENT, 100,
		false, { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A / 2, VRRP_ACTIVE,
		"advert@650000 announce-again" },
	{ "active_answers_a_flood_at_a_bounded_rate", "-", VRRP_ACTIVE, FLOODED, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A / 2, VRRP_ACTIVE,
		"advert@650000" },
	{ "active_ignores_its_own_address_elsewhere", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 100 }, 10, A / 2, VRRP_ACTIVE, "" },
	{ "active_advertises_when_due", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, A + 7, VRRP_ACTIVE,
		"send(100) advert@2000000" },
	{ "active_does_not_catch_up_on_missed_adverts", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, 2 * A + 7, VRRP_ACTIVE,
		"send(100) advert@3000007" },
	{ "active_that_stalled_until_a_peer_may_have_taken_over_announces_again", "-", VRRP_ACTIVE,
		PLAIN, 100, false, { .type = VRRP_EV_ADVERT_TIMER }, 0, 10 * A, VRRP_ACTIVE,
		"send(100) advert@11000000 announce" },
	{ "active_that_stalled_announces_when_a_peer_leaves", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 10 * A, VRRP_ACTIVE,
		"send(100) advert@11000000 announce" },
	{ "active_ignores_an_advert_timer_before_its_time", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, A - 1, VRRP_ACTIVE, "" },
	{ "active_announces_again_when_its_rival_is_silent", "-", VRRP_ACTIVE, GONE, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, A, VRRP_ACTIVE,
		"send(100) advert@2000000 announce-again" },
	{ "active_does_not_while_its_rival_speaks", "-", VRRP_ACTIVE, CONTESTED, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, A, VRRP_ACTIVE, "send(100) advert@2000000" },
	{ "active_ignores_the_down_timer", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, 10 * D, VRRP_ACTIVE, "" },
	{ "active_without_link_gives_the_addresses_up", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 0, VRRP_FAULT,
		"advert-off del active>fault:link-down" },
	{ "active_without_source_tells_its_peers", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_NO_SOURCE }, 0, 0, VRRP_FAULT,
		"advert-off send(0) del active>fault:no-source" },
	{ "active_without_socket_tells_its_peers", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_NO_SOCKET }, 0, 0, VRRP_FAULT,
		"advert-off send(0) del active>fault:no-socket" },
	{ "active_whose_tracker_is_down_tells_its_peers", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_TRACKER }, 0, 0, VRRP_FAULT,
		"advert-off send(0) del active>fault:tracker" },
	{ "active_with_link_is_active", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK }, 0, 0, VRRP_ACTIVE, "" },
	{ "active_ignores_the_first_frame", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_HEARD }, 0, 0, VRRP_ACTIVE, "" },
	{ "active_sends_a_new_priority_with_the_next_advert", "-", VRRP_ACTIVE, PLAIN, 50, false,
		{ .type = VRRP_EV_PRIORITY }, 0, A / 2, VRRP_ACTIVE, "" },
	{ "active_takes_over_parameters_without_a_gap", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_PARAMS }, 0, A / 2, VRRP_ACTIVE, "" },
	{ "active_yields_with_its_group_and_tells_the_winner", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_YIELD, .reason = VRRP_BECAUSE_GROUP_YIELDS }, 0, A / 2,
		VRRP_BACKUP, "advert-off del send(100) down@4109375 active>backup:group-yields" },
	{ "active_leaves_with_priority_0", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_YIELD, .reason = VRRP_BECAUSE_GROUP_YIELDS, .is_leaving = true },
		0, A / 2, VRRP_BACKUP,
		"advert-off send(0) del down@4109375 active>backup:group-yields" },
	{ "active_in_maintenance_says_so", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_MAINTENANCE }, 0, A / 2, VRRP_FAULT,
		"advert-off send(0) del active>fault:maintenance" },
	{ "active_that_is_held_stays_silently", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 150, .is_held = true }, 20, A / 2,
		VRRP_ACTIVE, "" },
	{ "active_does_not_care_whether_a_peer_left", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_PEER_LEFT }, 0, A / 2, VRRP_ACTIVE, "" },
	{ "active_announces_again_with_its_group", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_REANNOUNCE }, 0, A / 2, VRRP_ACTIVE, "announce-again" },
	{ "active_announces_no_faster_for_its_group", "-", VRRP_ACTIVE, FLOODED, 100, false,
		{ .type = VRRP_EV_REANNOUNCE }, 0, A / 2, VRRP_ACTIVE, "" },
	{ "active_that_fails_with_its_group_says_so", "-", VRRP_ACTIVE, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_GROUP }, 0, A / 2, VRRP_FAULT,
		"advert-off send(0) del active>fault:group" },

	/* ---- Fault: not in the RFC ---- */
	{ "fault_ignores_start", "-", VRRP_FAULT, PLAIN, 100, false, { .type = VRRP_EV_START }, 0,
		0, VRRP_FAULT, "" },
	{ "fault_ignores_resume", "-", VRRP_FAULT, PLAIN, 100, false, { .type = VRRP_EV_RESUME }, 0,
		0, VRRP_FAULT, "" },
	{ "fault_stops_silently", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED }, 0, 0, VRRP_INIT,
		"fault>init:stopped" },
	{ "fault_ignores_adverts", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 0, VRRP_FAULT, "" },
	{ "fault_ignores_the_advert_timer", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_ADVERT_TIMER }, 0, 10 * D, VRRP_FAULT, "" },
	{ "fault_ignores_the_down_timer", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_DOWN_TIMER }, 0, 10 * D, VRRP_FAULT, "" },
	{ "fault_listens_a_full_down_interval_when_the_link_is_back", "-", VRRP_FAULT, PLAIN, 100,
		false, { .type = VRRP_EV_LINK }, 0, 0, VRRP_BACKUP,
		"down@3609375 fault>backup:link-up" },
	{ "fault_listens_a_full_down_interval_when_the_tracker_is_back", "-", VRRP_FAULT, TRACKED,
		100, false, { .type = VRRP_EV_LINK }, 0, 0, VRRP_BACKUP,
		"down@3609375 fault>backup:trackers-ok" },
	{ "fault_of_a_tracker_becomes_one_of_the_link", "-", VRRP_FAULT, TRACKED, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 0, VRRP_FAULT,
		"fault>fault:link-down" },
	{ "fault_owner_is_active_when_the_link_is_back", "-", VRRP_FAULT, PLAIN, 255, false,
		{ .type = VRRP_EV_LINK }, 0, 0, VRRP_ACTIVE,
		"send(255) add announce advert@1000000 fault>active:owner" },
	{ "fault_with_another_cause_is_no_transition", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_ABSENT }, 0, 0, VRRP_FAULT,
		"fault>fault:link-absent" },
	{ "fault_with_the_same_cause_is_nothing", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 0, VRRP_FAULT, "" },
	{ "fault_ignores_the_first_frame", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_HEARD }, 0, 0, VRRP_FAULT, "" },
	{ "fault_ignores_the_priority", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_PRIORITY }, 0, 0, VRRP_FAULT, "" },
	{ "fault_ignores_parameters", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_PARAMS }, 0, 0, VRRP_FAULT, "" },
	{ "fault_has_nothing_to_yield", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_YIELD }, 0, A, VRRP_FAULT, "" },
	{ "fault_has_no_peer_that_left", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_PEER_LEFT }, 0, A, VRRP_FAULT, "" },
	{ "fault_announces_nothing", "-", VRRP_FAULT, PLAIN, 100, false,
		{ .type = VRRP_EV_REANNOUNCE }, 0, A, VRRP_FAULT, "" },
};

#define ROWS (sizeof(table) / sizeof(table[0]))

/* Version 3, where intervals differ (RFC 9568). */
#define FAST	INT64_C(100000)
#define SLOWEST INT64_C(40950000)

static const struct row_v3 {
	struct row row;
	int64_t active_int; /* Active_Adver_Interval after it; 0 = our own */
} table_v3[] = {
	{ { "backup_adopts_the_interval_of_a_higher_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 150, .interval = { FAST } }, 20, A,
		  VRRP_BACKUP, "down@1360937" },
		FAST },
	{ { "backup_adopts_the_interval_of_an_equal_priority", "6.4.2", VRRP_BACKUP, PLAIN, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 100, .interval = { FAST } }, 9, A,
		  VRRP_BACKUP, "down@1360937" },
		FAST },
	{ { "backup_with_nopreempt_adopts_that_of_a_lower_priority", "6.4.2", VRRP_BACKUP, PLAIN,
		  100, true, { .type = VRRP_EV_ADVERT, .priority = 99, .interval = { SLOWEST } },
		  20, A, VRRP_BACKUP, "down@148803906" },
		SLOWEST },
	{ { "backup_discards_the_interval_of_a_lower_priority", "6.4.2", VRRP_BACKUP, ADOPTED, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 99, .interval = { SLOWEST } }, 20, 1,
		  VRRP_BACKUP, "" },
		FAST },
	{ { "backup_adopts_another_interval", "6.4.2", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 150, .interval = { A } }, 20, 0,
		  VRRP_BACKUP, "down@3609375" },
		A },
	{ { "skew_is_of_the_adopted_interval", "6.4.2", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 0, .interval = { A } }, 20, 0, VRRP_BACKUP,
		  "down@60937" },
		FAST },
	{ { "backup_waits_for_the_adopted_interval", "6.4.2", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_DOWN_TIMER }, 0, 360936, VRRP_BACKUP, "" },
		FAST },
	{ { "active_advertises_at_its_own_interval", "6.4.2", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_DOWN_TIMER }, 0, 360937, VRRP_ACTIVE,
		  "send(100) add announce down-off advert@1360937 backup>active:peer-silent" },
		0 },
	{ { "backup_recomputes_its_skew_of_the_adopted_interval", "6.1", VRRP_BACKUP, ADOPTED, 200,
		  false, { .type = VRRP_EV_PRIORITY }, 0, 1, VRRP_BACKUP, "down@321875" },
		FAST },
	{ { "own_parameters_do_not_change_the_adopted_interval", "6.1", VRRP_BACKUP, ADOPTED, 100,
		  false, { .type = VRRP_EV_PARAMS }, 0, 1, VRRP_BACKUP, "down@360937" },
		FAST },
	{ { "adopted_interval_is_forgotten_in_fault", "-", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, 1, VRRP_FAULT,
		  "down-off backup>fault:link-down" },
		0 },
	{ { "adopted_interval_is_forgotten_at_the_stop", "6.4.1", VRRP_BACKUP, ADOPTED, 100, false,
		  { .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED }, 0, 1, VRRP_INIT,
		  "down-off backup>init:stopped" },
		0 },
	{ { "active_adopts_the_interval_of_whom_it_yields_to", "6.4.3", VRRP_ACTIVE, PLAIN, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 101, .interval = { FAST } }, 9,
		  A / 2, VRRP_BACKUP,
		  "advert-off del send(100/100000) down@860937 active>backup:higher-priority" },
		FAST },
	{ { "active_adopts_no_interval_of_a_lower_priority", "6.4.3", VRRP_ACTIVE, PLAIN, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 99, .interval = { FAST } }, 20,
		  A / 2, VRRP_ACTIVE, "send(100) advert@1500000 announce-again" },
		0 },
	{ { "rival_with_a_longer_interval_is_not_gone_yet", "-", VRRP_ACTIVE, SLOW, 100, false,
		  { .type = VRRP_EV_ADVERT_TIMER }, 0, A, VRRP_ACTIVE, "send(100) advert@2000000" },
		0 },
};

#define ROWS_V3 (sizeof(table_v3) / sizeof(table_v3[0]))

/* With preempt_delay, which no RFC has. */
#define DELAY (5 * A)
#define NONE  INT64_C(-1)

static const struct row_delay {
	struct row row;
	int64_t from; /* the delay counts from T0 + from after it */
} table_delay[] = {
	{ { "first_lower_advert_begins_the_delay_and_is_accepted", "-", VRRP_BACKUP, PLAIN, 100,
		  false, { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A, VRRP_BACKUP,
		  "down@4609375" },
		A },
	{ { "lower_adverts_are_accepted_to_the_last_moment", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, DELAY - 1, VRRP_BACKUP,
		  "down@8609374" },
		0 },
	{ { "lower_adverts_are_discarded_after_it", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, DELAY, VRRP_BACKUP, "" },
		0 },
	{ { "higher_priority_ends_the_delay", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 150 }, 20, A, VRRP_BACKUP, "down@4609375" },
		NONE },
	{ { "equal_priority_ends_the_delay", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 100 }, 20, A, VRRP_BACKUP, "down@4609375" },
		NONE },
	{ { "peer_that_leaves_is_not_waited_for", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 0 }, 20, 0, VRRP_BACKUP, "down@609375" },
		0 },
	{ { "peer_that_is_silent_is_not_waited_for", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_DOWN_TIMER }, 0, D, VRRP_ACTIVE,
		  "send(100) add announce down-off advert@4609375 backup>active:peer-silent" },
		NONE },
	{ { "owner_knows_no_delay", "-", VRRP_BACKUP, PLAIN, 255, false,
		  { .type = VRRP_EV_ADVERT, .priority = 254 }, 20, A, VRRP_BACKUP, "" },
		NONE },
	{ { "nopreempt_has_nothing_to_delay", "-", VRRP_BACKUP, PLAIN, 100, true,
		  { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A, VRRP_BACKUP, "down@4609375" },
		NONE },
	{ { "delay_goes_on_when_parameters_change", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_PARAMS }, 0, A, VRRP_BACKUP, "down@3609375" },
		0 },
	{ { "delay_is_forgotten_in_fault", "-", VRRP_BACKUP, COUNTING, 100, false,
		  { .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN }, 0, A, VRRP_FAULT,
		  "down-off backup>fault:link-down" },
		NONE },
	{ { "start_is_not_delayed", "-", VRRP_INIT, PLAIN, 100, false, { .type = VRRP_EV_START }, 0,
		  0, VRRP_BACKUP, "down@3609375 init>backup:started" },
		NONE },
	{ { "active_is_not_delayed", "-", VRRP_ACTIVE, PLAIN, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A / 2, VRRP_ACTIVE,
		  "send(100) advert@1500000 announce-again" },
		NONE },
};

#define ROWS_DELAY (sizeof(table_delay) / sizeof(table_delay[0]))

/* What the operator may want otherwise. */
enum option {
	NO_ADVERT, /* lower_prio_no_advert */
	NO_LAST,   /* higher_prio_send_advert off */
	IGNORING,  /* owner_ignore_adverts */
	EXPIRED_2, /* timer_expired_backup 2 */
};

static const struct row_option {
	struct row row;
	enum option option;
} table_options[] = {
	{ { "lower_priority_is_not_answered", "3768 6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 99 }, 20, A / 2, VRRP_ACTIVE,
		  "announce-again" },
		NO_ADVERT },
	{ { "priority_zero_is_answered", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 0 }, 20, A / 2, VRRP_ACTIVE,
		  "send(100) advert@1500000 announce-again" },
		NO_ADVERT },
	{ { "who_may_be_yielding_is_answered", "-", VRRP_ACTIVE, FELL, 50, false,
		  { .type = VRRP_EV_ADVERT, .priority = 100 }, 9, A / 2, VRRP_ACTIVE,
		  "send(50) advert@1500000 announce-again" },
		NO_ADVERT },
	{ { "active_yields_without_a_last_advert", "6.4.3", VRRP_ACTIVE, PLAIN, 100, false,
		  { .type = VRRP_EV_ADVERT, .priority = 101 }, 9, A / 2, VRRP_BACKUP,
		  "advert-off del down@4109375 active>backup:higher-priority" },
		NO_LAST },
	{ { "owner_ignores_another_owner", "3768 7.1", VRRP_ACTIVE, PLAIN, 255, false,
		  { .type = VRRP_EV_ADVERT, .priority = 255 }, 11, A / 2, VRRP_ACTIVE, "" },
		IGNORING },
	{ { "owner_ignores_priority_zero", "3768 7.1", VRRP_ACTIVE, PLAIN, 255, false,
		  { .type = VRRP_EV_ADVERT, .priority = 0 }, 11, A / 2, VRRP_ACTIVE, "" },
		IGNORING },
	{ { "owner_that_became_backup_ignores_them_too", "-", VRRP_BACKUP, PLAIN, 255, false,
		  { .type = VRRP_EV_ADVERT, .priority = 255 }, 11, A, VRRP_BACKUP, "" },
		IGNORING },
	{ { "nobody_else_ignores_adverts", "6.4.3", VRRP_ACTIVE, PLAIN, 254, false,
		  { .type = VRRP_EV_ADVERT, .priority = 255 }, 9, A / 2, VRRP_BACKUP,
		  "advert-off del send(254) down@3507812 active>backup:higher-priority" },
		IGNORING },
	{ { "active_that_is_not_late_enough_stays", "-", VRRP_ACTIVE, PLAIN, 100, true,
		  { .type = VRRP_EV_ADVERT_TIMER }, 0, 3 * A, VRRP_ACTIVE,
		  "send(100) advert@4000000 announce" },
		EXPIRED_2 },
	{ { "active_that_is_too_late_steps_aside", "-", VRRP_ACTIVE, PLAIN, 100, true,
		  { .type = VRRP_EV_ADVERT_TIMER }, 0, 3 * A + 1, VRRP_BACKUP,
		  "advert-off del send(0) down@6609376 active>backup:stalled" },
		EXPIRED_2 },
	{ { "active_that_is_too_late_hears_a_lower_one_as_backup", "-", VRRP_ACTIVE, PLAIN, 100,
		  true, { .type = VRRP_EV_ADVERT, .priority = 50 }, 20, 10 * A, VRRP_BACKUP,
		  "advert-off del send(0) down@13609375 active>backup:stalled down@13609375" },
		EXPIRED_2 },
};

#define ROWS_OPTIONS (sizeof(table_options) / sizeof(table_options[0]))

/* A machine that came into its state at T0. */
static struct vrrp_fsm machine(const struct row *r)
{
	struct vrrp_fsm f = {
		.state = r->state, .since = { T0 }, .advert_due = MONO_NEVER, .down_due = MONO_NEVER
	};

	switch (r->state) {
	case VRRP_BACKUP:
		f.down_from = (mono_t){ T0 };
		f.is_down_skew = r->variant == LEFT;
		f.down_due = (mono_t){ T0 + (r->variant == LEFT ? S : D) };
		if (r->variant == SILENT || r->variant == HELD)
			f.silent_from = (mono_t){ T0 };
		if (r->variant == HELD)
			f.down_due = (mono_t){ T0 + SILENCE };
		if (r->variant == PLAIN || r->variant == SILENT || r->variant == HELD)
			break;
		f.peer = host(20);
		if (r->variant != LOWER)
			f.active = host(20);
		f.peer_priority = r->variant == LEFT ? 0 : r->variant == LOWER ? 50 : 150;
		f.peer_heard = (mono_t){ T0 + (r->variant == LOWER ? 2 * A : 0) };
		if (r->variant == COUNTING) {
			f.peer_priority = 99;
			f.preempt_from = (mono_t){ T0 };
		}
		if (r->variant == ADOPTED) {
			f.active_int = f.peer_int = span_us(FAST);
			f.down_due = (mono_t){ T0 + 360937 };
		}
		break;
	case VRRP_ACTIVE:
		f.last_sent = (mono_t){ T0 };
		f.last_priority = r->variant == FELL ? 150 : r->priority;
		if (r->variant == RECENT || r->variant == FLOODED)
			f.last_sent = (mono_t){ T0 + r->at - A / 10 };
		if (r->variant == FLOODED)
			f.last_announced = f.last_sent;
		f.advert_due = (mono_t){ T0 + A };
		f.is_contested =
			r->variant == CONTESTED || r->variant == GONE || r->variant == SLOW;
		if (f.is_contested) {
			f.peer = host(9);
			f.peer_priority = 50;
			f.peer_int = span_us(r->variant == SLOW ? 10 * A : A);
			f.peer_heard = (mono_t){ T0 + r->at -
						 (r->variant == CONTESTED ? A / 2 : 2 * A + 1) };
		}
		break;
	case VRRP_FAULT:
		f.reason = r->variant == TRACKED ? VRRP_BECAUSE_TRACKER : VRRP_BECAUSE_LINK_DOWN;
		break;
	case VRRP_INIT:
	case VRRP_STATE_COUNT: break;
	}
	return f;
}

static struct vrrp_fsm try_params(const struct row *r, struct vrrp_params params)
{
	struct vrrp_fsm in = machine(r), out;
	struct vrrp_event event = r->event;
	struct vrrp_actions actions;
	char text[512];

	event.source = host(r->from);
	if (event.type == VRRP_EV_ADVERT && !event.interval.us)
		event.interval = span_us(A);
	vrrp_fsm_step(&params, &in, &event, (mono_t){ T0 + r->at }, &out, &actions);
	actions_text(&actions, text, sizeof(text));
	ck_assert_msg(!strcmp(text, r->actions), "version %u: %s (%s):\n    %s, expected\n    %s",
		params.version, r->name, r->rfc, text, r->actions);
	ck_assert_msg(out.state == r->next, "version %u: %s: next state %s", params.version,
		r->name, vrrp_state_word(out.state));
	return out;
}

static struct vrrp_fsm try_row(const struct row *r, uint8_t version, int64_t preempt_delay)
{
	struct vrrp_params params = params_of(r->priority, !r->nopreempt);

	params.version = version;
	params.preempt_delay = span_us(preempt_delay);
	return try_params(r, params);
}

START_TEST(row_with_an_option_holds)
{
	const struct row_option *r = &table_options[_i];
	struct vrrp_params params = params_of(r->row.priority, !r->row.nopreempt);

	params.lower_prio_no_advert = r->option == NO_ADVERT;
	params.is_yielding_silently = r->option == NO_LAST;
	params.is_ignoring_adverts = r->option == IGNORING;
	params.expired_adverts = r->option == EXPIRED_2 ? 2 : 0;
	for (params.version = 2; params.version <= 3; params.version++)
		try_params(&r->row, params);
}
END_TEST

START_TEST(table_row_holds)
{
	try_row(&table[_i], 2, 0);
}
END_TEST

START_TEST(table_row_holds_in_version_3)
{
	try_row(&table[_i], 3, 0);
}
END_TEST

START_TEST(row_of_version_3_holds)
{
	const struct row_v3 *r = &table_v3[_i];
	struct vrrp_fsm out = try_row(&r->row, 3, 0);

	ck_assert_msg(out.active_int.us == r->active_int, "%s: interval %lld", r->row.name,
		(long long)out.active_int.us);
}
END_TEST

START_TEST(version_2_has_one_interval_for_all)
{
	struct row r = table_v3[0].row;

	r.actions = "down@4609375";
	try_row(&r, 2, 0);
}
END_TEST

START_TEST(delay_that_is_taken_away_ends)
{
	struct row r = table_delay[1].row;
	struct vrrp_fsm out;

	r.actions = "";
	out = try_row(&r, 2, 0);
	ck_assert_int_eq(out.preempt_from.us, 0);
}
END_TEST

/* A lower active router is heard 1 s after the start, and again `at` s after it. */
static const struct {
	int64_t delay_s, not_before_s; /* the latter from the start; 0: none, -1: never */
	int64_t at_s;
	bool is_put_up_with;
} bounds[] = {
	{ 0, 0, 2, false },
	{ 0, 10, 9, true },
	{ 0, 10, 10, false },
	{ 0, -1, 100000, true },
	{ 20, 10, 15, true }, /* the later of both counts */
	{ 20, 10, 21, false },
	{ 5, 10, 9, true },
	{ 5, -1, 100000, true },
};

static struct vrrp_fsm hear_lower(
	const struct vrrp_params *params, const struct vrrp_fsm *f, int64_t at_s)
{
	const struct vrrp_event event = {
		.type = VRRP_EV_ADVERT, .priority = 50, .source = host(2), .interval = span_s(1)
	};
	struct vrrp_actions actions;
	struct vrrp_fsm out;

	vrrp_fsm_step(params, f, &event, (mono_t){ T0 + at_s * 1000000 }, &out, &actions);
	return out;
}

START_TEST(lower_router_is_put_up_with_until_its_connections_are_here)
{
	const struct vrrp_event start = { .type = VRRP_EV_START };
	struct vrrp_params params = params_of(150, true);
	struct vrrp_fsm f = { 0 }, heard;
	struct vrrp_actions actions;

	params.preempt_delay = span_s(bounds[_i].delay_s);
	if (bounds[_i].not_before_s)
		params.preempt_not_before =
			bounds[_i].not_before_s < 0
				? MONO_NEVER
				: (mono_t){ T0 + bounds[_i].not_before_s * 1000000 };
	vrrp_fsm_step(&params, &f, &start, (mono_t){ T0 }, &f, &actions);
	f = hear_lower(&params, &f, 1);
	heard = hear_lower(&params, &f, bounds[_i].at_s);
	ck_assert_int_eq(heard.state, VRRP_BACKUP);
	ck_assert_int_eq(heard.down_due.us > f.down_due.us, bounds[_i].is_put_up_with);
}
END_TEST

START_TEST(row_with_preempt_delay_holds)
{
	const struct row_delay *r = &table_delay[_i];
	int64_t from = r->from == NONE ? 0 : T0 + r->from;

	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_fsm out = try_row(&r->row, version, DELAY);

		ck_assert_msg(out.preempt_from.us == from, "%s: counts from %lld", r->row.name,
			(long long)out.preempt_from.us);
	}
}
END_TEST

START_TEST(table_has_every_event_in_every_state)
{
	for (unsigned state = 0; state < VRRP_STATE_COUNT; state++)
		for (unsigned type = 0; type < VRRP_EV_COUNT; type++) {
			bool has = false;

			for (size_t i = 0; i < ROWS; i++)
				has |= table[i].state == state && table[i].event.type == type;
			ck_assert_msg(has, "no row for %s in state %s",
				event_word((enum vrrp_event_type)type), vrrp_state_word(state));
		}
}
END_TEST

/* ---- timers (RFC 3768 6.1, RFC 9568 6.1), in whole microseconds ---- */

/* Whoever has handed over accepts a lower priority, until it is needed again. */
START_TEST(handover_is_no_preemption)
{
	const struct vrrp_params params = params_of(255, true);
	const struct vrrp_event yield = { .type = VRRP_EV_YIELD,
		.reason = VRRP_BECAUSE_HANDED_OVER,
		.is_leaving = true,
		.is_handover = true };
	struct vrrp_event event = {
		.type = VRRP_EV_ADVERT, .priority = 1, .source = host(9), .interval = span_us(A)
	};
	struct vrrp_fsm f = { .state = VRRP_ACTIVE, .advert_due = { T0 + A } };
	struct vrrp_actions actions;

	vrrp_fsm_step(&params, &f, &yield, (mono_t){ T0 }, &f, &actions);
	ck_assert(f.state == VRRP_BACKUP && f.has_handed_over);
	vrrp_fsm_step(&params, &f, &event, (mono_t){ T0 + 2 * A }, &f, &actions);
	ck_assert_int_eq(f.down_from.us, T0 + 2 * A);
	event = (struct vrrp_event){ .type = VRRP_EV_DOWN_TIMER };
	vrrp_fsm_step(&params, &f, &event, f.down_due, &f, &actions);
	ck_assert(f.state == VRRP_ACTIVE && !f.has_handed_over);
}
END_TEST

START_TEST(skew_and_down_interval_are_exact)
{
	static const struct {
		uint8_t version, priority;
		int64_t interval, skew, down;
	} points[] = {
		{ 2, 100, A, 609375, 3609375 },
		{ 2, 254, A, 7812, 3007812 },
		{ 2, 1, A, 996093, 3996093 },
		{ 2, 255, A, 3906, 3003906 },
		{ 2, 100, 10 * A, 609375, 30609375 },
		{ 3, 150, 100000, 41406, 341406 },
		{ 3, 100, 40950000, 24953906, 147803906 },
		{ 3, 100, 10000, 6093, 36093 },
		{ 3, 255, 10000, 39, 30039 },
		{ 3, 100, A, 609375, 3609375 },
	};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct vrrp_params params = params_of(points[i].priority, true);
		span_t interval = span_us(points[i].interval);

		params.version = points[i].version;
		ck_assert_int_eq(vrrp_skew(&params, interval).us, points[i].skew);
		ck_assert_int_eq(vrrp_down_interval(&params, interval).us, points[i].down);
	}
}
END_TEST

START_TEST(shorter_interval_brings_the_next_advert_forward)
{
	struct vrrp_params params = params_of(100, true);
	struct vrrp_fsm f = { .state = VRRP_ACTIVE,
		.last_sent = { T0 },
		.advert_due = { T0 + 10 * A },
		.down_due = MONO_NEVER };
	const struct vrrp_event event = { .type = VRRP_EV_PARAMS };
	struct vrrp_actions actions;
	char text[512];

	vrrp_fsm_step(&params, &f, &event, (mono_t){ T0 + A / 2 }, &f, &actions);
	ck_assert_str_eq(actions_text(&actions, text, sizeof(text)), "advert@1000000");
}
END_TEST

/* ---- a link that carries nothing ---- */

static struct vrrp_fsm step_at(struct vrrp_fsm f, struct vrrp_event event, int64_t at)
{
	const struct vrrp_params params = params_of(100, true);
	struct vrrp_actions actions;

	vrrp_fsm_step(&params, &f, &event, (mono_t){ T0 + at }, &f, &actions);
	return f;
}

START_TEST(silence_is_asked_for_at_the_start_and_whenever_the_link_comes)
{
	const struct vrrp_fsm init = { .advert_due = MONO_NEVER, .down_due = MONO_NEVER };
	const struct vrrp_event start = { .type = VRRP_EV_START, .is_silent = true },
				up = { .type = VRRP_EV_LINK, .is_silent = true },
				down = { .type = VRRP_EV_LINK, .reason = VRRP_BECAUSE_LINK_DOWN },
				advert = { .type = VRRP_EV_ADVERT,
					.priority = 150,
					.source = host(20),
					.interval = { A } };
	struct vrrp_fsm f = step_at(init, start, 0);

	ck_assert_int_eq(f.silent_from.us, T0);
	ck_assert_int_eq(step_at(f, advert, A).silent_from.us, 0);
	f = step_at(f, down, A);
	ck_assert_int_eq(f.silent_from.us, 0);
	f = step_at(f, up, 2 * A);
	ck_assert_int_eq(f.silent_from.us, T0 + 2 * A);
	/* Told that the link is up over and over: it counts from the first time. */
	ck_assert_int_eq(step_at(f, up, 3 * A).silent_from.us, T0 + 2 * A);
}
END_TEST

/* ---- the words of a reason ---- */

START_TEST(reason_names_the_peer_and_its_silence)
{
	struct vrrp_fsm f = { .state = VRRP_BACKUP, .peer = host(20), .peer_heard = { T0 } };
	struct vrrp_event event = { .type = VRRP_EV_DOWN_TIMER };
	char text[VRRP_REASON_TEXT_BYTES];

	ck_assert_str_eq(vrrp_fsm_reason(&f, VRRP_BECAUSE_PEER_SILENT, &event,
				 (mono_t){ T0 + 3609375 }, text),
		"peer 192.0.2.20 silent for 3.609 s");
	event = (struct vrrp_event){ .type = VRRP_EV_ADVERT, .priority = 150, .source = host(30) };
	ck_assert_str_eq(
		vrrp_fsm_reason(&f, VRRP_BECAUSE_HIGHER_PRIORITY, &event, (mono_t){ T0 }, text),
		"peer 192.0.2.30 has a higher priority, 150");
}
END_TEST

/* ---- what holds whatever happens ---- */

/* As ck_assert, without its cost while all is well. */
#define must(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond))                                                                       \
			ck_abort_msg("does not hold: %s", #cond);                                  \
	} while (0)

#define RUNS  100
#define STEPS 2000

static uint64_t random_state;

static unsigned dice(unsigned sides)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % sides;
}

struct world {
	struct vrrp_fsm f;
	struct vrrp_params params;
	mono_t now;
	bool has_vips;	      /* as the actions said */
	mono_t timers[2];     /* as the actions said */
	mono_t last_sent;     /* while active */
	enum vrrp_state told; /* by the last NOTIFY */
};

static void apply(struct world *w, const struct vrrp_actions *actions)
{
	for (unsigned i = 0; i < actions->count; i++) {
		const struct vrrp_action *a = &actions->list[i];

		switch (a->type) {
		case VRRP_DO_SEND: w->last_sent = w->now; break;
		case VRRP_DO_VIPS_ADD: w->has_vips = true; break;
		case VRRP_DO_VIPS_DEL: w->has_vips = false; break;
		case VRRP_DO_ANNOUNCE: must(w->has_vips); break;
		case VRRP_DO_TIMER_SET: w->timers[a->timer] = a->due; break;
		case VRRP_DO_TIMER_OFF: w->timers[a->timer] = MONO_NEVER; break;
		case VRRP_DO_NOTIFY:
			if (a->reason != VRRP_BECAUSE_RESUMED &&
				!(a->from == VRRP_ACTIVE && w->told == VRRP_INIT))
				must(a->from == w->told);
			w->told = a->to;
			break;
		}
	}
}

static struct vrrp_event random_event(struct world *w)
{
	static const enum vrrp_reason links[] = { VRRP_BECAUSE_NONE, VRRP_BECAUSE_NONE,
		VRRP_BECAUSE_LINK_DOWN, VRRP_BECAUSE_NO_SOURCE };
	static const uint8_t priorities[] = { 0, 1, 99, 100, 101, 255 };
	struct vrrp_event ev = { .type = VRRP_EV_ADVERT };

	switch (dice(18)) {
	case 0:
		ev = (struct vrrp_event){
			.type = VRRP_EV_START, .reason = links[dice(4)], .is_silent = dice(2)
		};
		break;
	case 1:
		ev = (struct vrrp_event){ .type = VRRP_EV_RESUME,
			.reason = links[dice(4)],
			.last_sent = { w->now.us - dice(3 * A) } };
		break;
	case 2:
		ev = (struct vrrp_event){ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED };
		break;
	case 3:
		ev = (struct vrrp_event){
			.type = VRRP_EV_LINK, .reason = links[dice(4)], .is_silent = dice(2)
		};
		break;
	case 4:
		w->params.priority = priorities[1 + dice(5)];
		ev.type = VRRP_EV_PRIORITY;
		break;
	case 5:
		w->params.advert_int = span_s(1 + dice(3));
		w->params.preempt = dice(2);
		w->params.preempt_delay = span_s(dice(3));
		w->params.lower_prio_no_advert = !dice(3);
		w->params.is_yielding_silently = !dice(3);
		w->params.is_ignoring_adverts = !dice(3);
		w->params.expired_adverts = dice(3);
		ev.type = VRRP_EV_PARAMS;
		break;
	case 6: ev.type = VRRP_EV_HEARD; break;
	case 7: ev.type = VRRP_EV_ADVERT_TIMER; break;
	case 8:
	case 9: ev.type = VRRP_EV_DOWN_TIMER; break;
	case 10:
		ev = (struct vrrp_event){ .type = VRRP_EV_YIELD,
			.reason = VRRP_BECAUSE_GROUP_YIELDS,
			.is_leaving = dice(2) };
		break;
	case 11: ev.type = dice(2) ? VRRP_EV_PEER_LEFT : VRRP_EV_REANNOUNCE; break;
	default:
		ev.priority = priorities[dice(6)];
		ev.source = host((uint8_t)(9 + dice(3)));
		ev.interval = span_us((1 + dice(30)) * FAST);
		break;
	}
	return ev;
}

static void check_invariants(const struct world *w, const struct vrrp_event *ev)
{
	const struct vrrp_fsm *f = &w->f;

	/* The addresses are there exactly while Active. */
	if (w->has_vips != (f->state == VRRP_ACTIVE))
		ck_abort_msg("after %s in %s", event_word(ev->type), vrrp_state_word(f->state));
	/* One timer runs in Backup and Active, none elsewhere, and outside is what inside is. */
	must((w->timers[VRRP_TIMER_ADVERT].us != INT64_MAX) == (f->state == VRRP_ACTIVE));
	must((w->timers[VRRP_TIMER_DOWN].us != INT64_MAX) == (f->state == VRRP_BACKUP));
	if (f->state == VRRP_ACTIVE)
		must(w->timers[VRRP_TIMER_ADVERT].us == f->advert_due.us);
	if (f->state == VRRP_BACKUP)
		must(w->timers[VRRP_TIMER_DOWN].us == f->down_due.us);
	/* The next advert is never further away than an interval. */
	if (f->state == VRRP_ACTIVE)
		must(mono_sub(f->advert_due, w->now).us <= 3 * A);
	/* Everybody outside knows the state. */
	must(w->told == f->state);
}

START_TEST(invariants_hold_over_random_events)
{
	random_state = (uint64_t)_i + 1;
	for (int run = 0; run < RUNS; run++) {
		struct world w = { .params = params_of(100, dice(2)),
			.now = { T0 },
			.timers = { MONO_NEVER, MONO_NEVER } };

		w.params.version = (uint8_t)(2 + dice(2));
		w.f.advert_due = w.f.down_due = MONO_NEVER;
		for (int i = 0; i < STEPS; i++) {
			struct vrrp_event ev = random_event(&w);
			struct vrrp_actions actions;
			bool was_active = w.f.state == VRRP_ACTIVE;

			w.now = mono_add(w.now, span_us(dice(2) ? dice(1000) : dice(2 * A)));
			vrrp_fsm_step(&w.params, &w.f, &ev, w.now, &w.f, &actions);
			apply(&w, &actions);
			check_invariants(&w, &ev);
			if (!was_active && ev.type == VRRP_EV_ADVERT)
				must(w.f.state != VRRP_ACTIVE); /* never by an advert */
		}
	}
}
END_TEST

/*
 * Two machines that hear each other end with one Active, whatever both were before; in version 3
 * each with an interval of its own.
 */
START_TEST(two_machines_that_hear_each_other_end_with_one_active)
{
	static const uint8_t priorities[] = { 1, 100, 100, 150, 254, 255 };
	static const int64_t intervals[] = { A, A / 2, FAST };

	random_state = (uint64_t)_i + 77;
	for (int run = 0; run < 200; run++) {
		struct vrrp_params params[2];
		struct vrrp_fsm f[2] = { { .state = VRRP_INIT }, { .state = VRRP_INIT } };
		const struct vrrp_event start = { .type = VRRP_EV_START };
		int64_t heal = T0 + dice(8 * A), end = heal + 12 * A, begin[2];
		uint8_t version = (uint8_t)(2 + dice(2));
		struct vrrp_actions actions;
		int active = 0;

		for (int k = 0; k < 2; k++) {
			params[k] = params_of(priorities[dice(6)], dice(2));
			params[k].source = host((uint8_t)(10 + k));
			params[k].version = version;
			params[k].preempt_delay = span_s(dice(3));
			if (version == 3)
				params[k].advert_int = span_us(intervals[dice(3)]);
			f[k].advert_due = f[k].down_due = MONO_NEVER;
			begin[k] = T0 + dice(4 * A);
		}
		for (int64_t t = T0; t < end; t += 5000)
			for (int k = 0; k < 2; k++) {
				struct vrrp_event ev = { .type = VRRP_EV_DOWN_TIMER };
				mono_t now = { t };

				if (f[k].state == VRRP_INIT) {
					if (t < begin[k])
						continue;
					ev = start;
				} else if (f[k].state == VRRP_ACTIVE) {
					ev.type = VRRP_EV_ADVERT_TIMER;
				}
				vrrp_fsm_step(&params[k], &f[k], &ev, now, &f[k], &actions);
				/* What is sent arrives at the other one, and what that makes it
				 * send ... */
				for (int from = k, hops = 0; t >= heal && hops < 4;
					from = !from, hops++) {
					int sends = -1;

					for (unsigned i = 0; i < actions.count; i++)
						if (actions.list[i].type == VRRP_DO_SEND)
							sends = actions.list[i].priority;
					if (sends < 0)
						break;
					ev = (struct vrrp_event){ .type = VRRP_EV_ADVERT,
						.priority = (uint8_t)sends,
						.source = params[from].source,
						.interval = params[from].advert_int };
					vrrp_fsm_step(&params[!from], &f[!from], &ev, now,
						&f[!from], &actions);
				}
			}
		for (int k = 0; k < 2; k++)
			active += f[k].state == VRRP_ACTIVE;
		ck_assert_msg(active == 1, "run %d: %d active, priorities %u and %u", run, active,
			params[0].priority, params[1].priority);
	}
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp fsm");
	TCase *t = tcase_create("table");

	tcase_add_loop_test(t, table_row_holds, 0, ROWS);
	tcase_add_loop_test(t, table_row_holds_in_version_3, 0, ROWS);
	tcase_add_loop_test(t, row_of_version_3_holds, 0, ROWS_V3);
	tcase_add_test(t, version_2_has_one_interval_for_all);
	tcase_add_loop_test(t, row_with_preempt_delay_holds, 0, ROWS_DELAY);
	tcase_add_loop_test(t, lower_router_is_put_up_with_until_its_connections_are_here, 0,
		sizeof(bounds) / sizeof(*bounds));
	tcase_add_loop_test(t, row_with_an_option_holds, 0, ROWS_OPTIONS);
	tcase_add_test(t, delay_that_is_taken_away_ends);
	tcase_add_test(t, table_has_every_event_in_every_state);
	tcase_add_test(t, skew_and_down_interval_are_exact);
	tcase_add_test(t, handover_is_no_preemption);
	tcase_add_test(t, shorter_interval_brings_the_next_advert_forward);
	tcase_add_test(t, silence_is_asked_for_at_the_start_and_whenever_the_link_comes);
	tcase_add_test(t, reason_names_the_peer_and_its_silence);
	suite_add_tcase(s, t);
	t = tcase_create("random");
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, invariants_hold_over_random_events, 0, 4);
	tcase_add_loop_test(t, two_machines_that_hear_each_other_end_with_one_active, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
