/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket of the parent; see control.h for the protocol.
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"
#include "core/priv.h"
#include "core/proc.h"
#include "keepd/control.h"
#include "keepd/history.h"
#include "keepd/operator.h"
#include "keepd/parent.h"
#include "keepd/status.h"

#define CLIENTS_MAX	32
#define REQUEST_MAX	4096
#define OUTPUT_MAX	((size_t)64 << 20) /* a status of 100,000 servers */
#define MAINTENANCE_MAX (365 * 86400.0)
#define EVENT_BACKLOG	((size_t)1 << 20) /* of a follower that does not read */

struct client {
	struct control *control; /* NULL = free */
	int fd;
	bool may_change, is_following;
	bool is_finished;   /* said all it wants: gets its answers yet */
	mono_t heard;	    /* its last sign of life */
	uint64_t waits_for; /* generation of the reload it asked for; 0 = none */
	struct io io;
	size_t in_len;
	char in[REQUEST_MAX];
	char *out;
	size_t out_len, out_done;
	unsigned watched; /* enum io_events */
};

struct control {
	struct parent *parent;
	int fd;
	gid_t group; /* may look */
	struct io io;
	struct history *history;
	struct client clients[CLIENTS_MAX];
};

static void client_io(void *arg, unsigned events);

static void client_close(struct client *c)
{
	io_close(&c->io);
	close(c->fd);
	free(c->out);
	*c = (struct client){ .fd = -1 };
}

/* Reads while there is room, writes while there is something to write. */
static int client_watch(struct client *c)
{
	unsigned events = 0;
	struct err e;

	if (!c->is_finished && c->in_len < sizeof(c->in))
		events |= IO_READ;
	if (c->out_len)
		events |= IO_WRITE;
	if (events == c->watched)
		return 0;
	io_close(&c->io);
	c->watched = events;
	if (!events)
		return 0;
	return io_open(&c->io, c->control->parent->loop, c->fd, events, client_io, c, &e);
}

/* Writes what the socket takes now. Returns false if the client had to be closed. */
static bool client_flush(struct client *c)
{
	while (c->out_done < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_done, c->out_len - c->out_done,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			client_close(c);
			return false;
		}
		c->out_done += (size_t)n;
	}
	if (c->out_done == c->out_len) {
		free(c->out);
		c->out = NULL;
		c->out_len = c->out_done = 0;
	}
	if (client_watch(c) < 0) {
		client_close(c);
		return false;
	}
	return true;
}

/* Takes j. Returns false if the client had to be closed. */
static bool client_send(struct client *c, struct json *j, size_t limit)
{
	const char *text = json_text(j);
	size_t len = strlen(text), left = c->out_len - c->out_done;
	char *out = left + len + 1 <= limit ? malloc(left + len + 1) : NULL;

	if (!out) {
		json_free(j);
		client_close(c); /* reads too slowly, or too much: it may ask again */
		return false;
	}
	if (left)
		memcpy(out, c->out + c->out_done, left);
	memcpy(out + left, text, len);
	out[left + len] = '\n';
	free(c->out);
	c->out = out;
	c->out_len = left + len + 1;
	c->out_done = 0;
	json_free(j);
	return client_flush(c);
}

/* Descriptors go with the answer at once or not at all: it is short, and nothing waits before it.
 */
static bool client_send_fds(struct client *c, struct json *j, const int *fds, unsigned count)
{
	const char *text = json_text(j);
	struct iovec iov[] = { { (void *)(uintptr_t)text, strlen(text) },
		{ (void *)(uintptr_t) "\n", 1 } };
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(ROLE_COUNT * sizeof(int))] = { 0 };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cmsg = (struct cmsghdr *)control;

	if (count) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		*cmsg = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(count * sizeof(int)) };
		memcpy(CMSG_DATA(cmsg), fds, count * sizeof(int));
	}
	if (sendmsg(c->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) ==
		(ssize_t)(iov[0].iov_len + iov[1].iov_len))
		return true;
	client_close(c);
	return false;
}

static bool client_error(struct client *c, const char *text)
{
	struct json *j = json_new_object();

	json_set_string(j, "error", text);
	return client_send(c, j, OUTPUT_MAX);
}

/* ---- verbs ---- */

static bool verb_status(struct client *c, const struct json *request)
{
	(void)request;
	return client_send(c, status_json(c->control->parent), OUTPUT_MAX);
}

static bool verb_reload(struct client *c, const struct json *request)
{
	struct parent *p = c->control->parent;

	(void)request;
	if (p->is_stopping)
		return client_error(c, "keepd is stopping");
	/* The answer may come before the request returns, so what it waits for is known first. */
	c->waits_for = transaction_next(p);
	transaction_request(p);
	return c->control != NULL; /* the row stays; a closed client has no control */
}

