/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_MSG_H
#define KEEPD_CORE_MSG_H

/*
 * Messages between the processes: one list says number, payload, who may send to whom, and what it
 * means. SOCK_SEQPACKET, fixed structs of at most 1 KiB; longer things travel as sealed memfds
 * beside the message. Sending never blocks. Short, oversized, unknown or wrong-direction messages
 * are rejected in one place, msg_receive(). State is not carried here but in pages (page.h): a
 * message is a doorbell, losing one loses nothing; CONF_* and SCRIPT_* are the exceptions and their
 * senders have deadlines.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/err.h"
#include "core/memfd.h"

enum role {
	ROLE_PARENT,
	ROLE_CONF,
	ROLE_VRRP,
	ROLE_CHECKER,
	ROLE_PROBER,
	ROLE_WATCHER,
	ROLE_RUNNER,
	ROLE_MAILER,
	ROLE_COUNT,
};

/* "parent", "conf", "vrrp", ... */
const char *role_name(enum role r);

#define ROLE_BIT(r) (1u << (r))
#define ROLE_CHILDREN                                                                              \
	(ROLE_BIT(ROLE_VRRP) | ROLE_BIT(ROLE_CHECKER) | ROLE_BIT(ROLE_PROBER) |                    \
		ROLE_BIT(ROLE_WATCHER) | ROLE_BIT(ROLE_RUNNER))

enum page_kind {
	PAGE_VRRP,     /* vrrp/slot.h: written by vrrp */
	PAGE_PROBER,   /* checker/slot.h: written by the prober */
	PAGE_CHECKER,  /* checker/slot.h: written by the checker */
	PAGE_WATCH,    /* core/watch.h: written by the watcher */
	PAGE_BFD,      /* vrrp/bfd_slot.h: written by vrrp */
	PAGE_SEEN,     /* vrrp/seen.h: written by vrrp */
	PAGE_ELECTION, /* core/election.h: written by vrrp */
	PAGE_SYNC,     /* core/sync.h: written by the checker */
	PAGE_TRACK,    /* vrrp/track_slot.h: written by vrrp */
	PAGE_COUNT,
};

struct msg_page {
	uint32_t kind; /* enum page_kind; the descriptor comes along */
};

struct msg_peer {
	uint32_t role; /* enum role at the other end of the descriptor that comes along */
};

struct msg_generation {
	uint64_t generation;
};

#define MSG_REASON_BYTES 512

struct msg_reject {
	uint64_t generation;
	int32_t sysno; /* ENODEV: an interface that does not exist; else as in struct err */
	char reason[MSG_REASON_BYTES];
};

struct msg_slot {
	uint32_t slot;
};

struct msg_shutdown {
	uint32_t keep; /* 1 = leave what is in the kernel as it is */
};

/* Something an operator may want to follow; `keepctl events` prints it. Texts are NUL-terminated.
 */
struct msg_event {
	int64_t at_us;	 /* mono_t */
	char kind[24];	 /* "instance", "pool", "server", "address", ... */
	char object[96]; /* its name: "VI_1", "tcp 192.0.2.1:80" */
	char from[16], to[16];
	char reason[160];
};

#define MSG_SCRIPT_STRINGS_BYTES 800

/*
 * Run a configured script. `script` names it (struct conf_script.id), the strings are `args` extra
 * arguments, then `vars` environment entries "NAME=value", each NUL-terminated. Runs of one `queue`
 * are serial; a run with a higher `step` replaces those of the same queue that still wait. A run
 * that is asked for again and again is tracked: its sender hears how it ended, and nobody waits for
 * it when keepd stops.
 */
struct msg_script_run {
	uint64_t script;
	uint64_t queue;
	uint64_t step;
	uint32_t deadline_ms; /* then it is ended; 0 = as the runner sees fit */
	uint32_t is_tracked;
	uint16_t args, vars, bytes;
	uint16_t pad;
	char strings[MSG_SCRIPT_STRINGS_BYTES];
};

#define SCRIPT_NOT_STARTED INT32_MIN
#define SCRIPT_LOST	   (INT32_MIN + 1) /* its runner died: how it ended is not known */

struct msg_script_done {
	uint64_t script;
	uint64_t queue;
	uint64_t step;
	int32_t status; /* exit status, or -signal, or one of the above */
	uint32_t timed_out;
	uint32_t is_tracked;
	uint32_t is_running; /* not yet: it is overdue, and told to end */
};

struct msg_script_end {
	uint64_t queue; /* whose script is to end */
};

/*
 * What becomes known outside keepd: a line for pipes, and perhaps a mail. Of the states of an
 * object only the last matters in the end; what is no state happens within one. Texts are
 * NUL-terminated and printable, the line without its newline.
 */
struct msg_notice {
	uint64_t object;
	uint32_t is_state;
	uint32_t is_last; /* the object is gone with it */
	uint32_t is_mailed;
	char line[320];
	char subject[192], text[360]; /* of the mail */
};

