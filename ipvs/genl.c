/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPVS over generic netlink: the only file that includes libnl. Translates values to attributes and
 * back, sends operations in batches and finds the answer to each by its sequence number. Decides
 * nothing; see genl.h and kernel.h. Called by checker/main.c only, through the interface.
 *
 * The kernel handles a request while it is being sent, so answers are there when sendto returns: no
 * call here ever waits. An answer that is not there was lost (ENOBUFS) and the outcome is unknown.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/exit.h"
#include "ipvs/genl.h"

#define BATCH_OPS     128
#define BATCH_BYTES   32768 /* what a default send buffer takes in one piece */
#define RECEIVE_BYTES 65536 /* the kernel sends no larger datagram */
#define SOCKET_BYTES  (1 << 20)
#define DUMP_TRIES    3

struct ipvs_genl {
	struct nl_sock *socket;
	int fd;
	int family; /* number of the family "IPVS", 0 = not known */
	uint32_t seq;
	uint8_t *batch; /* BATCH_BYTES */
	size_t batch_bytes;
	uint8_t *answer; /* RECEIVE_BYTES */
};

/* ---- socket ---- */

struct ipvs_genl *ipvs_genl_open(struct err *e)
{
	struct ipvs_genl *g = calloc(1, sizeof(*g));
	int size = SOCKET_BYTES, error, on = 1;

	if (!g)
		fatal(EXIT_INTERNAL, "out of memory");
	g->batch = malloc(BATCH_BYTES);
	g->answer = malloc(RECEIVE_BYTES);
	g->socket = nl_socket_alloc();
	if (!g->batch || !g->answer || !g->socket)
		fatal(EXIT_INTERNAL, "out of memory");
	error = genl_connect(g->socket);
	if (error < 0) {
		err_set(e, "generic netlink socket: %s", nl_geterror(error));
		ipvs_genl_close(g);
		return NULL;
	}
	g->fd = nl_socket_get_fd(g->socket);
	/* Room for the answers of a batch in which everything fails; without the right to it less
	   is enough most of the time, and lost answers are noticed. */
	if (setsockopt(g->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(g->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(g->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return g;
}

void ipvs_genl_close(struct ipvs_genl *g)
{
	if (!g)
		return;
	nl_socket_free(g->socket);
	free(g->batch);
	free(g->answer);
	free(g);
}

static uint32_t next_seq(struct ipvs_genl *g)
{
	return ++g->seq ? g->seq : ++g->seq; /* 0 is the kernel's own */
}

static enum ipvs_status lost(int error, struct err *e)
{
	err_sys(e, error, "answers of the kernel's IPVS table were lost");
	return IPVS_UNKNOWN;
}

/*
 * Receives one datagram into g->answer without waiting. Returns its length or -errno; what does not
 * come from the kernel is dropped.
 */
static ssize_t receive(struct ipvs_genl *g)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_bytes = sizeof(from);
		ssize_t n = recvfrom(g->fd, g->answer, RECEIVE_BYTES, MSG_DONTWAIT | MSG_TRUNC,
			(struct sockaddr *)&from, &from_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n > RECEIVE_BYTES)
			return -ENOBUFS;
		if (from.nl_pid == 0)
			return n;
	}
}

/* Throws away what earlier requests left unread. */
static void drain(struct ipvs_genl *g)
{
	ssize_t n;

	do
		n = receive(g);
	while (n >= 0 || n == -ENOBUFS);
}

/* ---- requests ---- */

static struct nl_msg *request_new(struct ipvs_genl *g, int family, uint8_t command, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(512);
	uint8_t version = family == GENL_ID_CTRL ? 1 : IPVS_GENL_VERSION;

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, next_seq(g), family, 0, NLM_F_REQUEST | flags,
			    command, version))
		fatal(EXIT_INTERNAL, "out of memory");
	nlmsg_hdr(msg)->nlmsg_pid = 0; /* the kernel takes the address of the socket */
	return msg;
}

/* 0, or -errno with what did not fit in the message; the message is sized so that it always does.
 */
static void put(int error)
{
	if (error < 0)
		fatal(EXIT_INTERNAL, "IPVS request: %s", nl_geterror(error));
}

static const uint16_t protocol_numbers[] = {
	[IPVS_TCP] = IPPROTO_TCP,
	[IPVS_UDP] = IPPROTO_UDP,
	[IPVS_SCTP] = IPPROTO_SCTP,
};

