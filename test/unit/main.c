/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main of every unit test: runs the suite that test_*.c makes. CK_RUN_CASE and the other
 * variables of Check work as usual.
 */
#include <check.h>
#include <stdlib.h>

Suite *make_suite(void);

int main(void)
{
	SRunner *runner = srunner_create(make_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
