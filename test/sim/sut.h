/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_SUT_H
#define KEEPD_TEST_SIM_SUT_H

/*
 * The code under test: the state machine, the codec and the rule of adoption, as they are, or with
 * one deliberate fault. A mutant distorts what goes in or what comes out; the code itself is always
 * the real one, so that no mutant can fall behind it.
 */

#include "vrrp/adopt.h"
#include "vrrp/fsm.h"
#include "vrrp/packet.h"

#define SUT_MUTANT_LIST(X)                                                                         \
	X(NONE, "none")                                                                            \
	X(TIE_INVERTED, "tie-inverted")                                                            \
	X(SKEW_FORGOTTEN, "skew-forgotten")                                                        \
	X(ZERO_IGNORED, "zero-ignored")                                                            \
	X(ZERO_WITHOUT_SKEW, "zero-without-skew")                                                  \
	X(PREEMPT_ALWAYS, "preempt-always")                                                        \
	X(PREEMPT_NEVER, "preempt-never")                                                          \
	X(DOWN_TIMER_RUNS_ON, "down-timer-runs-on")                                                \
	X(ADDRESSES_STAY, "addresses-stay")                                                        \
	X(TAKEOVER_SILENT, "takeover-silent")                                                      \
	X(TAKEOVER_UNANNOUNCED, "takeover-unannounced")                                            \
	X(CONFLICT_UNANNOUNCED, "conflict-unannounced")                                            \
	X(INTERVAL_UNITS, "interval-units")                                                        \
	X(INTERVAL_ON_WIRE, "interval-on-wire")                                                    \
	X(STOP_SILENT, "stop-silent")                                                              \
	X(NEVER_YIELDS, "never-yields")                                                            \
	X(YIELDS_TO_LOWER, "yields-to-lower")                                                      \
	X(LINK_IGNORED, "link-ignored")                                                            \
	X(LINK_UP_ACTIVE, "link-up-active")                                                        \
	X(RELOAD_IGNORED, "reload-ignored")                                                        \
	X(INTERVAL_NOT_ADOPTED, "interval-not-adopted")                                            \
	X(SKEW_OF_VERSION_2, "skew-of-version-2")                                                  \
	X(WALL_CLOCK, "wall-clock")                                                                \
	X(LATE_TIMER_FIRST, "late-timer-first")                                                    \
	X(ADOPTS_ANY_AGE, "adopts-any-age")                                                        \
	X(ADOPTION_FORGETS_ADVERT, "adoption-forgets-advert")                                      \
	X(ADOPTION_FORGETS_SOURCE, "adoption-forgets-source")                                      \
	X(PREEMPT_DELAY_IGNORED, "preempt-delay-ignored")                                          \
	X(PREEMPT_DELAY_LASTS, "preempt-delay-lasts")                                              \
	X(ZERO_OF_ANYBODY, "zero-of-anybody")                                                      \
	X(FALLS_AND_YIELDS, "falls-and-yields")                                                    \
	X(STALL_UNANNOUNCED, "stall-unannounced")                                                  \
	X(WRONG_CHECKSUM, "wrong-checksum")

enum sut_mutant {
#define X(name, word) SUT_##name,
	SUT_MUTANT_LIST(X)
#undef X
		SUT_MUTANT_COUNT
};

extern enum sut_mutant sut_mutant;

const char *sut_mutant_word(enum sut_mutant m);

/* `wall`: what the wall clock says more than the monotonic one. */
void sut_step(const struct vrrp_params *params, const struct vrrp_event *event, mono_t now,
	span_t wall, struct vrrp_fsm *f, struct vrrp_actions *actions);
size_t sut_encode(const struct vrrp_packet_spec *spec, bool is_resumed, uint8_t *buf, size_t room);
enum vrrp_drop sut_decode(const uint8_t *bytes, size_t len, const struct vrrp_packet_params *params,
	struct vrrp_advert *advert);
bool sut_may_resume(const struct vrrp_slot *slot, const struct vrrp_identity *id, mono_t now);
/* Does a late timer read the queue before it decides? As vrrp_iface_hear_out() in vrrp/router.c. */
bool sut_hears_out(void);

#endif