static void put_key(struct nl_msg *msg, const struct ipvs_service_key *k)
{
	put(nla_put_u16(msg, IPVS_SVC_ATTR_AF, k->family));
	if (k->fwmark) {
		put(nla_put_u32(msg, IPVS_SVC_ATTR_FWMARK, k->fwmark));
		return;
	}
	put(nla_put_u16(msg, IPVS_SVC_ATTR_PROTOCOL, protocol_numbers[k->protocol % 3]));
	put(nla_put(msg, IPVS_SVC_ATTR_ADDR, (int)addr_len_bytes(&k->endpoint.addr),
		k->endpoint.addr.bytes));
	put(nla_put_u16(msg, IPVS_SVC_ATTR_PORT, htons(k->endpoint.port)));
}

/* IPv4 wants a mask, IPv6 the length of a prefix as a plain number. */
static uint32_t netmask(const struct ipvs_service *s)
{
	uint8_t prefix = ipvs_service_prefix(s);

	return s->key.family == AF_INET6 ? prefix : htonl(~0U << (32 - prefix));
}

static void put_service(struct nl_msg *msg, const struct ipvs_service *s, bool is_whole)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_SERVICE);
	struct ip_vs_flags flags = { .flags = s->flags, .mask = ~0U };
	bool is_persistent = s->flags & IPVS_SVC_PERSISTENT;

	if (!nest)
		fatal(EXIT_INTERNAL, "IPVS request: no room");
	put_key(msg, &s->key);
	if (is_whole) {
		put(nla_put_string(msg, IPVS_SVC_ATTR_SCHED_NAME, s->scheduler));
		if (is_persistent && s->engine[0])
			put(nla_put_string(msg, IPVS_SVC_ATTR_PE_NAME, s->engine));
		put(nla_put(msg, IPVS_SVC_ATTR_FLAGS, sizeof(flags), &flags));
		put(nla_put_u32(msg, IPVS_SVC_ATTR_TIMEOUT, is_persistent ? s->timeout_s : 0));
		put(nla_put_u32(msg, IPVS_SVC_ATTR_NETMASK, netmask(s)));
	}
	nla_nest_end(msg, nest);
}

static uint32_t method_number(uint32_t method)
{
	switch ((enum ipvs_method)method) {
	case IPVS_NAT: return IP_VS_CONN_F_MASQ;
	case IPVS_DR: return IP_VS_CONN_F_DROUTE;
	case IPVS_TUN: return IP_VS_CONN_F_TUNNEL;
	case IPVS_LOCAL: return IP_VS_CONN_F_LOCALNODE;
	case IPVS_OTHER: break;
	}
	return IP_VS_CONN_F_BYPASS;
}

static void put_dest(struct nl_msg *msg, const struct ipvs_dest *d, bool is_whole)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DEST);

	if (!nest)
		fatal(EXIT_INTERNAL, "IPVS request: no room");
	/* The family is needed for DEL too where it differs from the service's. */
	put(nla_put_u16(msg, IPVS_DEST_ATTR_ADDR_FAMILY, d->endpoint.addr.family));
	put(nla_put(msg, IPVS_DEST_ATTR_ADDR, (int)addr_len_bytes(&d->endpoint.addr),
		d->endpoint.addr.bytes));
	put(nla_put_u16(msg, IPVS_DEST_ATTR_PORT, htons(d->endpoint.port)));
	if (is_whole) {
		put(nla_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, method_number(d->method)));
		put(nla_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, d->weight));
		put(nla_put_u32(msg, IPVS_DEST_ATTR_U_THRESH, d->upper_threshold));
		put(nla_put_u32(msg, IPVS_DEST_ATTR_L_THRESH, d->lower_threshold));
	}
	nla_nest_end(msg, nest);
}

static const struct {
	uint8_t command;
	bool is_whole;
} op_commands[] = {
	[IPVS_SVC_NEW] = { IPVS_CMD_NEW_SERVICE, true },
	[IPVS_SVC_SET] = { IPVS_CMD_SET_SERVICE, true },
	[IPVS_SVC_DEL] = { IPVS_CMD_DEL_SERVICE, false },
	[IPVS_DEST_NEW] = { IPVS_CMD_NEW_DEST, true },
	[IPVS_DEST_SET] = { IPVS_CMD_SET_DEST, true },
	[IPVS_DEST_DEL] = { IPVS_CMD_DEL_DEST, false },
};

