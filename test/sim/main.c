/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulator. Without arguments it is a test: so many seeds must hold, and each mutant must be
 * caught by one of the first. Otherwise:
 *
 *    sim [--first SEED] [--seeds N] [--seconds S] [--mutant NAME]   random scenarios
 *    sim --replay FILE [--mutant NAME]                              one, with its transitions
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mono.h"
#include "test/sim/shrink.h"
#include "test/sim/sut.h"
#include "test/sim/world.h"

enum {
	TEST_SEEDS = 1000,
	TEST_MUTANT_SEEDS = 300,
};

struct tally {
	uint64_t runs;
	double simulated; /* seconds */
	mono_t begin;
};

/* Runs one seed; a failure is shrunk and printed if `is_loud`. */
static bool holds(uint64_t seed, struct tally *t, bool is_loud, struct violation *v)
{
	struct scenario s;

	scenario_make(&s, seed);
	t->simulated += (double)world_run(&s, NULL, v) / 1e6;
	t->runs++;
	if (v->invariant && is_loud) {
		printf("# seed %llu, at %.6f: I%u, %s\n", (unsigned long long)seed,
			(double)v->at / 1e6, v->invariant, v->text);
		shrink(&s, v);
		printf("# made smaller: at %.6f: I%u, %s\n", (double)v->at / 1e6, v->invariant,
			v->text);
		scenario_print(&s, stdout);
		fflush(stdout);
	}
	return v->invariant == 0;
}

static void say_speed(const struct tally *t)
{
	double took = span_seconds(mono_sub(mono_now(), t->begin));

	printf("%llu seeds, %.1f simulated hours in %.2f s: %.0f simulated hours per second\n",
		(unsigned long long)t->runs, t->simulated / 3600, took,
		t->simulated / 3600 / (took > 0 ? took : 1));
}

/* ---- as a test ---- */

static bool is_caught(enum sut_mutant m)
{
	struct tally t = { .begin = mono_now() };
	struct violation v = { 0 };
	uint64_t seed = 1;

	sut_mutant = m;
	while (seed <= TEST_MUTANT_SEEDS && holds(seed, &t, false, &v))
		seed++;
	sut_mutant = SUT_NONE;
	if (!v.invariant)
		printf("mutant %s: NOT CAUGHT by %d seeds\n", sut_mutant_word(m),
			TEST_MUTANT_SEEDS);
	else
		printf("mutant %s: caught by seed %llu: I%u, %s\n", sut_mutant_word(m),
			(unsigned long long)seed, v.invariant, v.text);
	return v.invariant != 0;
}

/* What is printed can be read again, and is the same run. */
static bool is_replayable(void)
{
	struct scenario s, again;
	struct violation v, w;
	FILE *f = tmpfile();
	bool is_same;

	scenario_make(&s, 7);
	if (!f)
		return false;
	scenario_print(&s, f);
	rewind(f);
	is_same = scenario_read(&again, f) == 0;
	fclose(f);
	sut_mutant = SUT_YIELDS_TO_LOWER;
	world_run(&s, NULL, &v);
	world_run(&again, NULL, &w);
	sut_mutant = SUT_NONE;
	return is_same && v.at == w.at && !strcmp(v.text, w.text);
}

static int test(void)
{
	struct tally t = { .begin = mono_now() };
	struct violation v;
	unsigned failed = 0;

	for (uint64_t seed = 1; seed <= TEST_SEEDS && failed < 3; seed++)
		failed += !holds(seed, &t, true, &v);
	say_speed(&t);
	for (int m = SUT_NONE + 1; m < SUT_MUTANT_COUNT; m++)
		failed += !is_caught((enum sut_mutant)m);
	if (!is_replayable()) {
		puts("a scenario that was printed is not the same when it is read");
		failed++;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- by hand ---- */

static int search(uint64_t first, uint64_t seeds, long seconds)
{
	struct tally t = { .begin = mono_now() };
	mono_t end = mono_add(t.begin, span_s(seconds));
	struct violation v;
	unsigned failed = 0;

	for (uint64_t i = 0; failed < 3; i++) {
		if ((seeds && i >= seeds) || (seconds && !mono_before(mono_now(), end)))
			break;
		failed += !holds(first + i, &t, true, &v);
	}
	say_speed(&t);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int replay(const char *path)
{
	struct scenario s;
	struct violation v;
	FILE *f = fopen(path, "r");
	unsigned line;

	if (!f) {
		perror(path);
		return 2;
	}
	line = scenario_read(&s, f);
	fclose(f);
	if (line) {
		fprintf(stderr, "%s:%u: not understood\n", path, line);
		return 2;
	}
	world_run(&s, stdout, &v);
	if (!v.invariant) {
		puts("all invariants hold");
		return EXIT_SUCCESS;
	}
	printf("%12.6f I%u: %s\n", (double)v.at / 1e6, v.invariant, v.text);
	return EXIT_FAILURE;
}

static bool choose_mutant(const char *word)
{
	for (int m = 0; m < SUT_MUTANT_COUNT; m++)
		if (!strcmp(sut_mutant_word((enum sut_mutant)m), word)) {
			sut_mutant = (enum sut_mutant)m;
			return true;
		}
	fprintf(stderr, "no mutant %s; there are:\n", word);
	for (int m = 0; m < SUT_MUTANT_COUNT; m++)
		fprintf(stderr, "  %s\n", sut_mutant_word((enum sut_mutant)m));
	return false;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "first", required_argument, NULL, 'f' },
		{ "seeds", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "mutant", required_argument, NULL, 'm' },
		{ "replay", required_argument, NULL, 'r' }, { 0 } };
	uint64_t first = 1, seeds = 0;
	const char *file = NULL;
	long seconds = 0;
	int c;

	if (argc == 1)
		return test();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'f': first = strtoull(optarg, NULL, 10); break;
		case 'n': seeds = strtoull(optarg, NULL, 10); break;
		case 's': seconds = strtol(optarg, NULL, 10); break;
		case 'm':
			if (!choose_mutant(optarg))
				return 2;
			break;
		case 'r': file = optarg; break;
		default: return 2;
		}
	}
	if (file)
		return replay(file);
	if (!seeds && !seconds)
		seeds = TEST_SEEDS;
	return search(first, seeds, seconds);
}
