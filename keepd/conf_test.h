/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_CONF_TEST_H
#define KEEPD_KEEPD_CONF_TEST_H

/*
 * Looking at a configuration without running it: keepd -t and keepd --dump-config. Neither needs
 * root, a network, or the host the configuration is for.
 */

#include "keepd/options.h"

/*
 * keepd -t: prints what was found to stderr. Returns EXIT_OK; EXIT_FAILED if there are warnings
 * and they count (--strict); EXIT_CONFIG, EXIT_UNREADABLE; or what keepalived -t would return
 * (--compat-exit).
 */
int conf_test(const struct options *o);

/*
 * keepd --dump-config: prints the canonical text to stdout. Returns EXIT_OK, or as conf_test()
 * without having printed.
 */
int conf_dump(const struct options *o);

#endif
