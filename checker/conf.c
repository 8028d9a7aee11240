/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical text of the checker section becomes a value; see conf.h.
 */
#include <string.h>

#include "checker/conf.h"
#include "core/conf/common.h"
#include "core/conf/conf.h"

struct conf *checker_conf_read(const char *text, uint64_t generation, struct err *e)
{
	static const struct conf_section *const sections[] = { &checker_section, NULL };
	const struct conf_params params = {
		.sections = sections, .generation = generation, .is_canonical = true
	};
	struct conf_report *report = conf_report_new();
	struct conf *conf = conf_read_text("checker", text, strlen(text), &params, report);

	if (!conf)
		err_set(e, "%s", conf_report_first(report));
	conf_report_free(report);
	return conf;
}

const struct checker_conf *checker_conf_root(const struct conf *conf)
{
	return (const struct checker_conf *)conf_root(conf, &checker_section);
}

void checker_conf_tuning(const struct checker_conf *conf, struct tuning *tuning)
{
	const struct checker_global_conf *g = conf->global;

	*tuning = (struct tuning){
		.nice = g->nice, .rt_priority = g->rt_priority, .no_swap = g->no_swap
	};
	tuning->has_cpus = conf_cpus(&g->cpus, &tuning->cpus);
}
