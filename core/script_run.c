/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strings of a MSG_SCRIPT_RUN, one behind the other; see script_run.h. Knows nothing of what is
 * in them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/exit.h"
#include "core/script_run.h"

struct msg_script_run script_run_begin(uint64_t script, uint64_t queue, uint64_t step)
{
	return (struct msg_script_run){ .script = script, .queue = queue, .step = step };
}

void script_run_arg(struct msg_script_run *run, const char *text)
{
	size_t len = strlen(text) + 1;

	if (run->vars)
		fatal(EXIT_INTERNAL, "an argument of a script behind its environment");
	if (len > sizeof(run->strings) - run->bytes)
		return;
	memcpy(run->strings + run->bytes, text, len);
	run->bytes = (uint16_t)(run->bytes + len);
	run->args++;
}

void script_run_var(struct msg_script_run *run, const char *name, const char *fmt, ...)
{
	size_t room = sizeof(run->strings) - run->bytes, name_bytes = strlen(name);
	char *at = run->strings + run->bytes;
	va_list ap;
	int len;

	if (name_bytes + 2 > room)
		return;
	memcpy(at, name, name_bytes);
	at[name_bytes] = '=';
	va_start(ap, fmt);
	len = vsnprintf(at + name_bytes + 1, room - name_bytes - 1, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= room - name_bytes - 1)
		return;
	run->bytes = (uint16_t)(run->bytes + name_bytes + 1 + (size_t)len + 1);
	run->vars++;
}
