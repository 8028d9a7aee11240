/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One generation of the configuration: texts per role and the parent's own part. See generation.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/memfd.h"
#include "keepd/generation.h"
#include "keepd/schema.h"

#define TEXT_MAX ((size_t)256 << 20)

void generation_init(struct generation *g, uint64_t number)
{
	*g = (struct generation){ .number = number };
	for (int i = 0; i < ROLE_COUNT; i++)
		g->text[i] = -1;
}

void generation_fini(struct generation *g)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (g->text[i] >= 0)
			close(g->text[i]);
	conf_free(g->own);
	generation_init(g, 0);
}

void generation_take_text(struct generation *g, enum role role, int fd)
{
	if (g->text[role] >= 0)
		close(g->text[role]);
	g->text[role] = fd;
}

static int share_text(struct generation *g, enum role to, enum role from, struct err *e)
{
	int fd;

	if (g->text[from] < 0)
		return 0;
	fd = fcntl(g->text[from], F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return err_sys(e, errno, "configuration of %s", role_name(to));
	generation_take_text(g, to, fd);
	return 0;
}

int generation_complete(struct generation *g, struct err *e)
{
	static const struct conf_section *const sections[] = { &keepd_section, NULL };
	const struct conf_params params = {
		.sections = sections, .generation = g->number, .is_canonical = true
	};
	struct conf_report *report;
	size_t len;
	char *text;

	if (g->text[ROLE_PARENT] < 0)
		return err_set(e, "the conf process sent no text for the parent");
	if (share_text(g, ROLE_PROBER, ROLE_CHECKER, e) < 0 ||
		share_text(g, ROLE_RUNNER, ROLE_PARENT, e) < 0 ||
		memfd_read(g->text[ROLE_PARENT], TEXT_MAX, &text, &len, e) < 0)
		return -1;
	report = conf_report_new();
	g->own = conf_read_text("parent", text, len, &params, report);
	if (!g->own)
		err_set(e, "canonical text of the parent: %s", conf_report_first(report));
	conf_report_free(report);
	free(text);
	return g->own ? 0 : -1;
}
