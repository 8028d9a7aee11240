/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP addresses and endpoints as values: text, order, sockaddr. No sockets here. See addr.h.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/addr.h"

int addr_parse(const char *text, struct addr *a)
{
	*a = (struct addr){ 0 };
	if (inet_pton(AF_INET, text, &a->v4) == 1) {
		a->family = AF_INET;
		return 0;
	}
	if (inet_pton(AF_INET6, text, &a->v6) == 1) {
		a->family = AF_INET6;
		return 0;
	}
	*a = (struct addr){ 0 };
	return -1;
}

const char *addr_format(const struct addr *a, char buf[ADDR_TEXT_BYTES])
{
	if (!addr_is_set(a) || !inet_ntop(a->family, a->bytes, buf, ADDR_TEXT_BYTES))
		strcpy(buf, "-");
	return buf;
}

const char *endpoint_format(const struct endpoint *e, char buf[ENDPOINT_TEXT_BYTES])
{
	char text[ADDR_TEXT_BYTES];

	addr_format(&e->addr, text);
	if (!e->port)
		snprintf(buf, ENDPOINT_TEXT_BYTES, "%s", text);
	else if (e->addr.family == AF_INET6)
		snprintf(buf, ENDPOINT_TEXT_BYTES, "[%s]:%u", text, e->port);
	else
		snprintf(buf, ENDPOINT_TEXT_BYTES, "%s:%u", text, e->port);
	return buf;
}

struct addr addr_from_v4(struct in_addr v4)
{
	struct addr a = { .family = AF_INET };

	a.v4 = v4;
	return a;
}

struct addr addr_from_v6(const struct in6_addr *v6)
{
	struct addr a = { .family = AF_INET6 };

	a.v6 = *v6;
	return a;
}

bool addr_is_multicast(const struct addr *a)
{
	switch (a->family) {
	case AF_INET: return a->bytes[0] >> 4 == 0xe;
	case AF_INET6: return a->bytes[0] == 0xff;
	}
	return false;
}

size_t addr_len_bytes(const struct addr *a)
{
	return a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, addr_len_bytes(a));
}

int endpoint_cmp(const struct endpoint *a, const struct endpoint *b)
{
	int order = addr_cmp(&a->addr, &b->addr);

	return order ? order : (a->port > b->port) - (a->port < b->port);
}

socklen_t endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss)
{
	*ss = (struct sockaddr_storage){ 0 };
	if (e->addr.family == AF_INET6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

		in6->sin6_family = AF_INET6;
		in6->sin6_addr = e->addr.v6;
		in6->sin6_port = htons(e->port);
		return sizeof(*in6);
	}
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	in->sin_family = AF_INET;
	in->sin_addr = e->addr.v4;
	in->sin_port = htons(e->port);
	return sizeof(*in);
}

struct endpoint endpoint_from_sockaddr(const struct sockaddr_storage *ss)
{
	struct endpoint e = { 0 };

	if (ss->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)ss;

		e.addr = addr_from_v4(in->sin_addr);
		e.port = ntohs(in->sin_port);
	} else if (ss->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)ss;

		e.addr = addr_from_v6(&in6->sin6_addr);
		e.port = ntohs(in6->sin6_port);
	}
	return e;
}
