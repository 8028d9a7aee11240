/* SPDX-License-Identifier: Apache-2.0 */
/* See schema_iproute_rules.h. */
#include <stdio.h>
#include <string.h>

#include "core/conf/conf.h"
#include "vrrp/schema_iproute_rules.h"

void vrrp_row_forget(struct conf_obj *obj, uint32_t offset)
{
	const struct conf_row *row = conf_row_at(obj->block, offset);

	for (unsigned i = 0; i < row_count(obj->block); i++)
		if (conf_row(obj->block, i) == row) {
			obj->set[i / 64] &= ~(UINT64_C(1) << (i % 64));
			obj_meta(obj)->given[i / 64] &= ~(UINT64_C(1) << (i % 64));
		}
	memset(row_field(obj, row), 0, row->type->size);
}

void vrrp_row_ignore(
	struct conf_rules *r, struct conf_obj *obj, uint32_t offset, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	conf_complain(r, CONF_WARNING, obj, conf_row_at(obj->block, offset), "%s", text);
	vrrp_row_forget(obj, offset);
}

const char *vrrp_prefix_text(const struct conf_prefix *p, char buf[ADDR_TEXT_BYTES + 4])
{
	size_t len;

	if (!addr_is_set(&p->addr))
		return strcpy(buf, "default");
	addr_format(&p->addr, buf);
	len = strlen(buf);
	snprintf(buf + len, ADDR_TEXT_BYTES + 4 - len, "/%u", p->len);
	return buf;
}

struct conf_prefix vrrp_network(const struct conf_prefix *p)
{
	struct conf_prefix net = *p;

	for (unsigned i = 0; i < addr_len_bytes(&p->addr); i++) {
		unsigned bits = p->len > 8 * i ? p->len - 8 * i : 0;

		if (bits < 8)
			net.addr.bytes[i] &= (uint8_t)(0xff00 >> bits);
	}
	return net;
}

bool vrrp_is_own_protocol(uint32_t protocol)
{
	return protocol == OBJECT_PROTO || protocol == OBJECT_PROTO_KEEPALIVED;
}

const char *vrrp_family_name(const struct addr *a)
{
	return a->family == AF_INET6 ? "IPv6" : "IPv4";
}