static struct nl_msg *op_request(struct ipvs_genl *g, const struct ipvs_op *op, int flags)
{
	bool is_whole = op_commands[op->type].is_whole;
	struct nl_msg *msg = request_new(g, g->family, op_commands[op->type].command, flags);

	put_service(msg, op->service, is_whole && !op->dest);
	if (op->dest)
		put_dest(msg, op->dest, is_whole);
	return msg;
}

/* Sends a single request; 0 or -errno. */
static int send_request(struct ipvs_genl *g, struct nl_msg *msg)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	int error = 0;

	if (sendto(g->fd, h, h->nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		error = -errno;
	nlmsg_free(msg);
	return error;
}

/* ---- dumps ---- */

/* Called for each message of an answer; returns false if it is not what it should be. */
typedef bool (*take_fn)(void *arg, struct nlmsghdr *h);

struct dump {
	uint32_t seq;
	take_fn take;
	void *arg;
	bool is_interrupted; /* the table changed while it was read */
};

/* A dump that broke off says so in its last message: what came is not all there is. */
static int done_status(struct nlmsghdr *h)
{
	int error = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(h), sizeof(error));
	return error < 0 ? error : 1;
}

/* Walks one datagram. 1: the dump is over, 0: more to come, -errno. */
static int take_datagram(struct ipvs_genl *g, struct dump *d, ssize_t bytes)
{
	int left = (int)bytes;

	for (struct nlmsghdr *h = (struct nlmsghdr *)g->answer; nlmsg_ok(h, left);
		h = nlmsg_next(h, &left)) {
		if (h->nlmsg_seq != d->seq)
			continue;
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			d->is_interrupted = true;
		if (h->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *answer = nlmsg_data(h);

			if (nlmsg_datalen(h) < (int)sizeof(*answer))
				return -EBADMSG;
			return answer->error ? answer->error : 1;
		}
		if (h->nlmsg_type == NLMSG_DONE)
			return done_status(h);
		if (!d->take(d->arg, h))
			return -EBADMSG;
		if (!(h->nlmsg_flags & NLM_F_MULTI))
			return 1;
	}
	return 0;
}

/* Sends the request and feeds the whole answer to take. 0 or -errno (ENOBUFS: something was lost).
 */
static int query(struct ipvs_genl *g, struct nl_msg *msg, struct dump *d)
{
	int status;

	drain(g);
	d->seq = nlmsg_hdr(msg)->nlmsg_seq;
	status = send_request(g, msg);
	while (status == 0) {
		ssize_t n = receive(g);

		if (n < 0)
			return n == -EAGAIN ? -ENOBUFS : (int)n;
		status = take_datagram(g, d, n);
	}
	return status > 0 ? 0 : status;
}

static bool take_family(void *arg, struct nlmsghdr *h)
{
	static struct nla_policy policy[CTRL_ATTR_MAX + 1] = {
		[CTRL_ATTR_FAMILY_ID] = { .type = NLA_U16 },
	};
	struct nlattr *attrs[CTRL_ATTR_MAX + 1];
	int *family = arg;

	if (genlmsg_parse(h, 0, attrs, CTRL_ATTR_MAX, policy) < 0 || !attrs[CTRL_ATTR_FAMILY_ID])
		return false;
	*family = nla_get_u16(attrs[CTRL_ATTR_FAMILY_ID]);
	return true;
}

/* Asks for the number of the family: it is another one after the module was loaded again. */
static enum ipvs_status resolve(struct ipvs_genl *g, struct err *e)
{
	struct nl_msg *msg = request_new(g, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	int family = 0, error;
	struct dump d = { .take = take_family, .arg = &family };

	put(nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME));
	error = query(g, msg, &d);
	if (error == 0 && family) {
		g->family = family;
		return IPVS_DONE;
	}
	g->family = 0;
	if (error == -ENOENT) {
		err_set(e, "the kernel has no IPVS: load the module ip_vs");
		if (e)
			e->sysno = ENOENT;
		return IPVS_MISSING;
	}
	if (error == -ENOBUFS)
		return lost(ENOBUFS, e);
	err_sys(e, error ? -error : EBADMSG, "ask the kernel for IPVS");
	return IPVS_FAILED;
}

