/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A main for fuzz targets where there is no libFuzzer: replay_TARGET runs the target over every
 * file of the folders named on the command line, or of $srcdir/test/fuzz/seeds/TARGET, so that
 * `make check` replays the seeds with any compiler.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t len;

	if (!f || fstat(fileno(f), &st) < 0)
		return -1;
	data = malloc((size_t)st.st_size + 1);
	if (!data)
		abort();
	len = fread(data, 1, (size_t)st.st_size, f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
	return 0;
}

static int replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int count = 0;

	if (!dir) {
		perror(folder);
		return 0;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (replay_file(path) < 0)
			perror(path);
		else
			count++;
	}
	closedir(dir);
	return count;
}

static int replay_seeds(const char *program)
{
	const char *target = strstr(program, "replay_"), *srcdir = getenv("srcdir");
	char path[4096];

	if (!target)
		return 0;
	snprintf(path, sizeof(path), "%s/test/fuzz/seeds/%s", srcdir ? srcdir : ".",
		target + strlen("replay_"));
	return replay_folder(path);
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? 0 : replay_seeds(argv[0]);

	for (int i = 1; i < argc; i++)
		count += replay_folder(argv[i]);
	printf("%d inputs replayed\n", count);
	return count ? EXIT_SUCCESS : EXIT_FAILURE;
}