/* What an operator wants of vrrp. */
enum order {
	ORDER_HAND_OVER, /* give up the virtual router of a slot, or all, to a peer */
	ORDER_STAY_OUT,	 /* all take no part in elections ... */
	ORDER_TAKE_PART, /* ... they do */
	ORDER_COUNT
};

#define ORDER_ALL UINT32_MAX /* slots */

struct msg_order {
	uint32_t order; /* enum order */
	uint32_t slot;	/* of PAGE_VRRP, with HAND_OVER */
};

struct msg_mail {
	uint32_t messages; /* in the job */
};

struct msg_mail_done {
	uint32_t sent;	  /* messages, the first ones of the job */
	char reason[160]; /* why the others were not */
};

struct msg_conf_text {
	uint64_t generation;
	uint32_t role; /* enum role the canonical text in the memfd is for */
	uint32_t pad;
};

struct msg_conf_result {
	uint64_t generation;
	uint32_t status; /* 0 ok, else the exit status of keepd -t */
	uint32_t errors, warnings;
};

/*
 *    name	    number payload		   from		  to		  descriptors
 */
#define MSG_LIST(X)                                                                                \
	X(PAGE, 1, msg_page, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 1, "a state page")              \
	X(PEER, 2, msg_peer, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 1,                              \
		"a fresh channel to a sibling")                                                    \
	X(CONF_PREPARE, 3, msg_generation, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 1,                \
		"read this canonical text, and say whether you can run it")                        \
	X(CONF_READY, 4, msg_generation, ROLE_CHILDREN, ROLE_BIT(ROLE_PARENT), 0, "I can")         \
	X(CONF_REJECT, 5, msg_reject, ROLE_CHILDREN, ROLE_BIT(ROLE_PARENT), 0,                     \
		"I cannot, because")                                                               \
	X(CONF_COMMIT, 6, msg_generation, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 0, "run it")       \
	X(CONF_ABORT, 7, msg_generation, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 0, "forget it")     \
	X(CONF_RUNNING, 8, msg_generation, ROLE_CHILDREN, ROLE_BIT(ROLE_PARENT), 0,                \
		"this generation is in effect")                                                    \
	X(SHUTDOWN, 9, msg_shutdown, ROLE_BIT(ROLE_PARENT), ROLE_CHILDREN, 0,                      \
		"withdraw what you own and exit")                                                  \
	X(SLOT, 10, msg_slot,                                                                      \
		ROLE_BIT(ROLE_PROBER) | ROLE_BIT(ROLE_WATCHER) | ROLE_BIT(ROLE_VRRP),              \
		ROLE_BIT(ROLE_CHECKER) | ROLE_BIT(ROLE_VRRP), 0, "a slot of my page changed")      \
	X(EVENT, 11, msg_event, ROLE_CHILDREN, ROLE_BIT(ROLE_PARENT), 0, "something happened")     \
	X(SCRIPT_RUN, 12, msg_script_run,                                                          \
		ROLE_BIT(ROLE_VRRP) | ROLE_BIT(ROLE_CHECKER) | ROLE_BIT(ROLE_PARENT),              \
		ROLE_BIT(ROLE_PARENT) | ROLE_BIT(ROLE_RUNNER), 0, "run a configured script")       \
	X(SCRIPT_DONE, 13, msg_script_done, ROLE_BIT(ROLE_RUNNER) | ROLE_BIT(ROLE_PARENT),         \
		ROLE_BIT(ROLE_PARENT) | ROLE_BIT(ROLE_VRRP), 0,                                    \
		"a script ended; only what is tracked is told further")                            \
	X(CONF_TEXT, 14, msg_conf_text, ROLE_BIT(ROLE_CONF), ROLE_BIT(ROLE_PARENT), 1,             \
		"canonical text for a role")                                                       \
	X(CONF_RESULT, 15, msg_conf_result, ROLE_BIT(ROLE_CONF), ROLE_BIT(ROLE_PARENT), 1,         \
		"how reading the files ended; messages for the operator in the memfd")             \
	X(CONF_EARLIER, 16, msg_generation, ROLE_BIT(ROLE_PARENT), ROLE_BIT(ROLE_CHECKER), 1,      \
		"what an earlier keepd that was killed had declared: its leftovers are yours")     \
	X(NOTICE, 17, msg_notice, ROLE_BIT(ROLE_VRRP) | ROLE_BIT(ROLE_CHECKER),                    \
		ROLE_BIT(ROLE_PARENT), 0, "tell it to those outside")                              \
	X(SCRIPT_END, 18, msg_script_end, ROLE_BIT(ROLE_PARENT), ROLE_BIT(ROLE_RUNNER), 0,         \
		"end the script of a queue")                                                       \
	X(MAIL, 19, msg_mail, ROLE_BIT(ROLE_PARENT), ROLE_BIT(ROLE_MAILER), 1, "send these mails") \
	X(MAIL_DONE, 20, msg_mail_done, ROLE_BIT(ROLE_MAILER), ROLE_BIT(ROLE_PARENT), 0,           \
		"so many were sent")                                                               \
	X(ORDER, 21, msg_order, ROLE_BIT(ROLE_PARENT), ROLE_BIT(ROLE_VRRP), 0,                     \
		"the operator wants it")

