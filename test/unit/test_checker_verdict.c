/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From results to verdicts to pools, as tables.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "checker/pool.h"
#include "checker/verdict.h"

/*
 * Results: + good, - failed, 0 an error of our own. Verdicts after each: U up, D down, n none yet.
 */
static const struct verdict_row {
	const char *name;
	uint32_t retry;
	const char *results, *verdicts;
} verdicts[] = {
	{ "a good one is up", 1, "+", "U" },
	{ "the first failure of all counts at once", 3, "-", "D" },
	{ "retry 1: the second failure counts", 1, "+--", "UUD" },
	{ "retry 0: the first failure counts", 0, "+-", "UD" },
	{ "retry 3: the fourth failure counts", 3, "+----", "UUUUD" },
	{ "a success in between starts anew", 1, "+-+-+--", "UUUUUUD" },
	{ "one success is enough", 3, "+----+", "UUUUDU" },
	{ "down and up at the start", 2, "-+-", "DUU" },
	{ "our own errors count for nothing", 1, "0+0-00+-0-", "nUUUUUUUUD" },
	{ "our own errors do not hide failures", 1, "+-0-", "UUUD" },
	{ "flapping within the retries stays up", 2, "+--+--+--", "UUUUUUUUU" },
};

START_TEST(each_row_of_results)
{
	const struct verdict_row *row = &verdicts[_i];
	struct probe_slot probe = { .id = 1 };
	enum verdict_state v = VERDICT_NONE;

	for (size_t i = 0; row->results[i]; i++) {
		struct check_result r = { .status = row->results[i] == '+'   ? CHECK_OK
						    : row->results[i] == '-' ? CHECK_CONNECT
									     : CHECK_LOCAL_ERROR,
			.code = ECONNREFUSED };

		uint64_t ok_before = probe.ok_total;

		probe_count(&probe, &r, (mono_t){ 1 }, (mono_t){ 2 });
		v = verdict_next(v, ok_before, row->retry, &probe);
		ck_assert_msg(
			"nUD"[v] == row->verdicts[i], "%s: result %zu: %c", row->name, i, "nUD"[v]);
	}
}
END_TEST

/* The same results, with the consumer hearing of some of them only: the end is the same. */
START_TEST(lost_doorbells_change_no_final_verdict)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		const struct verdict_row *row = &verdicts[i];
		size_t len = strlen(row->results);

		for (unsigned heard = 0; heard < 1u << len; heard++) {
			struct probe_slot probe = { .id = 1 };
			enum verdict_state v = VERDICT_NONE;
			uint64_t ok_before = 0;

			for (size_t j = 0; j < len; j++) {
				struct check_result r = { .status = row->results[j] == '+'
									    ? CHECK_OK
								    : row->results[j] == '-'
									    ? CHECK_CONNECT
									    : CHECK_LATE };

				probe_count(&probe, &r, (mono_t){ 1 }, (mono_t){ 2 });
				if (!(heard >> j & 1) && j < len - 1)
					continue;
				v = verdict_next(v, ok_before, row->retry, &probe);
				ok_before = probe.ok_total;
			}
			/* A server that was up all the time must not have been seen down. */
			if (row->verdicts[len - 1] == 'U')
				ck_assert_int_eq(v, VERDICT_UP);
			if (row->verdicts[len - 1] == 'D')
				ck_assert_int_eq(v, VERDICT_DOWN);
		}
	}
}
END_TEST

START_TEST(alpha_waits_for_the_first_result)
{
	ck_assert(verdict_is_up(VERDICT_NONE, false));
	ck_assert(!verdict_is_up(VERDICT_NONE, true));
	ck_assert(verdict_is_up(VERDICT_UP, true));
	ck_assert(!verdict_is_up(VERDICT_DOWN, false));
}
END_TEST

