// SPDX-License-Identifier: Apache-2.0
/*
 * A deterministic replacement for libFuzzer: mutates files and passes them to a fuzz target.
 * usage: TARGET.mutate ROUNDS FILE...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_BYTES = 65536 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static uint64_t state = 88172645463325252u;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (unsigned)(state >> 16) % n : 0;
}

static size_t read_file(const char *path, uint8_t *out)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	n = fread(out, 1, SIZE_MAX_BYTES / 2, f);
	fclose(f);
	return n;
}

/* A byte that is special in conditions, output formats or YAML. */
static uint8_t special(void)
{
	static const char chars[] = "\0\n\t \"'\\()[]{},:-&*!|>#%=<~.0\xff\xc3";

	return (uint8_t)chars[below(sizeof(chars) - 1)];
}

/*
 * One random change: sets a byte, removes bytes, inserts bytes copied from another place, or
 * truncates.
 */
static size_t change(uint8_t *p, size_t n)
{
	size_t at = below((unsigned)n), from = below((unsigned)n),
	       len = 1 + below(below(4) ? 8 : 200);

	if (!n)
		return 0;
	switch (below(6)) {
	case 0:
		p[at] = (uint8_t)below(256);
		break;
	case 1:
		p[at] = special();
		break;
	case 2:
		if (len > n - at)
			len = n - at;
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	case 3:
	case 4:
		if (len > n - from)
			len = n - from;
		if (n + len > SIZE_MAX_BYTES)
			return n;
		memmove(p + at + len, p + at, n - at);
		memmove(p + at, p + (from + len > at && from < at ? 0 : from), len);
		return n + len;
	default:
		return below(8) ? n : at;
	}
	return n;
}

int main(int argc, char **argv)
{
	static uint8_t seed[SIZE_MAX_BYTES], work[SIZE_MAX_BYTES];
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 0, runs = 0;

	for (int i = 2; i < argc; i++) {
		size_t n_seed = read_file(argv[i], seed);

		for (unsigned r = 0; r < rounds; r++, runs++) {
			size_t n = n_seed;
			uint8_t *exact;

			memcpy(work, seed, n_seed);
			for (unsigned k = r ? 1 + below(4) : 0; k; k--)
				n = change(work, n);
			/*
			 * A block of exactly this size, so that ASan sees an overrun of one byte.
			 */
			exact = malloc(n ? n : 1);
			if (!exact)
				return 1;
			memcpy(exact, work, n);
			LLVMFuzzerTestOneInput(exact, n);
			free(exact);
		}
	}
	printf("ok %s: %u runs\n", argv[0], runs);
	return 0;
}
