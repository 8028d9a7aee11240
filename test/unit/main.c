/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main of every unit test: runs the suite that test_*.c makes. CK_RUN_CASE and the other
 * variables of Check work as usual.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/unit.h"

#define EXIT_SKIPPED 77 /* to automake */

int main(int argc, char **argv)
{
	const char *obstacle = unit_obstacle ? unit_obstacle() : NULL;
	SRunner *runner;
	int failed;

	if (argc >= 3 && !strcmp(argv[1], "--role") && unit_role)
		return unit_role(argc, argv);
	if (obstacle) {
		printf("skipped: %s\n", obstacle);
		return EXIT_SKIPPED;
	}
	runner = srunner_create(make_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
