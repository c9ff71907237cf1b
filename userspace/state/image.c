/* SPDX-License-Identifier: Apache-2.0 */
/* What a process runs: made by exec, shared by forks, changed by nobody. */
#include "state/engine.h"

static bool image_is(const struct image *i, const struct image_seed *seed)
{
	return str_eq(i->comm, seed->comm) && str_eq(i->exe, seed->exe) &&
	       str_eq(i->exepath, seed->exepath) && str_eq(i->args, seed->args) &&
	       str_eq(i->env, seed->env) && i->exe_flags == seed->exe_flags &&
	       i->exe_ino == seed->exe_ino && i->exe_ctime == seed->exe_ctime &&
	       i->exe_mtime == seed->exe_mtime;
}

static inline bool is_control(uint8_t c)
{
	return (c > 0 && c < 0x20) | (c == 0x7f);
}

/* Every byte is looked at, so that it can be many at a time. */
static bool has_control(struct str s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= is_control((uint8_t)s.p[i]);
	return any;
}

/* Nearly all arguments: likewise. */
static size_t plain_text(struct str args, char *restrict out)
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
		return plain_text(args, out);
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

/* comm, then every argument behind a blank. */
static struct str cmdline_new(struct str comm, struct str args)
{
	struct str line, wide = text_alloc(comm.n + 1 + 3 * args.n);
	char *p = (char *)wide.p;

	if (!wide.n)
		return wide;
	if (comm.n)
		memcpy(p, comm.p, comm.n);
	p[comm.n] = ' ';
	line = (struct str){ p,
			     args.n ? comm.n + 1 + image_join_args(args, p + comm.n + 1) : comm.n };
	line = text_new(line);
	text_drop(&wide);
	return line;
}

static void image_free(struct image *i)
{
	text_drop(&i->comm);
	text_drop(&i->exe);
	text_drop(&i->exepath);
	text_drop(&i->args);
	text_drop(&i->env);
	text_drop(&i->cmdline);
	free(i->answers);
	free(i);
}

void image_drop(struct image *i)
{
	if (i && --i->refs == 0)
		image_free(i);
}

struct image *image_new(struct image *like, const struct image_seed *seed)
{
	static const struct image nothing;
	const struct image *from = like ? like : &nothing;
	struct image *i;

	if (like && image_is(like, seed))
		return image_share(like);
	i = calloc(1, sizeof(*i));
	if (!i)
		return NULL;
	i->refs = 1;
	i->exe_flags = seed->exe_flags;
	i->exe_ino = seed->exe_ino;
	i->exe_ctime = seed->exe_ctime;
	i->exe_mtime = seed->exe_mtime;
	i->comm = text_like(from->comm, seed->comm);
	i->exe = text_like(from->exe, seed->exe);
	i->exepath = text_like(from->exepath, seed->exepath);
	i->args = text_like(from->args, seed->args);
	i->env = text_like(from->env, seed->env);
	i->cmdline = cmdline_new(i->comm, i->args);
	return i;
}
