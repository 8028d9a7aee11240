/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services and destinations as values: order, equality, text. What the kernel does with them is not
 * known here but for what it ignores. See ipvs.h.
 */
#include <stdio.h>
#include <string.h>

#include "ipvs/ipvs.h"

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int ipvs_service_key_cmp(const struct ipvs_service_key *a, const struct ipvs_service_key *b)
{
	int o = order(a->fwmark, b->fwmark);

	if (!o)
		o = order(a->family, b->family);
	if (o || a->fwmark)
		return o;
	o = order(a->protocol, b->protocol);
	return o ? o : endpoint_cmp(&a->endpoint, &b->endpoint);
}

uint8_t ipvs_service_prefix(const struct ipvs_service *s)
{
	uint8_t full = s->key.family == AF_INET6 ? 128 : 32;

	return s->persistence_prefix && s->persistence_prefix < full ? s->persistence_prefix : full;
}

bool ipvs_service_equal(const struct ipvs_service *a, const struct ipvs_service *b)
{
	if (ipvs_service_key_cmp(&a->key, &b->key) || strcmp(a->scheduler, b->scheduler) ||
		a->flags != b->flags)
		return false;
	if (!(a->flags & IPVS_SVC_PERSISTENT))
		return true;
	return a->timeout_s == b->timeout_s && !strcmp(a->engine, b->engine) &&
	       ipvs_service_prefix(a) == ipvs_service_prefix(b);
}

bool ipvs_dest_equal(const struct ipvs_dest *a, const struct ipvs_dest *b)
{
	bool is_same_method =
		a->method == b->method || a->method == IPVS_LOCAL || b->method == IPVS_LOCAL;

	return !endpoint_cmp(&a->endpoint, &b->endpoint) && is_same_method &&
	       a->weight == b->weight && a->upper_threshold == b->upper_threshold &&
	       a->lower_threshold == b->lower_threshold;
}

const char *ipvs_protocol_name(enum ipvs_protocol p)
{
	switch (p) {
	case IPVS_TCP: return "tcp";
	case IPVS_UDP: return "udp";
	case IPVS_SCTP: return "sctp";
	}
	return "protocol?";
}

const char *ipvs_method_name(enum ipvs_method m)
{
	switch (m) {
	case IPVS_NAT: return "NAT";
	case IPVS_DR: return "DR";
	case IPVS_TUN: return "TUN";
	case IPVS_LOCAL: return "local";
	case IPVS_OTHER: break;
	}
	return "method?";
}

const char *ipvs_service_key_format(const struct ipvs_service_key *k, char buf[IPVS_KEY_TEXT_BYTES])
{
	char text[ENDPOINT_TEXT_BYTES];

	if (k->fwmark)
		snprintf(buf, IPVS_KEY_TEXT_BYTES, "fwmark %u %s", (unsigned)k->fwmark,
			k->family == AF_INET6 ? "inet6" : "inet");
	else
		snprintf(buf, IPVS_KEY_TEXT_BYTES, "%s %s",
			ipvs_protocol_name((enum ipvs_protocol)k->protocol),
			endpoint_format(&k->endpoint, text));
	return buf;
}
