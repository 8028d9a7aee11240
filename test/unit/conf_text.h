/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_CONF_TEXT_H
#define KEEPD_TEST_CONF_TEXT_H

/* What the tests of the configuration share: reading a text with the tables of all sections. */

#include "core/conf/conf.h"
#include "checker/schema.h"
#include "keepd/schema.h"
#include "vrrp/schema.h"

/* keepd, vrrp, checker, NULL */
extern const struct conf_section *const conf_text_sections[];

/* Reads the text; the test fails with the report if there is an error. */
struct conf *conf_text_read(const char *text);
/* The whole report about the text, malloc'ed; *conf (may be NULL) as read. */
char *conf_text_report(const char *text, struct conf **conf);
/* The same for values only: no rules, and what keepd cannot do yet is no error. */
char *conf_text_report_values(const char *text, struct conf **conf);
/*
 * Prints each section, reads it back alone as canonical text, compares, prints again: the test
 * fails if anything differs or if there is a word of complaint.
 */
void conf_text_round_trip(const struct conf *c);
/* The same without rules. */
void conf_text_round_trip_values(const struct conf *c);

const struct vrrp_instance_conf *conf_text_instance(const struct conf *c, size_t i);
const struct virtual_server_conf *conf_text_virtual(const struct conf *c, size_t i);
const struct real_server_conf *conf_text_real(const struct conf *c, size_t i);
const struct check_conf *conf_text_check(const struct conf *c, size_t i);

/* An instance, and a virtual server with one real server, without and with a place for more lines.
 */
#define CONF_TEXT_INSTANCE                                                                         \
	"vrrp_instance A {\n interface eth0\n virtual_router_id 1\n priority 100\n state BACKUP\n" \
	" virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
#define CONF_TEXT_INSTANCE_WITH(lines)                                                             \
	"vrrp_instance A {\n interface eth0\n virtual_router_id 1\n"                               \
	" virtual_ipaddress {\n 192.0.2.1\n }\n" lines "\n}\n"
/* clang-format off */
#define CONF_TEXT_SERVER_WITH(virtual, real)                                                       \
	"virtual_server 192.0.2.1 80 {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n" virtual   \
	"\n real_server 192.0.2.10 80 {\n" real "\n}\n}\n"
/* clang-format on */

#endif