/*
 * What the payloads mean beyond their size; msg_receive() sees to it. Texts (message, member) end
 * in NUL. Values (message, member, limit) are below the limit, so that they may become enums.
 */
#define MSG_TEXTS(X)                                                                               \
	X(CONF_REJECT, reject.reason)                                                              \
	X(EVENT, event.kind)                                                                       \
	X(EVENT, event.object)                                                                     \
	X(EVENT, event.from)                                                                       \
	X(EVENT, event.to)                                                                         \
	X(EVENT, event.reason)                                                                     \
	X(NOTICE, notice.line)                                                                     \
	X(NOTICE, notice.subject)                                                                  \
	X(NOTICE, notice.text)                                                                     \
	X(MAIL_DONE, mail_done.reason)

#define MSG_LIMITS(X)                                                                              \
	X(PAGE, page.kind, PAGE_COUNT)                                                             \
	X(PEER, peer.role, ROLE_COUNT)                                                             \
	X(SHUTDOWN, shutdown.keep, 2)                                                              \
	X(SCRIPT_RUN, script_run.is_tracked, 2)                                                    \
	X(SCRIPT_DONE, script_done.timed_out, 2)                                                   \
	X(SCRIPT_DONE, script_done.is_tracked, 2)                                                  \
	X(SCRIPT_DONE, script_done.is_running, 2)                                                  \
	X(NOTICE, notice.is_state, 2)                                                              \
	X(NOTICE, notice.is_last, 2)                                                               \
	X(NOTICE, notice.is_mailed, 2)                                                             \
	X(CONF_TEXT, conf_text.role, ROLE_COUNT)                                                   \
	X(ORDER, order.order, ORDER_COUNT)

enum msg_number {
#define X(name, number, payload, from, to, fds, doc) MSG_##name = (number),
	MSG_LIST(X)
#undef X
};

/* "CONF_PREPARE", ...; "unknown" for a number that is not in the list. */
const char *msg_name(uint32_t number);

/* On the wire: this, then the payload. */
struct msg_head {
	uint32_t number; /* enum msg_number */
	uint32_t zero;
};

#define MSG_MAX_BYTES 1024 /* with its head */

struct msg {
	uint32_t number; /* enum msg_number, checked */
	int fd;		 /* the descriptor that came along, owned by the receiver; -1 if none */
	union {
		struct msg_page page;
		struct msg_peer peer;
		struct msg_generation generation;
		struct msg_reject reject;
		struct msg_slot slot;
		struct msg_shutdown shutdown;
		struct msg_event event;
		struct msg_script_run script_run;
		struct msg_script_done script_done;
		struct msg_conf_text conf_text;
		struct msg_order order;
		struct msg_conf_result conf_result;
		struct msg_notice notice;
		struct msg_script_end script_end;
		struct msg_mail mail;
		struct msg_mail_done mail_done;
	};
};

/* One end of a channel: who we are, who is at the other end. The descriptor is owned. */
struct channel {
	int fd; /* -1 when closed */
	enum role self, peer;
	unsigned dropped; /* messages the peer's full queue did not take */
};

/* Makes a pair of connected ends, CLOEXEC and non-blocking. */
int channel_pair(int fds[2], struct err *e);
void channel_close(struct channel *c);

/*
 * Sends a message; payload is the struct that MSG_LIST names for it, fd goes along (-1 for none,
 * stays the caller's). Never blocks. Returns 0, or -1: queue full (counted in dropped; e->sysno
 * EAGAIN), peer gone (EPIPE), or a message that the list does not allow in this direction.
 */
int msg_send(struct channel *c, enum msg_number number, const void *payload, int fd, struct err *e);

enum msg_status {
	MSG_OK,	     /* *m is filled; the caller owns m->fd */
	MSG_NONE,    /* nothing there now */
	MSG_CLOSED,  /* the peer is gone */
	MSG_INVALID, /* something the list does not allow; dropped, e says what */
};

/*
 * Reads one message. What is wrong with it, and MSG_INVALID: too short, too long, unknown number,
 * wrong direction, wrong number of descriptors (they are closed), a value out of MSG_LIMITS, the
 * strings of a SCRIPT_RUN not as it says. Texts inside are forced to end in NUL. MSG_CLOSED is
 * final: the end of file, or an error of the socket.
 */
enum msg_status msg_receive(struct channel *c, struct msg *m, struct err *e);

#endif
