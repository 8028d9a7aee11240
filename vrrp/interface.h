/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_INTERFACE_H
#define KEEPD_VRRP_INTERFACE_H

/* When an interface counts as up: for those that run on it (iface.c) and those that track it. */

#include "vrrp/table.h"
#include "vrrp/track.h"

struct vrrp_engine;

/* Up and running, which includes the carrier; NULL: there is none. */
enum track_result vrrp_interface_result(const struct link_info *link);

/* interface_up_down_delays: for how long that must last to count. */
struct track_delays vrrp_interface_delays(const struct vrrp_engine *engine, const char *name);

#endif