/* The texts of the roles as they are, by descriptor: nothing is copied, however large they are. */
static bool verb_config(struct client *c, const struct json *request)
{
	static const enum role roles[] = { ROLE_PARENT, ROLE_VRRP, ROLE_CHECKER };
	const struct generation *g = &c->control->parent->committed;
	struct json *j = json_new_object(), *texts = json_new_object();
	int fds[sizeof(roles) / sizeof(*roles)];
	unsigned count = 0;
	bool is_sent;

	(void)request;
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
		if (g->text[roles[i]] < 0)
			continue;
		json_set_int(texts, role_name(roles[i]), count);
		fds[count++] = g->text[roles[i]];
	}
	json_set_int(j, "generation", (int64_t)g->number);
	json_set_string(j, "file", options_conf_path(c->control->parent->opt));
	if (c->control->parent->opt->config_id)
		json_set_string(j, "config_id", c->control->parent->opt->config_id);
	json_set(j, "texts", texts);
	is_sent = client_send_fds(c, j, fds, count);
	json_free(j);
	return is_sent;
}

/* Of the instance or group "name". */
static bool verb_history(struct client *c, const struct json *request)
{
	struct json *j = json_new_object();

	json_set(j, "history", history_json(c->control->history, json_get_string(request, "name")));
	return client_send(c, j, OUTPUT_MAX);
}

static bool client_done(struct client *c)
{
	struct json *j = json_new_object();

	json_set_string(j, "result", "ok");
	return client_send(c, j, OUTPUT_MAX);
}

/* Of the instance "name", or of all; with "force" also if no peer is known. */
static bool verb_handover(struct client *c, const struct json *request)
{
	const char *name = json_get_string(request, "name");
	bool is_all = json_get_bool(request, "all");
	struct err e;

	if (is_all == (*name != '\0'))
		return client_error(c, "the name of an instance, or all");
	if (operator_hand_over(c->control->parent, is_all ? NULL : name,
		    json_get_bool(request, "force"), &e) < 0)
		return client_error(c, e.text);
	return client_done(c);
}

/* "on", for so many "seconds" (0: until it is ended), or not. */
static bool verb_maintenance(struct client *c, const struct json *request)
{
	double seconds = json_get_double(request, "seconds");
	struct err e;

	if (!(seconds >= 0 && seconds <= MAINTENANCE_MAX))
		return client_error(c, "maintenance can be limited to a year at most");
	if (maintenance_set(c->control->parent, json_get_bool(request, "on"),
		    span_us((int64_t)(seconds * 1e6)), &e) < 0)
		return client_error(c, e.text);
	return client_done(c);
}

static bool verb_events(struct client *c, const struct json *request)
{
	(void)request;
	c->is_following = true;
	return true;
}

static const struct {
	const char *name;
	bool changes; /* for root only */
	bool (*run)(struct client *c, const struct json *request);
} verbs[] = {
	{ "status", false, verb_status },
	{ "reload", true, verb_reload },
	{ "config", true, verb_config },
	{ "handover", true, verb_handover },
	{ "maintenance", true, verb_maintenance },
	{ "events", false, verb_events },
	{ "history", false, verb_history },
};

static bool client_request(struct client *c, const struct json *request)
{
	const char *verb = json_get_string(request, "verb");

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verb, verbs[i].name) != 0)
			continue;
		if (verbs[i].changes && !c->may_change)
			return client_error(c, "only root may do this");
		return verbs[i].run(c, request);
	}
	return client_error(c, request ? "unknown verb" : "not a JSON object");
}

/* False if the client had to be closed. */
static bool client_receive(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n < 0 || (n == 0 && c->is_following)) {
		client_close(c);
		return false;
	}
	c->heard = mono_now();
	c->is_finished = n == 0;
	c->in_len += (size_t)n;
	return true;
}

static bool is_answered(const struct client *c)
{
	return !c->out_len && !c->waits_for;
}

/*
 * One request after the other: the next when the answer to the last has been taken. May be called
 * again from within, as an answer may come at once.
 */
static void client_serve(struct client *c)
{
	char *end;

	while (is_answered(c) && (end = memchr(c->in, '\n', c->in_len))) {
		size_t len = (size_t)(end - c->in);
		struct json *request = json_parse(c->in, len);
		bool is_open;

		c->in_len -= len + 1;
		memmove(c->in, end + 1, c->in_len);
		is_open = client_request(c, request);
		json_free(request);
		if (!is_open)
			return;
	}
	if (is_answered(c) && c->in_len == sizeof(c->in)) {
		c->in_len = 0;
		c->is_finished = true;
		if (!client_error(c, "request too long"))
			return;
	}
	if ((is_answered(c) && c->is_finished) || client_watch(c) < 0)
		client_close(c);
}

