/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP_CHECK: a server is good when it accepts a connection; nothing is said over it.
 */
#include <stdlib.h>

#include "checker/conn.h"
#include "checker/hash.h"
#include "checker/schema.h"
#include "core/exit.h"

struct tcp_run {
	struct check_run run;
	struct conn conn;
};

static void on_conn(void *arg, enum conn_event event)
{
	struct tcp_run *t = arg;

	if (event == CONN_FAILED)
		check_finish(&t->run, t->conn.failure);
	else
		check_finish(&t->run, (struct check_result){ .status = CHECK_OK });
}

static void tcp_identify(
	const struct check_conf *conf, const struct endpoint *server, struct hash *h)
{
	(void)conf;
	(void)server;
	(void)h;
}

static struct check_run *tcp_start(const struct check_params *params, struct check_result *result)
{
	const struct conn_spec spec = { .loop = params->loop,
		.to = params->target,
		.from = params->conf->bindto,
		.timeout = params->conf->connect_timeout };
	struct tcp_run *t = calloc(1, sizeof(*t));

	if (!t)
		fatal(EXIT_INTERNAL, "out of memory");
	t->run = (struct check_run){ &check_type_tcp, *params, mono_now() };
	if (conn_open(&t->conn, &spec, on_conn, t, result) < 0) {
		free(t);
		return NULL;
	}
	return &t->run;
}

static void tcp_stop(struct check_run *run)
{
	struct tcp_run *t = (struct tcp_run *)run;

	conn_close(&t->conn, !t->conn.is_up);
	free(t);
}

const struct check_type check_type_tcp = {
	.keyword = "TCP_CHECK",
	.id = CHECK_TYPE_TCP,
	.identify = tcp_identify,
	.start = tcp_start,
	.stop = tcp_stop,
};
