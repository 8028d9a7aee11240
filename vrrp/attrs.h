/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ATTRS_H
#define KEEPD_VRRP_ATTRS_H

/*
 * Walking over netlink attributes that are only read. Those of libmnl cast the const away, which
 * -Wcast-qual does not allow. To be included behind <libmnl/libmnl.h>.
 */

#define ATTRS_WALK(a, first, tail)                                                                 \
	for ((a) = (first); mnl_attr_ok((a), (int)((const char *)(tail) - (const char *)(a)));     \
		(a) = mnl_attr_next(a))

/* The attributes of a message, behind a header of so many bytes. */
#define attrs_of_message(a, message, header_bytes)                                                 \
	ATTRS_WALK(a, mnl_nlmsg_get_payload_offset(message, header_bytes),                         \
		mnl_nlmsg_get_payload_tail(message))

/* Those within another one. */
#define attrs_of_nest(a, nest)                                                                     \
	ATTRS_WALK(a, mnl_attr_get_payload(nest),                                                  \
		(const char *)mnl_attr_get_payload(nest) + mnl_attr_get_payload_len(nest))

/* Those in so many bytes. */
#define attrs_of_bytes(a, bytes, len) ATTRS_WALK(a, bytes, (const char *)(bytes) + (len))

#endif