/* ---- answers ---- */

static bool get_addr(const struct nlattr *attr, uint16_t family, struct addr *a)
{
	*a = (struct addr){ .family = family };
	if (!attr || !addr_len_bytes(a) || nla_len(attr) < (int)addr_len_bytes(a))
		return false;
	memcpy(a->bytes, nla_data(attr), addr_len_bytes(a));
	return true;
}

static void get_name(const struct nlattr *attr, char name[IPVS_NAME_BYTES])
{
	memset(name, 0, IPVS_NAME_BYTES);
	if (attr)
		nla_strlcpy(name, attr, IPVS_NAME_BYTES);
}

static bool get_protocol(uint16_t number, uint16_t *protocol)
{
	for (uint16_t p = 0; p < sizeof(protocol_numbers) / sizeof(protocol_numbers[0]); p++)
		if (protocol_numbers[p] == number) {
			*protocol = p;
			return true;
		}
	return false;
}

static bool get_key(struct nlattr **attrs, struct ipvs_service_key *k)
{
	*k = (struct ipvs_service_key){ 0 };
	if (!attrs[IPVS_SVC_ATTR_AF])
		return false;
	k->family = nla_get_u16(attrs[IPVS_SVC_ATTR_AF]);
	if (attrs[IPVS_SVC_ATTR_FWMARK]) {
		k->fwmark = nla_get_u32(attrs[IPVS_SVC_ATTR_FWMARK]);
		return k->fwmark != 0;
	}
	if (!attrs[IPVS_SVC_ATTR_PROTOCOL] || !attrs[IPVS_SVC_ATTR_PORT])
		return false;
	k->endpoint.port = ntohs(nla_get_u16(attrs[IPVS_SVC_ATTR_PORT]));
	return get_protocol(nla_get_u16(attrs[IPVS_SVC_ATTR_PROTOCOL]), &k->protocol) &&
	       get_addr(attrs[IPVS_SVC_ATTR_ADDR], k->family, &k->endpoint.addr);
}

static uint8_t get_prefix(uint16_t family, uint32_t mask)
{
	return family == AF_INET6 ? (uint8_t)(mask > 128 ? 128 : mask)
				  : (uint8_t)__builtin_popcount(mask);
}

/* A service we have no words for (protocol 47 ...) cannot be ours: it is left out. */
static bool take_service(void *arg, struct nlmsghdr *h)
{
	static struct nla_policy top[IPVS_CMD_ATTR_MAX + 1] = {
		[IPVS_CMD_ATTR_SERVICE] = { .type = NLA_NESTED },
	};
	static struct nla_policy policy[IPVS_SVC_ATTR_MAX + 1] = {
		[IPVS_SVC_ATTR_AF] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_PROTOCOL] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_PORT] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_FWMARK] = { .type = NLA_U32 },
		[IPVS_SVC_ATTR_SCHED_NAME] = { .type = NLA_STRING },
		[IPVS_SVC_ATTR_FLAGS] = { .minlen = sizeof(struct ip_vs_flags) },
		[IPVS_SVC_ATTR_TIMEOUT] = { .type = NLA_U32 },
		[IPVS_SVC_ATTR_NETMASK] = { .type = NLA_U32 },
		[IPVS_SVC_ATTR_PE_NAME] = { .type = NLA_STRING },
	};
	struct nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *attrs[IPVS_SVC_ATTR_MAX + 1];
	struct ipvs_service s = { 0 };
	struct ip_vs_flags flags;

	if (genlmsg_parse(h, 0, outer, IPVS_CMD_ATTR_MAX, top) < 0 ||
		!outer[IPVS_CMD_ATTR_SERVICE] ||
		nla_parse_nested(attrs, IPVS_SVC_ATTR_MAX, outer[IPVS_CMD_ATTR_SERVICE], policy) <
			0)
		return false;
	if (!get_key(attrs, &s.key))
		return true;
	if (!attrs[IPVS_SVC_ATTR_FLAGS] || !attrs[IPVS_SVC_ATTR_TIMEOUT] ||
		!attrs[IPVS_SVC_ATTR_NETMASK])
		return false;
	memcpy(&flags, nla_data(attrs[IPVS_SVC_ATTR_FLAGS]), sizeof(flags));
	s.flags = flags.flags & ~(uint32_t)IP_VS_SVC_F_HASHED;
	s.timeout_s = nla_get_u32(attrs[IPVS_SVC_ATTR_TIMEOUT]);
	s.persistence_prefix = get_prefix(s.key.family, nla_get_u32(attrs[IPVS_SVC_ATTR_NETMASK]));
	get_name(attrs[IPVS_SVC_ATTR_SCHED_NAME], s.scheduler);
	get_name(attrs[IPVS_SVC_ATTR_PE_NAME], s.engine);
	ipvs_table_add_service(arg, &s);
	return true;
}

