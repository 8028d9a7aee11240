/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_PARENT_H
#define KEEPD_KEEPD_PARENT_H

/*
 * The parent: supervises the children, hands them configurations in two phases, forwards scripts to
 * runners, answers on the control socket, and takes addresses away when nobody else would. It
 * parses no network data and no configuration text but its own canonical part.
 */

#include "core/loop.h"
#include "core/page.h"
#include "keepd/child.h"
#include "keepd/generation.h"
#include "keepd/operator.h"
#include "keepd/options.h"
#include "keepd/reload.h"
#include "keepd/rundir.h"
#include "keepd/script_queue.h"

enum {
	CHILD_VRRP,
	CHILD_CHECKER,
	CHILD_PROBER,
	CHILD_WATCHER,
	CHILD_RUNNERS, /* the first of the runners */
	CHILD_MAX = 63,
};

struct control;
struct fifos;
struct mails;

#define PARENT_SIGNALS 8

/* startup_script or shutdown_script */
struct own_script {
	enum {
		OWN_SCRIPT_DUE,
		OWN_SCRIPT_RUNS,
		OWN_SCRIPT_OVER,
	} state;
	struct timer timer; /* its timeout */
};

struct parent {
	const struct options *opt;
	struct loop *loop;
	struct rundir rundir;

	int page_fds[PAGE_COUNT];
	struct page pages[PAGE_COUNT];

	struct child children[CHILD_MAX];
	struct child reader; /* the conf process */
	bool is_reader_due;  /* it is to be started once its predecessor has ended */

	struct reload reload;
	struct timer reload_timer;
	struct generation committed, prepared;
	struct conf
		*previous_own; /* of the generation before, for last scripts of removed objects */
	char *report;	       /* what the conf process had to say; malloc'ed */
	int fail_status;       /* exit status, should the first start fail at what goes on now */

	char *netns; /* where we work: its name, "" = where we were started; NULL = not known yet */
	struct script_queues *scripts;
	struct fifos *fifos;
	struct mails *mails;
	struct own_script startup, shutdown;
	pid_t hung_modprobe; /* see modules.h */
	int earlier_checker; /* sealed text of a killed keepd until a checker has it; -1 = none */
	int outgoing_vrrp; /* text of what vrrp ran before the last commit, until the new one is in
			      effect; -1 = none */
	struct timer withdraw_timer; /* a dead vrrp child has until then to get a successor */
	struct timer stop_timer;     /* the last scripts have until then */
	bool is_last_stage;	     /* of the stop: nobody is left who could want a script */
	struct control *control;
	struct maintenance maintenance;

	bool is_ready; /* all children ran at least once */
	bool is_stopping;
	int exit_status;
	int ready_fd; /* --daemon: to the process in the foreground, until ready; -1 otherwise */
	struct sig sigs[PARENT_SIGNALS];
};

/* Runs until stopped; returns the exit status. run_lock is held by the caller's rundir. */
int parent_run(const struct options *opt, struct rundir *rundir, int ready_fd);

/* transaction.c: executes the reload. */
int transaction_init(struct parent *p, struct err *e);
/* A request from SIGHUP or a control client. */
void transaction_request(struct parent *p);
/* Gives up the reload that goes on, if any, and the one that waits. */
void transaction_cancel(struct parent *p, const char *reason);
/* The generation that a request made now would be answered with. */
uint64_t transaction_next(const struct parent *p);
void transaction_event(struct parent *p, const struct reload_event *event);
void transaction_on_reader(struct parent *p, const struct msg *m);
void transaction_on_reader_death(struct parent *p, int status);
/* The row of a runner that is gone is free, unless its user is wanted now or after the commit. */
void transaction_free_row(struct parent *p, struct child *c);
/* Runners that are not wanted any more go once the last scripts have run. */
void transaction_release_runners(struct parent *p);
/* What waited for startup_script to end may begin: children get the COMMIT that was held back. */
void transaction_let_go(struct parent *p);
/* A restarted child gets the committed configuration outside of any reload. */
void transaction_bring_up(struct parent *p, struct child *c);

/* spawn.c */
#define PARENT_CHILD_ARGS 24
int spawn_init(struct parent *p, struct err *e);
int parent_spawn(struct parent *p, struct child *c, struct err *e);
/* What each child hears of the log; returns how many words. The rest of args is the caller's. */
size_t parent_child_args(const struct parent *p, const char *args[PARENT_CHILD_ARGS]);

/* stop.c */
int parent_stop_init(struct parent *p, struct err *e);
void parent_stop(struct parent *p, int status);
/* The next stage; called again whenever something ended, until nothing is left. */
void parent_stop_step(struct parent *p);
/* What this role owns in the kernel is to stay there: it was asked for and keepd stops. */
bool parent_stop_keeps(const struct parent *p, enum role role);

/* parent.c */
/* There is no process; there will be one with the committed configuration. */
void parent_start_soon(struct child *c);
/* Says so once all children that are wanted ran at least once. */
void parent_check_ready(struct parent *p);
void parent_child_running(struct parent *p, struct child *c);
/* What the first start cannot do without has failed: ends with status. */
void parent_start_failed(struct parent *p, int status, const char *reason);

/* scripts.c: forwards runs to the runner of the configured user. */
void scripts_take(struct parent *p, const struct msg_script_run *run);
void scripts_done(struct parent *p, struct child *c, const struct msg_script_done *done);
void scripts_dispatch(struct parent *p);
void scripts_runner_died(struct parent *p, struct child *c);
/* Is a script at work in this runner, or waiting for it? */
bool scripts_need(struct parent *p, const struct child *c);

/* The script of a queue that runs for as long as it is wanted is to end. */
void scripts_end(struct parent *p, uint64_t script, uint64_t queue);

/* Is its runner there, so that it would run now or soon? */
bool scripts_can_run(struct parent *p, uint64_t id);

/* own_scripts.c: startup_script and shutdown_script. */
int own_scripts_init(struct parent *p, struct err *e);
void own_scripts_fini(struct parent *p);
/* Is startup_script at work? The first call with a committed configuration starts it. */
bool own_scripts_hold(struct parent *p);
/* Is shutdown_script at work? The first call starts it. */
bool own_scripts_wait(struct parent *p);
/* A script has ended, maybe one of these. */
void own_scripts_done(struct parent *p, const struct msg_script_done *done);

/* withdraw.c: takes the addresses away when their keeper is gone. */
int withdraw_init(struct parent *p, struct err *e);
/* The vrrp child died: it or a successor has until its last adverts run out. */
void withdraw_arm(struct parent *p);
void withdraw_disarm(struct parent *p);
/*
 * At once, in a process of its own that is waited for: all that the vrrp child may have left in the
 * kernel. False if it is not known to be gone.
 */
bool withdraw_now(struct parent *p);
/* Before another generation takes the place of the committed one: its addresses are still there. */
void withdraw_supersede(struct parent *p);
/* The committed generation is in effect, or the child took its addresses away itself. */
void withdraw_settled(struct parent *p);
/* Removes what the state file of a dead keepd names; returns an exit status. Prints what it did. */
int withdraw_leftovers(struct rundir *d);

#endif
