/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_MODULES_H
#define KEEPD_KEEPD_MODULES_H

#include <sys/types.h>

/*
 * Loads ip_vs by modprobe if this kernel does not know IPVS yet; waits a few seconds at most.
 * Failure is not an error here: the checker says what is missing, once, and keeps trying. *hung is
 * the pid of a modprobe that did not end in time, 0 if there is none; it stays the caller's.
 */
void modules_load_ipvs(pid_t *hung);

#endif