static uint32_t get_method(uint32_t number)
{
	switch (number & IP_VS_CONN_F_FWD_MASK) {
	case IP_VS_CONN_F_MASQ: return IPVS_NAT;
	case IP_VS_CONN_F_LOCALNODE: return IPVS_LOCAL;
	case IP_VS_CONN_F_TUNNEL: return IPVS_TUN;
	case IP_VS_CONN_F_DROUTE: return IPVS_DR;
	default: return IPVS_OTHER;
	}
}

/* The destinations of one service, on their way into a table. */
struct dest_dump {
	struct ipvs_table *table;
	uint16_t family; /* of the service */
};

static bool take_dest(void *arg, struct nlmsghdr *h)
{
	static struct nla_policy top[IPVS_CMD_ATTR_MAX + 1] = {
		[IPVS_CMD_ATTR_DEST] = { .type = NLA_NESTED },
	};
	static struct nla_policy policy[IPVS_DEST_ATTR_MAX + 1] = {
		[IPVS_DEST_ATTR_PORT] = { .type = NLA_U16 },
		[IPVS_DEST_ATTR_FWD_METHOD] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_WEIGHT] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_U_THRESH] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_L_THRESH] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_ADDR_FAMILY] = { .type = NLA_U16 },
	};
	struct nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *attrs[IPVS_DEST_ATTR_MAX + 1];
	struct dest_dump *dump = arg;
	struct ipvs_dest d = { 0 };
	uint16_t family = dump->family;

	if (genlmsg_parse(h, 0, outer, IPVS_CMD_ATTR_MAX, top) < 0 || !outer[IPVS_CMD_ATTR_DEST] ||
		nla_parse_nested(attrs, IPVS_DEST_ATTR_MAX, outer[IPVS_CMD_ATTR_DEST], policy) < 0)
		return false;
	if (attrs[IPVS_DEST_ATTR_ADDR_FAMILY])
		family = nla_get_u16(attrs[IPVS_DEST_ATTR_ADDR_FAMILY]);
	if (!get_addr(attrs[IPVS_DEST_ATTR_ADDR], family, &d.endpoint.addr) ||
		!attrs[IPVS_DEST_ATTR_PORT] || !attrs[IPVS_DEST_ATTR_FWD_METHOD] ||
		!attrs[IPVS_DEST_ATTR_WEIGHT] || !attrs[IPVS_DEST_ATTR_U_THRESH] ||
		!attrs[IPVS_DEST_ATTR_L_THRESH])
		return false;
	d.endpoint.port = ntohs(nla_get_u16(attrs[IPVS_DEST_ATTR_PORT]));
	d.method = get_method(nla_get_u32(attrs[IPVS_DEST_ATTR_FWD_METHOD]));
	d.weight = nla_get_u32(attrs[IPVS_DEST_ATTR_WEIGHT]);
	d.upper_threshold = nla_get_u32(attrs[IPVS_DEST_ATTR_U_THRESH]);
	d.lower_threshold = nla_get_u32(attrs[IPVS_DEST_ATTR_L_THRESH]);
	ipvs_table_add_dest(dump->table, &d);
	return true;
}

static enum ipvs_status query_status(int error, const char *what, struct err *e)
{
	if (error == 0)
		return IPVS_DONE;
	if (error == -ENOBUFS)
		return lost(ENOBUFS, e);
	err_sys(e, -error, "read the %s of the IPVS table", what);
	return IPVS_FAILED;
}

