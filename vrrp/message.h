/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_MESSAGE_H
#define KEEPD_VRRP_MESSAGE_H

/*
 * Messages of rtnetlink as values: one makes, or with another type removes, one object. Each
 * begins with its header of netlink, and so knows its length.
 */

#include <stdbool.h>
#include <stddef.h>
#include "vrrp/object.h"
#include "vrrp/schema_address.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_rule.h"
#include "vrrp/table.h"

#define MESSAGE_BYTES 8192 /* more than any that is made here */

/*
 * Begins one in buf, which is all zero then: two messages of the same object are compared byte by
 * byte, and libmnl (1.0.4) leaves what is between two attributes as it finds it.
 */
void *message_begin(char buf[MESSAGE_BYTES]);

/* A copy of its own; caller frees. Out of memory is fatal. */
void *message_dup(const void *message);
bool message_equal(const void *a, const void *b); /* NULL equals NULL only */

/* The address a line of the configuration means. */
struct addr_key address_key(const struct vrrp_vip_conf *conf, uint32_t ifindex);

/*
 * The object that a line of the configuration means: the message that makes it, also if the
 * interface is missing (ifindex 0, or *is_missing). Caller frees.
 */
void *address_message(const struct vrrp_vip_conf *conf, uint32_t ifindex);
void *route_message(
	const struct vrrp_route_conf *conf, const struct link_table *links, bool *is_missing);
void *rule_message(const struct vrrp_rule_conf *conf);

/* An address of which no more is known than that it is there. */
void *address_message_bare(const struct addr_key *key);

/* What a message is about, ours or one of the kernel about a thing of these kinds. */
struct object_id message_id(const void *message);
/* The same in words: "address 192.0.2.1/24"; returns buf. */
const char *message_text(const void *message, char buf[OBJECT_TEXT_BYTES]);
/* Who made it: OBJECT_PROTO and others; 0 = not said. Not of addresses. */
uint8_t message_protocol(const void *message);

/*
 * Is what the kernel shows just what the message asks for? Only what the kernel adds by itself may
 * be there besides. Of routes and rules.
 */
bool message_is_shown(const void *message, const void *shown);

/* Is this of the kernel about a route or a rule, and one that can be kept? */
bool message_is_object(const void *message);
/* Asks for all objects of a kind; routes: of that protocol, or 0 for all. */
void message_for_dump(
	enum object_kind kind, uint16_t family, uint8_t protocol, char buf[MESSAGE_BYTES]);

/* From the message that makes an object, or shows it, to the one that removes it, in buf. */
void message_for_removal(const void *message, char buf[MESSAGE_BYTES]);

#endif
