/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_UNIT_H
#define KEEPD_TEST_UNIT_H

/*
 * What every unit test shares. A test is a file test_*.c with a make_suite(); main.c runs it. Check
 * forks for every test, so that one may crash, exit or lose its privileges without the others.
 */

#include <check.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The suite of this binary; main() frees it. */
Suite *make_suite(void);

/*
 * May be defined by a test whose binary is executed again (proc_spawn): called for the arguments
 * "--role ...", its result is the exit status.
 */
int unit_role(int argc, char **argv) __attribute__((weak));

/*
 * May be defined by a test that cannot run everywhere: NULL, or why it cannot run here. `make
 * check` then reports it as skipped.
 */
const char *unit_obstacle(void) __attribute__((weak));

#endif
