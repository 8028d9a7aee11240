/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_MODULES_H
#define KEEPD_KEEPD_MODULES_H

/*
 * Loads ip_vs by modprobe if this kernel does not know IPVS yet; waits a few seconds at most.
 * Failure is not an error here: the checker says what is missing, once, and keeps trying.
 */
void modules_load_ipvs(void);

#endif
