/* SPDX-License-Identifier: Apache-2.0 */
/* Program images: created by exec, shared by fork, immutable. */
#include "state/image.h"

#include "state/rcstr.h"

static bool image_equals(const struct image *i, const struct image_info *info)
{
	return str_eq(i->comm, info->comm) && str_eq(i->exe, info->exe) &&
	       str_eq(i->exepath, info->exepath) && str_eq(i->args, info->args) &&
	       str_eq(i->env, info->env) && i->exe_flags == info->exe_flags &&
	       i->exe_ino == info->exe_ino && i->exe_ctime == info->exe_ctime &&
	       i->exe_mtime == info->exe_mtime;
}

static inline bool is_control(uint8_t c)
{
	return (c > 0 && c < 0x20) | (c == 0x7f);
}

/* No early exit, so that the compiler vectorizes the loop. */
static bool has_control(struct str s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= is_control((uint8_t)s.p[i]);
	return any;
}

/* Fast path without control characters; vectorized as well. */
static size_t join_plain_args(struct str args, char *restrict out)
{
	for (size_t i = 0; i < args.n; i++)
		out[i] = args.p[i] ? args.p[i] : ' ';
	return args.n;
}

size_t image_join_args(struct str args, char *out)
{
	size_t at = 0;

	if (args.n && args.p[args.n - 1] == 0)
		args.n--;
	if (!has_control(args))
		return join_plain_args(args, out);
	for (size_t i = 0; i < args.n; i++) {
		if (is_control((uint8_t)args.p[i])) {
			memcpy(out + at, "\xef\xbf\xbd", 3);
			at += 3;
		} else {
			out[at++] = args.p[i] ? args.p[i] : ' ';
		}
	}
	return at;
}

/* comm and the joined arguments, separated by one space; empty if memory is out. */
static struct str cmdline_new(struct str comm, struct str args)
{
	struct str buffer = rcstr_alloc(comm.n + 1 + 3 * args.n), cmdline;
	char *p = (char *)buffer.p;
	size_t n = comm.n;

	if (!buffer.n)
		return buffer;
	if (comm.n)
		memcpy(p, comm.p, comm.n);
	p[comm.n] = ' ';
	if (args.n)
		n += 1 + image_join_args(args, p + comm.n + 1);
	/* Copied to its exact size: the buffer has the size of the worst case. */
	cmdline = rcstr_new((struct str){ p, n });
	rcstr_unref(&buffer);
	return cmdline;
}

static void image_free(struct image *i)
{
	rcstr_unref(&i->comm);
	rcstr_unref(&i->exe);
	rcstr_unref(&i->exepath);
	rcstr_unref(&i->args);
	rcstr_unref(&i->env);
	rcstr_unref(&i->cmdline);
	free(i->lazy_results);
	free(i);
}

void image_unref(struct image *i)
{
	if (i && --i->refs == 0)
		image_free(i);
}

struct image *image_get(struct image *base, const struct image_info *info)
{
	static const struct image empty;
	const struct image *from = base ? base : &empty;
	struct image *i;

	if (base && image_equals(base, info))
		return image_ref(base);
	i = calloc(1, sizeof(*i));
	if (!i)
		return NULL;
	i->refs = 1;
	i->exe_flags = info->exe_flags;
	i->exe_ino = info->exe_ino;
	i->exe_ctime = info->exe_ctime;
	i->exe_mtime = info->exe_mtime;
	i->comm = rcstr_ref_or_new(from->comm, info->comm);
	i->exe = rcstr_ref_or_new(from->exe, info->exe);
	i->exepath = rcstr_ref_or_new(from->exepath, info->exepath);
	i->args = rcstr_ref_or_new(from->args, info->args);
	i->env = rcstr_ref_or_new(from->env, info->env);
	i->cmdline = cmdline_new(i->comm, i->args);
	return i;
}
