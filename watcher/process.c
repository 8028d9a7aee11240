/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: see process.h. Called by processes.c. */
#include "watcher/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_BYTES 1024

/* Fields of /proc/PID/stat behind the name, proc(5): state is the first, start the twentieth. */
#define START_FIELD 20

bool process_parse(struct process *p, char *stat)
{
	/* The name may hold anything, brackets and blanks too. */
	char *begin = strchr(stat, '('), *end = strrchr(stat, ')'), *at;
	size_t len;

	if (!begin || !end || end < begin || end[1] != ' ')
		return false;
	len = (size_t)(end - begin - 1);
	if (len >= sizeof(p->comm))
		len = sizeof(p->comm) - 1;
	memcpy(p->comm, begin + 1, len);
	p->comm[len] = '\0';
	at = end + 2;
	if (*at == 'Z' || *at == 'X' || *at == 'x')
		return false;
	for (int field = 1; field < START_FIELD; field++) {
		at = strchr(at, ' ');
		if (!at)
			return false;
		at++;
	}
	p->start = strtoull(at, NULL, 10);
	return true;
}

/* ---- matching ---- */

bool process_needs_cmdline(const struct conf_process *conf)
{
	const char *name = conf->words.items[0];

	return conf->full_command || conf->words.count > 1 ||
	       conf->param_match != CONF_PARAM_UNSET || strchr(name, '/');
}

/* The i-th argument, NULL: there are not so many. */
static const char *argument(const struct process *p, size_t i)
{
	const char *at = p->cmdline, *end = p->cmdline + p->cmdline_len;

	for (; i && at < end; i--)
		at += strlen(at) + 1;
	return at < end ? at : NULL;
}

static bool is_same(const char *have, const char *want, bool may_be_longer)
{
	return have && (may_be_longer ? !strncmp(have, want, strlen(want)) : !strcmp(have, want));
}

static bool has_arguments(const struct process *p, const struct conf_process *conf)
{
	uint32_t how = conf->param_match;
	size_t count = conf->words.count;

	for (size_t i = 0; i < count; i++) {
		bool is_last_parameter = i && i + 1 == count;

		if (!is_same(argument(p, i), conf->words.items[i],
			    is_last_parameter && how == CONF_PARAM_PARTIAL))
			return false;
	}
	if (how == CONF_PARAM_EXACT || (how == CONF_PARAM_UNSET && count > 1))
		return !argument(p, count);
	return true;
}

bool process_matches(const struct process *p, const struct conf_process *conf)
{
	if (process_needs_cmdline(conf))
		return has_arguments(p, conf);
	return !strncmp(p->comm, conf->words.items[0], sizeof(p->comm) - 1);
}

/* ---- reading ---- */

static ssize_t read_proc(pid_t pid, const char *what, char *buf, size_t room)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, room - 1);
	close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

bool process_read(struct process *p, pid_t pid, bool with_cmdline)
{
	char stat[STAT_BYTES];
	ssize_t n;

	p->pid = pid;
	p->cmdline_len = 0;
	if (read_proc(pid, "stat", stat, sizeof(stat)) <= 0 || !process_parse(p, stat))
		return false;
	if (!with_cmdline)
		return true;
	n = read_proc(pid, "cmdline", p->cmdline, sizeof(p->cmdline));
	if (n > 0)
		p->cmdline_len = (size_t)n;
	return true;
}