START_TEST(reasons_read_well)
{
	char buf[CHECK_REASON_BYTES];

	ck_assert_str_eq(check_reason_format(&(struct check_result){ .status = CHECK_CONNECT,
						     .code = ECONNREFUSED },
				 buf),
		"connect: connection refused");
	ck_assert_str_eq(check_reason_format(
				 &(struct check_result){
					 .status = CHECK_HTTP_STATUS, .code = 503, .detail = 2 },
				 buf),
		"url 2: HTTP status 503");
	ck_assert_str_eq(
		check_reason_format(&(struct check_result){ .status = 4711 }, buf), "unknown");
	ck_assert_str_eq(
		check_reason_format(
			&(struct check_result){ .status = CHECK_LOCAL_ERROR, .code = EMFILE }, buf),
		"cannot ask: too many open files");
}
END_TEST

#define SERVERS 3

/*
 * A pool of three servers. Per server: weight, then + up, - down, = down with inhibit. What should
 * be in the table: "A1 B0 S1" = server A with weight 1, B quiesced, the sorry server.
 */
static const struct pool_row {
	const char *name;
	const char *servers;
	uint64_t quorum, hysteresis;
	bool has_sorry, had_quorum;
	bool has_quorum;
	const char *dests;
} pools[] = {
	{ "all up", "1+ 2+ 3+", 1, 0, true, true, true, "A1 B2 C3" },
	{ "one down is removed", "1+ 2- 3+", 1, 0, true, true, true, "A1 C3" },
	{ "one down is quiesced with inhibit", "1+ 2= 3+", 1, 0, true, true, true, "A1 B0 C3" },
	{ "all down: the sorry server", "1- 1- 1-", 1, 0, true, true, false, "S1" },
	{ "all down with inhibit: the sorry server", "1= 1= 1=", 1, 0, true, true, false,
		"A0 B0 C0 S1" },
	{ "all down without a sorry server", "1- 1- 1-", 1, 0, false, true, false, "" },
	{ "the sorry server leaves with the first that is up", "1= 1+ 1=", 1, 0, true, false, true,
		"A0 B1 C0" },
	{ "quorum lost: the living are quiesced", "1+ 1- 1-", 2, 0, true, true, false, "A0 S1" },
	{ "quorum lost without a sorry server: the living serve", "1+ 1- 1-", 2, 0, false, true,
		false, "A1" },
	{ "quorum is gained at quorum", "1+ 1+ 1-", 2, 0, true, false, true, "A1 B1" },
	{ "hysteresis: not lost yet", "1+ 1- 1-", 2, 1, true, true, true, "A1" },
	{ "hysteresis: not gained yet", "1+ 1+ 1-", 2, 1, true, false, false, "A0 B0 S1" },
	{ "hysteresis: gained", "1+ 1+ 1+", 2, 1, true, false, true, "A1 B1 C1" },
	{ "a quorum out of reach is lowered", "1+ 1+ 1+", 10, 0, true, false, true, "A1 B1 C1" },
	{ "hysteresis out of reach is lowered", "1+ 1+ 1+", 3, 2, true, false, true, "A1 B1 C1" },
	{ "nothing alive is no quorum whatever the hysteresis", "1- 1- 1-", 3, 9, true, true, false,
		"S1" },
	{ "weights count, not heads", "5+ 1- 1-", 5, 0, true, true, true, "A5" },
	{ "weight 0 alone is no quorum", "0+ 1- 1-", 1, 0, true, true, false, "A0 S1" },
};

static struct ipvs_dest dest(uint8_t i, uint32_t weight)
{
	return (struct ipvs_dest){
		.endpoint = { .addr = { .family = AF_INET, .bytes = { 192, 0, 2, i } },
			.port = 80 },
		.method = IPVS_DR,
		.weight = weight,
	};
}