/* One attempt at the whole table; *is_interrupted when it changed meanwhile. */
static enum ipvs_status dump_once(struct ipvs_genl *g, const struct ipvs_keys *wanted,
	struct ipvs_table *t, bool *is_interrupted, struct err *e)
{
	struct ipvs_table services = { 0 };
	struct dump d = { .take = take_service, .arg = &services };
	enum ipvs_status status = query_status(
		query(g, request_new(g, g->family, IPVS_CMD_GET_SERVICE, NLM_F_DUMP), &d),
		"services", e);

	ipvs_table_clear(t);
	for (size_t i = 0; status == IPVS_DONE && i < services.service_count; i++) {
		const struct ipvs_service *s = &services.services[i].service;
		struct dest_dump dests = { .table = t, .family = s->key.family };
		struct nl_msg *msg;

		ipvs_table_add_service(t, s);
		if (wanted && !ipvs_keys_has(wanted, &s->key))
			continue;
		msg = request_new(g, g->family, IPVS_CMD_GET_DEST, NLM_F_DUMP);
		put_service(msg, s, false);
		d.take = take_dest;
		d.arg = &dests;
		status = query_status(query(g, msg, &d), "destinations", e);
	}
	ipvs_table_fini(&services);
	*is_interrupted = d.is_interrupted;
	return status;
}

static enum ipvs_status genl_dump(
	void *self, const struct ipvs_keys *wanted, struct ipvs_table *t, struct err *e)
{
	struct ipvs_genl *g = self;
	enum ipvs_status status = IPVS_UNKNOWN;
	bool is_interrupted = true;

	/* An inconsistent dump is read again; one that keeps changing is better than none. */
	for (int i = 0; i < DUMP_TRIES && (status == IPVS_UNKNOWN || is_interrupted); i++) {
		status = resolve(g, e);
		if (status == IPVS_DONE)
			status = dump_once(g, wanted, t, &is_interrupted, e);
		if (status == IPVS_MISSING || status == IPVS_FAILED)
			break;
	}
	if (status == IPVS_DONE)
		ipvs_table_sort(t);
	return status;
}

/* ---- operations ---- */

/* Reads answers until that of `last` is there; errors go to their operation. 0 or -errno. */
static int read_results(struct ipvs_genl *g, uint32_t first, uint32_t count, int *results)
{
	for (;;) {
		ssize_t bytes = receive(g);
		int left = (int)bytes;

		if (bytes < 0)
			return bytes == -EAGAIN ? -ENOBUFS : (int)bytes;
		for (struct nlmsghdr *h = (struct nlmsghdr *)g->answer; nlmsg_ok(h, left);
			h = nlmsg_next(h, &left)) {
			const struct nlmsgerr *answer = nlmsg_data(h);
			uint32_t i = h->nlmsg_seq - first;

			if (h->nlmsg_type != NLMSG_ERROR || i >= count ||
				nlmsg_datalen(h) < (int)sizeof(*answer))
				continue;
			results[i] = -answer->error;
			if (i == count - 1)
				return 0;
		}
	}
}

/* Sends what stands in g->batch. 0 or -errno. */
static int send_batch(struct ipvs_genl *g)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n = sendto(
		g->fd, g->batch, g->batch_bytes, 0, (struct sockaddr *)&kernel, sizeof(kernel));

	return n < 0 ? -errno : 0;
}

/*
 * Executes the first operations of ops, as many as fit; *taken tells how many. Without NLM_F_ACK
 * only errors are answered, so silence about one before the last, acknowledged one means success.
 */
static int apply_batch(struct ipvs_genl *g, const struct ipvs_op *const *ops, size_t n,
	int *results, size_t *taken)
{
	struct nlmsghdr *last = NULL;
	uint32_t first = 0;
	int error;

	drain(g);
	if (g->seq > UINT32_MAX - BATCH_OPS - 1)
		g->seq = 0; /* sequence numbers of one batch do not wrap */
	*taken = 0;
	g->batch_bytes = 0;
	while (*taken < n && *taken < BATCH_OPS) {
		struct nl_msg *msg = op_request(g, ops[*taken], 0);
		const struct nlmsghdr *h = nlmsg_hdr(msg);
		size_t bytes = NLMSG_ALIGN(h->nlmsg_len);

		if (g->batch_bytes + bytes > BATCH_BYTES) {
			nlmsg_free(msg);
			break;
		}
		last = (struct nlmsghdr *)(g->batch + g->batch_bytes);
		memset(last, 0, bytes);
		memcpy(last, h, h->nlmsg_len);
		if (*taken == 0)
			first = h->nlmsg_seq;
		g->batch_bytes += bytes;
		results[(*taken)++] = 0;
		nlmsg_free(msg);
	}
	last->nlmsg_flags |= NLM_F_ACK;
	error = send_batch(g);
	return error ? error : read_results(g, first, (uint32_t)*taken, results);
}

