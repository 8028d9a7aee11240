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
#include "vrrp/table.h"

#define MESSAGE_BYTES 8192 /* more than any that is made here */

/* A copy of its own; caller frees. Out of memory is fatal. */
void *message_dup(const void *message);
bool message_equal(const void *a, const void *b); /* NULL equals NULL only */

/* The address a line of the configuration means. */
struct addr_key address_key(const struct vrrp_vip_conf *conf, uint32_t ifindex);

/*
 * The object that a line of the configuration means: returns the message that makes it (caller
 * frees), and its identity in *id.
 */
void *address_message(const struct vrrp_vip_conf *conf, uint32_t ifindex, struct object_id *id);

/* An address of which no more is known than that it is there. */
void *address_message_bare(const struct addr_key *key);
/* What a message is about, in words: "address 192.0.2.1/24"; returns buf. */
const char *message_text(const void *message, char buf[OBJECT_TEXT_BYTES]);
/* Which address a message is about. */
struct addr_key message_addr_key(const void *message);

/* From the message that makes an object to the one that removes it, in buf. */
void message_for_removal(const void *message, char buf[MESSAGE_BYTES]);

#endif
