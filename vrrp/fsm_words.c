/* SPDX-License-Identifier: Apache-2.0 */
/* Why a transition came about, in words. Called by router.c and the tests. */
#include "vrrp/fsm.h"

#include <stdio.h>

const char *vrrp_fsm_reason(const struct vrrp_fsm *was, enum vrrp_reason reason,
	const struct vrrp_event *event, mono_t now, char buf[VRRP_REASON_TEXT_BYTES])
{
	char peer[ADDR_TEXT_BYTES];

	addr_format(event->type == VRRP_EV_ADVERT ? &event->source : &was->peer, peer);
	switch (reason) {
	case VRRP_BECAUSE_NO_PEER:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "no peer heard for %.3f s",
			span_seconds(mono_sub(now, was->down_from)));
		break;
	case VRRP_BECAUSE_PEER_SILENT:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s silent for %.3f s", peer,
			span_seconds(mono_sub(now, was->peer_heard)));
		break;
	case VRRP_BECAUSE_PEER_LEFT:
		addr_format(&was->active, peer);
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s left", peer);
		break;
	case VRRP_BECAUSE_PREEMPTS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s has a lower priority, %u", peer,
			was->peer_priority);
		break;
	case VRRP_BECAUSE_HIGHER_PRIORITY:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s has a higher priority, %u", peer,
			event->priority);
		break;
	case VRRP_BECAUSE_HIGHER_ADDRESS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES,
			"peer %s has our priority, %u, and a higher address", peer,
			event->priority);
		break;
	case VRRP_BECAUSE_STALLED:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "%.3f s late with an advert",
			span_seconds(mono_sub(now, was->advert_due)));
		break;
	case VRRP_BECAUSE_TRACKER:
	case VRRP_BECAUSE_TRACKER_WAITS:
	case VRRP_BECAUSE_STATIC_MISSING:
	case VRRP_BECAUSE_GROUP:
	case VRRP_BECAUSE_GROUP_YIELDS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "%s",
			event->words && event->words[0] ? event->words : vrrp_reason_words(reason));
		break;
	case VRRP_BECAUSE_NONE:
	case VRRP_BECAUSE_STARTED:
	case VRRP_BECAUSE_STOPPED:
	case VRRP_BECAUSE_REMOVED:
	case VRRP_BECAUSE_RESUMED:
	case VRRP_BECAUSE_OWNER:
	case VRRP_BECAUSE_LINK_ABSENT:
	case VRRP_BECAUSE_LINK_DOWN:
	case VRRP_BECAUSE_SOURCE_GONE:
	case VRRP_BECAUSE_NO_UNICAST_PEER:
	case VRRP_BECAUSE_NO_SOURCE:
	case VRRP_BECAUSE_LINK_UP:
	case VRRP_BECAUSE_NO_SOCKET:
	case VRRP_BECAUSE_TRACKERS_OK:
	case VRRP_BECAUSE_STARTUP_DELAY:
	case VRRP_BECAUSE_GROUP_OK:
	case VRRP_BECAUSE_LINK_SILENT:
	case VRRP_BECAUSE_NO_VMAC:
	case VRRP_BECAUSE_HANDED_OVER:
	case VRRP_BECAUSE_MAINTENANCE:
	case VRRP_BECAUSE_MAINTENANCE_OVER:
	case VRRP_REASON_COUNT:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "%s", vrrp_reason_words(reason));
		break;
	}
	return buf;
}
