/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_VMAC_MAKE_H
#define KEEPD_VRRP_VMAC_MAKE_H

/* One link with a virtual MAC address, and the interface below it: see vmac.h. */

#include "vrrp/netlink_macvlan.h"
#include "vrrp/vmac.h"

/* The links of the kind that are there, read when the first one is asked for. */
struct vmac_census {
	struct macvlan *list;
	size_t count;
	bool is_read;
};

void vmac_census_fini(struct vmac_census *census);

/* Adopts a link that is there on the same interface with the same MAC address, or makes one. It may
 * be up or down then. */
int vmac_make(struct vrrp_router *r, struct vmac *v, struct vmac_census *census, struct err *e);
/* vmac_listen.c: the socket of the link that belongs to the whole instance. */
int vmac_listen(struct vrrp_router *r, struct vmac *v, struct err *e);
void vmac_deafen(struct vmac *v);

/* Removes them; the last one on an interface leaves that as it was. */
void vmac_unmake(struct vrrp_engine *engine, struct vmac *const *vmacs, size_t count);

/* Gives an interface back what it had; what somebody else has changed meanwhile stays. */
void vmac_restore_below(struct netlink *n, uint32_t base, const struct vmac_below *had);

/* vmac.c: what a configuration asks for. */
bool vmac_conf_has_own(const struct vrrp_instance_conf *conf);
bool vmac_conf_wants(const struct vrrp_instance_conf *conf, const struct vrrp_vip_conf *vip);
const char *vmac_conf_dev(const struct vrrp_instance_conf *conf, const struct vrrp_vip_conf *vip);
void vmac_conf_mac(
	uint8_t mac[6], const struct vrrp_instance_conf *conf, uint16_t family, bool is_main);

#endif