START_TEST(each_pool)
{
	const struct pool_row *row = &pools[_i];
	struct pool_server servers[SERVERS];
	struct ipvs_dest dests[SERVERS + 1], sorry = dest('S', 1);
	struct pool_params params = { .servers = servers,
		.count = SERVERS,
		.quorum = row->quorum,
		.hysteresis = row->hysteresis,
		.sorry = row->has_sorry ? &sorry : NULL,
		.had_quorum = row->had_quorum };
	struct pool_result result;
	char text[64] = "";

	for (uint8_t i = 0; i < SERVERS; i++) {
		const char *s = row->servers + 3 * i;

		servers[i] = (struct pool_server){
			.dest = dest((uint8_t)('A' + i), (uint32_t)(s[0] - '0')),
			.is_up = s[1] == '+',
			.inhibit = s[1] == '=',
		};
	}
	pool_compute(&params, dests, &result);
	for (size_t i = 0; i < result.dest_count; i++) {
		char one[8] = { ' ', (char)dests[i].endpoint.addr.bytes[3],
			(char)('0' + dests[i].weight), 0 };

		strcat(text, i ? one : one + 1);
	}
	ck_assert_msg(!strcmp(text, row->dests), "%s: %s", row->name, text);
	ck_assert_msg(result.has_quorum == row->has_quorum, "%s", row->name);
	ck_assert(result.is_sorry_in_use == (row->has_sorry && !row->has_quorum));
}
END_TEST

/* Whatever is up and whatever was: if anything may serve, something does. */
START_TEST(a_pool_is_empty_only_when_nothing_may_serve)
{
	for (unsigned bits = 0; bits < 1u << 9; bits++)
		for (unsigned quorum = 1; quorum <= 4; quorum++)
			for (unsigned hysteresis = 0; hysteresis < 4; hysteresis++) {
				struct pool_server servers[SERVERS];
				struct ipvs_dest dests[SERVERS + 1], sorry = dest('S', 1);
				struct pool_params params = { .servers = servers,
					.count = SERVERS,
					.quorum = quorum,
					.hysteresis = hysteresis,
					.sorry = bits & 1 ? &sorry : NULL,
					.had_quorum = bits & 2 };
				struct pool_result r;
				uint64_t serving = 0;
				bool any_up = false;

				for (uint8_t i = 0; i < SERVERS; i++) {
					servers[i] = (struct pool_server){ .dest = dest(i, 1),
						.is_up = bits >> (2 + i) & 1,
						.inhibit = bits >> (5 + i) & 1 };
					any_up |= servers[i].is_up;
				}
				pool_compute(&params, dests, &r);
				for (size_t i = 0; i < r.dest_count; i++)
					serving += dests[i].weight;
				ck_assert(serving > 0 || (!params.sorry && !any_up));
			}
}
END_TEST

START_TEST(a_sorry_server_that_is_a_real_server_stands_once)
{
	struct pool_server servers[] = { { .dest = dest('A', 5), .inhibit = true } };
	struct ipvs_dest dests[2], sorry = dest('A', 1);
	struct pool_params params = {
		.servers = servers, .count = 1, .quorum = 1, .sorry = &sorry
	};
	struct pool_result r;

	pool_compute(&params, dests, &r);
	ck_assert_uint_eq(r.dest_count, 1);
	ck_assert_uint_eq(dests[0].weight, 1);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/verdict");
	TCase *t = tcase_create("verdict"), *p = tcase_create("pool");

	tcase_add_loop_test(t, each_row_of_results, 0, sizeof(verdicts) / sizeof(verdicts[0]));
	tcase_add_test(t, lost_doorbells_change_no_final_verdict);
	tcase_add_test(t, alpha_waits_for_the_first_result);
	tcase_add_test(t, reasons_read_well);
	suite_add_tcase(s, t);
	tcase_add_loop_test(p, each_pool, 0, sizeof(pools) / sizeof(pools[0]));
	tcase_add_test(p, a_pool_is_empty_only_when_nothing_may_serve);
	tcase_add_test(p, a_sorry_server_that_is_a_real_server_stands_once);
	suite_add_tcase(s, p);
	return s;
}