/*
 * ENOENT may also mean that the module was loaded again and the family has another number: asked
 * for when it happens, and then nothing of the batch was done.
 */
static enum ipvs_status check_family(
	struct ipvs_genl *g, const int *results, size_t n, struct err *e)
{
	int family = g->family;
	enum ipvs_status status;
	bool is_suspect = false;

	for (size_t i = 0; i < n; i++)
		is_suspect |= results[i] == ENOENT;
	if (!is_suspect)
		return IPVS_DONE;
	status = resolve(g, e);
	if (status == IPVS_DONE && g->family != family)
		return lost(ENOENT, e);
	return status;
}

static enum ipvs_status genl_apply(
	void *self, const struct ipvs_op *const *ops, size_t n, int *results, struct err *e)
{
	struct ipvs_genl *g = self;
	enum ipvs_status status = g->family ? IPVS_DONE : resolve(g, e);
	size_t taken;

	for (size_t i = 0; status == IPVS_DONE && i < n; i += taken) {
		int error = apply_batch(g, ops + i, n - i, results + i, &taken);

		if (error == -ENOBUFS)
			return lost(-error, e);
		if (error) {
			err_sys(e, -error, "write the IPVS table");
			return IPVS_FAILED;
		}
		status = check_family(g, results + i, taken, e);
	}
	return status;
}

/* ---- sync daemons ---- */

static const uint32_t sync_states[IPVS_SYNC_ROLES] = {
	[IPVS_SYNC_MASTER] = IP_VS_STATE_MASTER,
	[IPVS_SYNC_BACKUP] = IP_VS_STATE_BACKUP,
};

static bool get_sync_daemon(struct nlattr **attrs, struct ipvs_sync_daemon *d)
{
	if (!attrs[IPVS_DAEMON_ATTR_MCAST_IFN] || !attrs[IPVS_DAEMON_ATTR_SYNC_ID])
		return false;
	*d = (struct ipvs_sync_daemon){ .is_there = true,
		.id = (uint8_t)nla_get_u32(attrs[IPVS_DAEMON_ATTR_SYNC_ID]) };
	nla_strlcpy(d->interface, attrs[IPVS_DAEMON_ATTR_MCAST_IFN], sizeof(d->interface));
	if (attrs[IPVS_DAEMON_ATTR_SYNC_MAXLEN])
		d->maxlen = nla_get_u16(attrs[IPVS_DAEMON_ATTR_SYNC_MAXLEN]);
	if (attrs[IPVS_DAEMON_ATTR_MCAST_PORT])
		d->port = nla_get_u16(attrs[IPVS_DAEMON_ATTR_MCAST_PORT]);
	if (attrs[IPVS_DAEMON_ATTR_MCAST_TTL])
		d->ttl = nla_get_u8(attrs[IPVS_DAEMON_ATTR_MCAST_TTL]);
	if (attrs[IPVS_DAEMON_ATTR_MCAST_GROUP6])
		return get_addr(attrs[IPVS_DAEMON_ATTR_MCAST_GROUP6], AF_INET6, &d->group);
	return !attrs[IPVS_DAEMON_ATTR_MCAST_GROUP] ||
	       get_addr(attrs[IPVS_DAEMON_ATTR_MCAST_GROUP], AF_INET, &d->group);
}

