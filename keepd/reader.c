/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conf process. Runs as root, because key files and secrets are read here, but only for the
 * moment; see reader.h and the life cycle in doc/architecture.md.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checker/schema.h"
#include "core/exit.h"
#include "core/memfd.h"
#include "core/log.h"
#include "core/proc.h"
#include "keepd/init_files.h"
#include "keepd/reader.h"
#include "keepd/schema.h"
#include "vrrp/schema.h"
#include "watcher/schema.h"

const struct conf_section *const keepd_sections[] = { &keepd_section, &vrrp_section,
	&checker_section, &watcher_section, NULL };

static struct conf *read_all(const struct reader_args *what, struct conf_report *report)
{
	const struct conf_params params = { .sections = keepd_sections,
		.generation = what->generation,
		.config_id = what->config_id };

	return conf_read_file(what->path, &params, report);
}

static const struct watcher_conf *watcher_root(const struct conf *conf)
{
	return (const struct watcher_conf *)conf_root(conf, &watcher_section);
}

static int status_of(const struct conf *conf, const struct conf_report *report)
{
	if (conf)
		return EXIT_OK;
	return conf_report_is_unreadable(report) ? EXIT_UNREADABLE : EXIT_CONFIG;
}

static int send_text(struct channel *parent, uint64_t generation, enum role role, const char *text,
	size_t len, struct err *e)
{
	struct msg_conf_text msg = { .generation = generation, .role = role };
	int fd, status;

	fd = memfd_seal(role_name(role), text, len, e);
	if (fd < 0)
		return -1;
	status = msg_send(parent, MSG_CONF_TEXT, &msg, fd, e);
	close(fd);
	return status;
}

static int send_section(struct channel *parent, const struct conf *conf, enum role role,
	const struct conf_section *section, struct err *e)
{
	size_t len;
	char *text;
	int status;

	if (section->is_empty(conf_root(conf, section)))
		return 0;
	text = conf_print_text(conf, section, &len);
	status = send_text(parent, conf_generation(conf), role, text, len, e);
	free(text);
	return status;
}

static int send_all(
	struct channel *parent, const struct conf *conf, struct conf_report *report, struct err *e)
{
	struct script_list_result scripts = { 0 };
	size_t len;
	char *own = keepd_conf_print_canonical(conf, &len, report, &scripts);
	int status;

	if (!own)
		return err_set(e, "%s", conf_report_first(report));
	status = send_text(parent, conf_generation(conf), ROLE_PARENT, own, len, e);
	free(own);
	if (status < 0)
		return -1;
	if (send_section(parent, conf, ROLE_VRRP, &vrrp_section, e) < 0)
		return -1;
	if (send_section(parent, conf, ROLE_WATCHER, &watcher_section, e) < 0)
		return -1;
	return send_section(parent, conf, ROLE_CHECKER, &checker_section, e);
}

/* The messages for the operator, as text in a sealed memfd. */
static int report_to_memfd(const struct conf_report *report, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int fd;

	if (!out)
		return err_set(e, "out of memory");
	conf_report_print(report, out);
	fclose(out);
	fd = memfd_seal("report", text, len, e);
	free(text);
	return fd;
}

/* Secrets as asterisks. */
static void log_conf(const struct conf *conf)
{
	char *text = NULL, *at, *line;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	conf_print_all(conf, CONF_PRINT_MASKED, out);
	if (fclose(out) == 0)
		for (at = text; (line = strsep(&at, "\n"));)
			if (*line)
				log_info("%s", line);
	free(text);
}

int reader_main(const struct role_args *args, const struct reader_args *what)
{
	struct channel parent = { .fd = PROC_CHANNEL_FD, .self = ROLE_CONF, .peer = ROLE_PARENT };
	struct conf_report *report = conf_report_new();
	struct msg_conf_result result = { .generation = what->generation };
	struct conf *conf;
	struct err e = { 0 };
	int fd;

	log_open(args->sink, args->level, "conf");
	role_become(ROLE_CONF);
	conf = read_all(what, report);
	if (conf && what->is_dumped)
		log_conf(conf);
	if (conf && what->generation == 1)
		init_files_write(&watcher_root(conf)->files);
	if (conf && send_all(&parent, conf, report, &e) < 0) {
		conf_free(conf);
		conf = NULL;
		if (!conf_report_errors(report))
			fatal(EXIT_INTERNAL, "send the configuration: %s", e.text);
	}
	result.status = (uint32_t)status_of(conf, report);
	result.errors = conf_report_errors(report);
	result.warnings = conf_report_warnings(report);
	fd = report_to_memfd(report, &e);
	if (fd < 0 || msg_send(&parent, MSG_CONF_RESULT, &result, fd, &e) < 0)
		fatal(EXIT_INTERNAL, "send the result: %s", e.text);
	close(fd);
	conf_free(conf);
	conf_report_free(report);
	return EXIT_OK;
}
