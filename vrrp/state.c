/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the tables in state.h.
 */
#include "vrrp/state.h"

const char *vrrp_state_word(unsigned state)
{
	static const char *const words[] = {
#define X(name, word, notify) word,
		VRRP_STATE_LIST(X)
#undef X
	};

	return state < VRRP_STATE_COUNT ? words[state] : "?";
}

const char *vrrp_state_notify_word(unsigned state)
{
	static const char *const words[] = {
#define X(name, word, notify) notify,
		VRRP_STATE_LIST(X)
#undef X
	};

	return state < VRRP_STATE_COUNT ? words[state] : "?";
}

const char *vrrp_reason_key(unsigned reason)
{
	static const char *const keys[] = {
#define X(name, key, words) key,
		VRRP_REASON_LIST(X)
#undef X
	};

	return reason < VRRP_REASON_COUNT ? keys[reason] : "?";
}

const char *vrrp_reason_words(unsigned reason)
{
	static const char *const texts[] = {
#define X(name, key, words) words,
		VRRP_REASON_LIST(X)
#undef X
	};

	return reason < VRRP_REASON_COUNT ? texts[reason] : "?";
}