static void client_io(void *arg, unsigned events)
{
	struct client *c = arg;

	if ((events & IO_WRITE) && !client_flush(c))
		return;
	if ((events & IO_READ) && !client_receive(c))
		return;
	client_serve(c);
}

static bool is_in_group(int fd, gid_t gid, gid_t wanted)
{
	gid_t groups[NGROUPS_MAX];
	socklen_t len = sizeof(groups);

	if (gid == wanted)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
		return false;
	for (size_t i = 0; i < len / sizeof(groups[0]); i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

/* Somewhere there is room: who was silent longest gives way, unless it waits for us. */
static struct client *client_row(struct control *control)
{
	struct client *oldest = NULL;

	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &control->clients[i];

		if (!c->control)
			return c;
		if (!c->waits_for && (!oldest || mono_before(c->heard, oldest->heard)))
			oldest = c;
	}
	if (oldest)
		client_close(oldest);
	return oldest;
}

static void accept_client(void *arg, unsigned events)
{
	struct control *control = arg;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *c;
	struct ucred who;
	socklen_t len = sizeof(who);

	(void)events;
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0 ||
		(who.uid != 0 && who.uid != geteuid() &&
			!is_in_group(fd, who.gid, control->group))) {
		log_warning("control: uid %u is neither root nor in keepd's group: refused",
			(unsigned)who.uid);
		close(fd);
		return;
	}
	c = client_row(control);
	if (!c) {
		close(fd); /* that many wait for a reload at once */
		return;
	}
	*c = (struct client){ .control = control, .fd = fd, .heard = mono_now() };
	c->may_change = who.uid == 0 || who.uid == geteuid();
	if (client_watch(c) < 0)
		client_close(c);
}

/* ---- the parent's side ---- */

void control_reload_result(struct control *control, uint64_t generation, bool is_ok,
	const char *reason, const char *report)
{
	for (int i = 0; control && i < CLIENTS_MAX; i++) {
		struct client *c = &control->clients[i];
		struct json *j;

		if (!c->control || !c->waits_for || c->waits_for > generation)
			continue;
		c->waits_for = 0;
		j = json_new_object();
		json_set_string(j, "result", is_ok ? "ok" : "refused");
		json_set_int(j, "generation", (int64_t)generation);
		json_set_string(j, "reason", is_ok ? "" : reason);
		json_set_string(j, "report", report ? report : "");
		if (client_send(c, j, OUTPUT_MAX))
			client_serve(c); /* what it asked meanwhile */
	}
}

void control_event(struct control *control, const struct msg_event *event)
{
	if (!control)
		return;
	history_add(control->history, event);
	for (int i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &control->clients[i];

		if (c->control && c->is_following)
			client_send(c, history_event_json(event), EVENT_BACKLOG);
	}
}

static int listen_at(struct parent *p, gid_t group, struct err *e)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, len;

	len = snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/%s", p->rundir.path, RUNDIR_CONTROL);
	if (len < 0 || (size_t)len >= sizeof(sun.sun_path))
		return err_set(e, "run directory %s: name too long for a socket", p->rundir.path);
	rundir_remove(&p->rundir, RUNDIR_CONTROL);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
		chown(sun.sun_path, (uid_t)-1, group) < 0 || chmod(sun.sun_path, 0660) < 0 ||
		listen(fd, 16) < 0) {
		err_sys(e, errno, "control socket %s", sun.sun_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

struct control *control_new(struct parent *p, struct err *e)
{
	struct control *control = calloc(1, sizeof(*control));
	uid_t uid;

	if (!control) {
		err_set(e, "out of memory");
		return NULL;
	}
	control->parent = p;
	control->history = history_new();
	for (int i = 0; i < CLIENTS_MAX; i++)
		control->clients[i].fd = -1;
	if (priv_user(p->opt->user, &uid, &control->group, e) < 0 ||
		(control->fd = listen_at(p, control->group, e)) < 0) {
		history_free(control->history);
		free(control);
		return NULL;
	}
	if (io_open(&control->io, p->loop, control->fd, IO_READ, accept_client, control, e) < 0) {
		close(control->fd);
		history_free(control->history);
		free(control);
		return NULL;
	}
	return control;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (control->clients[i].control)
			client_close(&control->clients[i]);
	io_close(&control->io);
	close(control->fd);
	rundir_remove(&control->parent->rundir, RUNDIR_CONTROL);
	history_free(control->history);
	free(control);
}
