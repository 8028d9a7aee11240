/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of adoption. Called by the engine when it starts a virtual router and finds its slot.
 */
#include "vrrp/adopt.h"

#include <string.h>

enum {
	DOWN_ADVERTS_MAX = 100,
	ADVERT_INT_MAX_US = 255 * 1000000,
};

bool vrrp_adopt_is_same(const struct vrrp_slot *slot, const struct vrrp_identity *id)
{
	return slot->vrid != 0 && slot->vrid == id->vrid && slot->family == id->family &&
	       !strncmp(slot->ifname, id->ifname, sizeof(slot->ifname)) &&
	       addr_equal(&slot->unicast_source, &id->unicast_source);
}

bool vrrp_adopt_may_resume(const struct vrrp_slot *slot, const struct vrrp_identity *id, mono_t now)
{
	if (!vrrp_adopt_is_same(slot, id) || slot->state != VRRP_ACTIVE)
		return false;
	if (slot->last_advert_us <= 0 || slot->last_advert_us > now.us)
		return false;
	if (slot->advert_int_us <= 0 || slot->advert_int_us > ADVERT_INT_MAX_US ||
		slot->down_adverts == 0 || slot->down_adverts > DOWN_ADVERTS_MAX)
		return false;
	return now.us - slot->last_advert_us < slot->down_adverts * slot->advert_int_us;
}