static bool take_sync_daemon(void *arg, struct nlmsghdr *h)
{
	static struct nla_policy top[IPVS_CMD_ATTR_MAX + 1] = {
		[IPVS_CMD_ATTR_DAEMON] = { .type = NLA_NESTED },
	};
	static struct nla_policy policy[IPVS_DAEMON_ATTR_MAX + 1] = {
		[IPVS_DAEMON_ATTR_STATE] = { .type = NLA_U32 },
		[IPVS_DAEMON_ATTR_MCAST_IFN] = { .type = NLA_NUL_STRING,
			.maxlen = IPVS_SYNC_IFNAME_BYTES },
		[IPVS_DAEMON_ATTR_SYNC_ID] = { .type = NLA_U32 },
		[IPVS_DAEMON_ATTR_SYNC_MAXLEN] = { .type = NLA_U16 },
		[IPVS_DAEMON_ATTR_MCAST_PORT] = { .type = NLA_U16 },
		[IPVS_DAEMON_ATTR_MCAST_TTL] = { .type = NLA_U8 },
	};
	struct nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *attrs[IPVS_DAEMON_ATTR_MAX + 1];
	struct ipvs_sync *found = arg;
	uint32_t state;

	if (genlmsg_parse(h, 0, outer, IPVS_CMD_ATTR_MAX, top) < 0 ||
		!outer[IPVS_CMD_ATTR_DAEMON] ||
		nla_parse_nested(attrs, IPVS_DAEMON_ATTR_MAX, outer[IPVS_CMD_ATTR_DAEMON], policy) <
			0 ||
		!attrs[IPVS_DAEMON_ATTR_STATE])
		return false;
	state = nla_get_u32(attrs[IPVS_DAEMON_ATTR_STATE]);
	for (unsigned role = 0; role < IPVS_SYNC_ROLES; role++)
		if (state == sync_states[role])
			return get_sync_daemon(attrs, &found->daemons[role]);
	return false;
}

static enum ipvs_status genl_sync_get(void *self, struct ipvs_sync *found, struct err *e)
{
	struct ipvs_genl *g = self;
	enum ipvs_status status = g->family ? IPVS_DONE : resolve(g, e);
	struct dump d = { .take = take_sync_daemon, .arg = found };

	*found = (struct ipvs_sync){ 0 };
	if (status != IPVS_DONE)
		return status;
	return query_status(
		query(g, request_new(g, g->family, IPVS_CMD_GET_DAEMON, NLM_F_DUMP), &d),
		"sync daemons", e);
}

static void put_sync_daemon(
	struct nl_msg *msg, enum ipvs_sync_role role, const struct ipvs_sync_daemon *d)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DAEMON);

	put(nla_put_u32(msg, IPVS_DAEMON_ATTR_STATE, sync_states[role]));
	if (d) {
		put(nla_put_string(msg, IPVS_DAEMON_ATTR_MCAST_IFN, d->interface));
		put(nla_put_u32(msg, IPVS_DAEMON_ATTR_SYNC_ID, d->id));
		put(nla_put_u16(msg, IPVS_DAEMON_ATTR_MCAST_PORT, d->port));
		put(nla_put_u8(msg, IPVS_DAEMON_ATTR_MCAST_TTL, d->ttl));
		put(nla_put(msg,
			d->group.family == AF_INET6 ? IPVS_DAEMON_ATTR_MCAST_GROUP6
						    : IPVS_DAEMON_ATTR_MCAST_GROUP,
			(int)addr_len_bytes(&d->group), d->group.bytes));
	}
	if (d && d->maxlen)
		put(nla_put_u16(msg, IPVS_DAEMON_ATTR_SYNC_MAXLEN, d->maxlen));
	nla_nest_end(msg, nest);
}

/* A command has no answer but how it went. */
static bool take_nothing(void *arg, struct nlmsghdr *h)
{
	(void)arg;
	(void)h;
	return false;
}

static enum ipvs_status genl_sync_set(void *self, enum ipvs_sync_role role,
	const struct ipvs_sync_daemon *daemon, int *result, struct err *e)
{
	struct ipvs_genl *g = self;
	enum ipvs_status status = g->family ? IPVS_DONE : resolve(g, e);
	struct dump d = { .take = take_nothing };
	struct nl_msg *msg;
	int error;

	if (status != IPVS_DONE)
		return status;
	msg = request_new(
		g, g->family, daemon ? IPVS_CMD_NEW_DAEMON : IPVS_CMD_DEL_DAEMON, NLM_F_ACK);
	put_sync_daemon(msg, role, daemon);
	error = query(g, msg, &d);
	if (error == -ENOBUFS)
		return lost(ENOBUFS, e);
	*result = -error;
	return check_family(g, result, 1, e);
}

struct ipvs_kernel ipvs_genl_kernel(struct ipvs_genl *g)
{
	return (struct ipvs_kernel){ .self = g,
		.dump = genl_dump,
		.apply = genl_apply,
		.sync_get = genl_sync_get,
		.sync_set = genl_sync_set };
}
