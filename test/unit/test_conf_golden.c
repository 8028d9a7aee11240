/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files with mistakes people make, and what keepd says about them:
 * test/golden/conf-errors/NAME.conf and NAME.expected. Files with good content, and their canonical
 * text: test/golden/conf/NAME.conf and NAME.expected. To write the expected files anew, for a
 * person to read: UPDATE_GOLDEN=1.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

#define FILES_MIN_ERRORS 90
#define FILES_MIN_GOOD	 3

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t len = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &len, '\0', f) < 0 && text)
		*text = '\0';
	fclose(f);
	return text;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
	fputs(text, f);
	fclose(f);
}

static void compare(const char *name, const char *have)
{
	char path[300];
	char *want;

	snprintf(path, sizeof(path), "%.*s.expected", (int)(strlen(name) - strlen(".conf")), name);
	if (getenv("UPDATE_GOLDEN"))
		write_file(path, have);
	want = slurp(path);
	ck_assert_msg(want != NULL, "there is no %s", path);
	ck_assert_msg(
		strcmp(have, want) == 0, "%s: expected:\n%s\nbut it is:\n%s", name, want, have);
	free(want);
}

/* Runs fn on each *.conf of a folder below test/golden, from within that folder. */
static int each_file(const char *folder, void (*fn)(const char *name))
{
	const char *top = getenv("srcdir");
	char path[300];
	struct dirent **entries;
	int n, count = 0;

	snprintf(path, sizeof(path), "%s/test/golden/%s", top ? top : ".", folder);
	ck_assert_msg(chdir(path) == 0, "%s: %s", path, strerror(errno));
	n = scandir(".", &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *dot = strrchr(entries[i]->d_name, '.');

		if (dot && strcmp(dot, ".conf") == 0) {
			fn(entries[i]->d_name);
			count++;
		}
		free(entries[i]);
	}
	free(entries);
	return count;
}

static struct conf *read_file(const char *name, FILE *out)
{
	const struct conf_params params = { .sections = conf_text_sections, .generation = 1 };
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_file(name, &params, r);

	conf_report_print(r, out);
	fprintf(out, "errors: %u, warnings: %u\n", conf_report_errors(r), conf_report_warnings(r));
	conf_report_free(r);
	return c;
}

static void errors(const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct conf *c = read_file(name, out);

	fclose(out);
	ck_assert_msg(c == NULL, "%s has no error", name);
	compare(name, text);
	free(text);
}

START_TEST(mistakes_are_told_as_expected)
{
	ck_assert_int_ge(each_file("conf-errors", errors), FILES_MIN_ERRORS);
}
END_TEST

static void canonical(const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct conf *c = read_file(name, out);

	fflush(out);
	ck_assert_msg(c != NULL, "%s has errors: %s", name, text);
	for (int i = 0; conf_text_sections[i]; i++) {
		fprintf(out, "\n# %s\n", conf_text_sections[i]->name);
		conf_print(c, conf_text_sections[i], out);
	}
	fclose(out);
	compare(name, text);
	conf_text_round_trip(c);
	conf_free(c);
	free(text);
}

START_TEST(good_files_have_the_expected_canonical_text)
{
	ck_assert_int_ge(each_file("conf", canonical), FILES_MIN_GOOD);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_golden");
	TCase *t = tcase_create("golden");

	tcase_add_test(t, mistakes_are_told_as_expected);
	tcase_add_test(t, good_files_have_the_expected_canonical_text);
	suite_add_tcase(s, t);
	return s;
}
