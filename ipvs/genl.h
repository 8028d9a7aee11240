/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_GENL_H
#define KEEPD_IPVS_GENL_H

/*
 * The real kernel's IPVS table over generic netlink. The kernel sends no events about it: what
 * others do is only seen in a dump. To be opened after privileges were dropped: the kernel looks at
 * the credentials of the socket's opener as well as of the sender.
 */

#include "ipvs/kernel.h"

struct ipvs_genl;

/* Opens the socket; the kernel is not asked yet. Caller frees with ipvs_genl_close. NULL and *e. */
struct ipvs_genl *ipvs_genl_open(struct err *e);
void ipvs_genl_close(struct ipvs_genl *g); /* NULL is fine */

/* The interface to it; valid until it is closed. */
struct ipvs_kernel ipvs_genl_kernel(struct ipvs_genl *g);

#endif
