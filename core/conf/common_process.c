/* SPDX-License-Identifier: Apache-2.0 */
/* vrrp_track_process; see common.h. */
#include "core/conf/common.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "core/conf/types.h"

#define B		CONF_TIER_B
#define C		CONF_TIER_C
#define COUNT_OF(rows)	(sizeof(rows) / sizeof(*(rows)))
#define SECONDS(n)	((int64_t)(n)*1000000)
#define AT(member)	((uint32_t)offsetof(struct conf_process, member))
#define PROCESS(member) .offset = offsetof(struct conf_process, member)

/* clang-format off */
static const char *const match_words[] = { "initial", "partial", NULL };
static const struct conf_words matches = { match_words, false };

static const struct conf_row process_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, PROCESS(name), .flags = CONF_KEY,
	  .doc = "The name by which track_process refers to it." },
};

static const struct conf_row process_rows[] = {
	{ "process", NULL, NULL, &conf_type_strings, NULL, PROCESS(words), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_REQUIRED, .example = "httpd\n\"a b\" -c\n/usr/sbin/named -u named",
	  .doc = "The name of the process as the kernel has it, of which 15 bytes count; or, with parameters or a path, the first words of its command line." },
	{ "param_match", NULL, NULL, &conf_type_option, &matches, PROCESS(param_match), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_OPTIONAL_ARG, .doc = "How parameters are compared: all of them; initial: the process may have more; partial: also the last may be longer." },
	{ "weight", NULL, NULL, &conf_type_weight, NULL, PROCESS(weight), -254, 254, NULL, "0", CONF_LIVE, B,
	  .doc = "For track_process entries that name none: 0 = too few or too many processes are a fault, else added to the priority." },
	{ "quorum", NULL, NULL, &conf_type_u32, NULL, PROCESS(quorum), 1, 65535, NULL, "1", CONF_LIVE, B,
	  .doc = "So many processes must run." },
	{ "quorum_max", NULL, NULL, &conf_type_u32, NULL, PROCESS(quorum_max), 0, 65535, NULL, NULL, CONF_LIVE, C,
	  .doc = "More than so many must not run; 0 = none may run. Without it there is no limit." },
	{ "delay", NULL, NULL, &conf_type_span, NULL, PROCESS(delay), 0, SECONDS(3600), "seconds", NULL, CONF_LIVE, C,
	  .doc = "Sets both fork_delay and terminate_delay." },
	{ "fork_delay", NULL, NULL, &conf_type_span, NULL, PROCESS(fork_delay), 0, SECONDS(3600), "seconds", NULL, CONF_LIVE, C,
	  .doc = "For how long enough processes must run until that counts." },
	{ "terminate_delay", NULL, NULL, &conf_type_span, NULL, PROCESS(terminate_delay), 0, SECONDS(3600), "seconds", NULL, CONF_LIVE, C,
	  .doc = "For how long there must be too few processes until that counts." },
	{ "full_command", NULL, NULL, &conf_type_flag, NULL, PROCESS(full_command), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "The name is compared with the first word of the command line, and not with the short name the kernel has." },
};

/* clang-format on */

static void process_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct conf_process *p = (struct conf_process *)obj;

	if (p->quorum_max && p->quorum_max < p->quorum)
		conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, AT(quorum_max)),
			"quorum_max is less than the quorum, %u: no number of processes is right",
			p->quorum);
	if (!conf_is_set(obj, AT(fork_delay)))
		p->fork_delay = p->delay;
	if (!conf_is_set(obj, AT(terminate_delay)))
		p->terminate_delay = p->delay;
}

/* clang-format off */
const struct conf_block conf_process_block = {
	"vrrp_track_process", sizeof(struct conf_process), process_args, 1, process_rows, COUNT_OF(process_rows), false, process_check,
	"Processes that must run, or must not.",
};
/* clang-format on */
