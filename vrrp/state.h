/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_STATE_H
#define KEEPD_VRRP_STATE_H

/*
 * The states of a virtual router and the reasons for its transitions: one table each, so that log,
 * JSON, notify environment and keepctl say the same. Numbers stand in state pages: append only.
 */

/*
 *    name    in logs and JSON   for notify scripts, in keepalived's words
 */
#define VRRP_STATE_LIST(X)                                                                         \
	X(INIT, "init", "STOP")                                                                    \
	X(BACKUP, "backup", "BACKUP")                                                              \
	X(ACTIVE, "active", "MASTER")                                                              \
	X(FAULT, "fault", "FAULT")

enum vrrp_state {
#define X(name, word, notify) VRRP_##name,
	VRRP_STATE_LIST(X)
#undef X
		VRRP_STATE_COUNT
};

/*
 *    name	   key, for programs	 words, for people
 */
#define VRRP_REASON_LIST(X)                                                                        \
	X(NONE, "none", "no reason")                                                               \
	X(STARTED, "started", "started")                                                           \
	X(STOPPED, "stopped", "stopped")                                                           \
	X(REMOVED, "removed", "removed from the configuration")                                    \
	X(RESUMED, "resumed", "went on after a restart of the process")                            \
	X(OWNER, "owner", "priority 255 owns the addresses")                                       \
	X(NO_PEER, "no-peer", "no peer was heard")                                                 \
	X(PEER_SILENT, "peer-silent", "the active peer fell silent")                               \
	X(PEER_LEFT, "peer-left", "the active peer left")                                          \
	X(PREEMPTS, "preempts", "the active peer has a lower priority")                            \
	X(HIGHER_PRIORITY, "higher-priority", "a peer with a higher priority is active")           \
	X(HIGHER_ADDRESS, "higher-address",                                                        \
		"a peer with our priority and a higher address is active")                         \
	X(LINK_ABSENT, "link-absent", "the interface does not exist")                              \
	X(LINK_DOWN, "link-down", "the link is down")                                              \
	X(NO_SOURCE, "no-source", "the interface has no address to send from")                     \
	X(LINK_UP, "link-up", "the interface works again")                                         \
	X(NO_SOCKET, "no-socket", "no socket can be opened on the interface")                      \
	X(TRACKER, "tracker", "something it tracks is not as it must be")                          \
	X(TRACKER_WAITS, "tracker-waits", "something it tracks has not reported yet")              \
	X(TRACKERS_OK, "trackers-ok", "all that it tracks is as it must be again")                 \
	X(STALLED, "stalled", "it was late with its adverts")                                      \
	X(STARTUP_DELAY, "startup-delay", "it waits as the configuration wants it at the start")   \
	X(GROUP, "group", "another member of its sync group cannot take part")                     \
	X(GROUP_OK, "group-ok", "all members of its sync group can take part again")               \
	X(GROUP_YIELDS, "group-yields", "another member of its sync group became backup")          \
	X(LINK_SILENT, "link-silent", "nothing at all was received on the interface")              \
	X(NO_VMAC, "no-vmac", "its interface with the virtual MAC address cannot be made")         \
	X(SOURCE_GONE, "source-gone", "the address to send from is not on this node")              \
	X(STATIC_MISSING, "static-missing",                                                        \
		"a static address, route or rule of its track_group is missing")                   \
	X(NO_UNICAST_PEER, "no-unicast-peer", "it has no unicast_peer")                            \
	X(HANDED_OVER, "handed-over", "it was told to hand over")                                  \
	X(MAINTENANCE, "maintenance", "this node is in maintenance")                               \
	X(MAINTENANCE_OVER, "maintenance-over", "the maintenance of this node is over")

enum vrrp_reason {
#define X(name, key, words) VRRP_BECAUSE_##name,
	VRRP_REASON_LIST(X)
#undef X
		VRRP_REASON_COUNT
};

/* All are safe for numbers read from elsewhere: "?" for what is not in the table. */
const char *vrrp_state_word(unsigned state);
const char *vrrp_state_notify_word(unsigned state);
const char *vrrp_reason_key(unsigned reason);
const char *vrrp_reason_words(unsigned reason);

#endif
