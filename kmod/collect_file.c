// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Open files: device, inode, layer of an overlay, whether this call created it.
 *
 * In: a descriptor of the current task.  Out: facts of the file it refers to; the file is looked up
 * once per record.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>
#include <linux/path.h>

#include "compat/facts.h"
#include "record.h"
#include "ring.h"
#include "user.h"
#include "collect_macros.h"

struct file *collect_file(struct event_ctx *ctx, int fd)
{
	if (ctx->known & KNOWN_FILE) {
		if (ctx->held_fd == fd)
			return fd_file(ctx->held);
		fdput(ctx->held);
	}
	ctx->held = fdget(fd);
	ctx->held_fd = fd;
	ctx->known |= KNOWN_FILE;
	return fd_file(ctx->held);
}

void collect_put_files(struct event_ctx *ctx)
{
	if (ctx->known & KNOWN_FILE)
		fdput(ctx->held);
	if (ctx->known & KNOWN_IMAGE && ctx->image.file)
		fput(ctx->image.file);
}

/*
 * Overlayfs does not export whether a file is in the upper layer, but it sets I_OVL_INUSE on the
 * root of the upper layer while mounted: a real file below such a directory is in the upper layer.
 * Directories have no single real dentry and get no flag.  A lower layer that is the upper layer of
 * another mount counts as upper; overlayfs warns of such mounts.
 */
enum { MAX_DEPTH = 256 };

static bool in_upper_layer(struct dentry *real)
{
	struct dentry *parent;
	struct inode *inode;
	int depth;

	for (depth = 0; depth < MAX_DEPTH; depth++, real = parent) {
		inode = d_inode_rcu(real);
		if (inode && inode_state_read_once(inode) & I_OVL_INUSE)
			return true;
		parent = READ_ONCE(real->d_parent);
		if (parent == real)
			break;
	}
	return false;
}

u32 collect_layer(const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry, *real;

	if (likely(dentry->d_sb->s_magic != OVERLAYFS_SUPER_MAGIC) || !d_is_reg(dentry))
		return 0;
	real = d_real(dentry, D_REAL_METADATA);
	if (IS_ERR_OR_NULL(real) || real == dentry)
		return 0;
	return in_upper_layer(real) ? file_flags_FD_UPPER_LAYER : file_flags_FD_LOWER_LAYER;
}

static void describe(struct file_facts *facts, const struct file *file)
{
	const struct inode *inode = file_inode(file);

	facts->ino = inode->i_ino;
	facts->dev = new_encode_dev(inode->i_sb->s_dev);
	facts->layer = collect_layer(file);
	facts->created = file->f_mode & FMODE_CREATED;
}

const struct file_facts *collect_find_opened(struct event_ctx *ctx)
{
	struct file *file;

	ctx->known |= KNOWN_OPENED;
	memset(&ctx->opened, 0, sizeof(ctx->opened));
	if (ctx->ret < 0)
		return &ctx->opened;
	file = collect_file(ctx, ctx->ret);
	if (likely(file)) {
		describe(&ctx->opened, file);
		return &ctx->opened;
	}
	file = fget_raw(ctx->ret); /* O_PATH */
	if (file) {
		describe(&ctx->opened, file);
		fput(file);
	}
	return &ctx->opened;
}

/* quirk: O_TMPFILE contains O_DIRECTORY, so opening a directory shows a mode, as in Falco. */
u32 collect_open_mode(u32 flags, u32 mode)
{
	return flags & (O_CREAT | O_TMPFILE) ? map_chmod_mode(mode) : 0;
}

u32 collect_open_result(struct event_ctx *ctx)
{
	const struct file_facts *opened = collect_opened(ctx);

	return opened->layer | (opened->created ? file_flags_O_F_CREATED : 0);
}

/*
 * The file's flags; those that only matter during open (O_CREAT, O_TRUNC) and O_CLOEXEC are not in
 * it.
 */
u32 collect_file_flags(struct event_ctx *ctx)
{
	const struct file *file = collect_file(ctx, ctx->ret);
	struct file *path = file ? NULL : fget_raw(ctx->ret); /* O_PATH */
	u32 flags = 0;

	if (file || path)
		flags = map_open_flags(READ_ONCE((file ? file : path)->f_flags) & ~O_LARGEFILE);
	if (path)
		fput(path);
	return flags | collect_open_result(ctx);
}

u16 collect_created_layer(struct event_ctx *ctx)
{
	switch (collect_opened(ctx)->layer) {
	case file_flags_FD_UPPER_LAYER:
		return creat_flags_FD_UPPER_LAYER_CREAT;
	case file_flags_FD_LOWER_LAYER:
		return creat_flags_FD_LOWER_LAYER_CREAT;
	default:
		return 0;
	}
}

/* A path longer than a page: d_path() writes backwards from the end of the space in the ring. */
static struct written long_path(struct event_ctx *ctx, const struct path *path)
{
	u32 space = record_space(ctx), n;
	char *name = space ? d_path(path, ctx->at, space) : ERR_PTR(-ENAMETOOLONG);

	if (IS_ERR(name)) {
		ctx->full |= space < PARAM_MAX;
		return (struct written){ 0 };
	}
	n = (char *)ctx->at + space - name;
	memmove(ctx->at, name, n);
	return (struct written){ n };
}

/* A path that d_path() refuses is absent. */
struct written collect_path(struct event_ctx *ctx, const struct path *path)
{
	char *scratch = falco_ring_scratch(ctx->consumer), *name = d_path(path, scratch, PAGE_SIZE);
	u32 n;

	if (name == ERR_PTR(-ENAMETOOLONG))
		return long_path(ctx, path);
	if (IS_ERR(name))
		return (struct written){ 0 };
	n = scratch + PAGE_SIZE - name;
	if (!record_reserve(ctx, n))
		return (struct written){ 0 };
	memcpy(ctx->at, name, n);
	return (struct written){ n };
}

void falco_prepare_path(struct falco_prepared *p, const struct path *path)
{
	char *name = d_path(path, p->path, sizeof(p->path));

	if (IS_ERR(name))
		return;
	p->path_len = p->path + sizeof(p->path) - name;
	memmove(p->path, name, p->path_len);
}

void falco_prepare_opened(struct falco_prepared *p, int fd)
{
	struct file *file = fd < 0 ? NULL : fget_raw(fd);

	if (!file)
		return;
	falco_prepare_path(p, &file->f_path);
	fput(file);
}

struct written collect_prepared_path(struct event_ctx *ctx)
{
	const struct falco_prepared *p = ctx->prepared;

	return (struct written){ p ? record_span(ctx, (struct span){ p->path, p->path_len }) : 0 };
}

/* PREEMPT_RT: d_path() may sleep on rename_lock or mount_lock. */
struct written collect_opened_path(struct event_ctx *ctx)
{
	struct file *file = ctx->ret < 0 ? NULL : collect_file(ctx, ctx->ret);
	struct written path = { 0 };

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return collect_prepared_path(ctx);
	if (likely(file))
		return collect_path(ctx, &file->f_path);
	file = ctx->ret >= 0 ? fget_raw(ctx->ret) : NULL;
	if (file) {
		path = collect_path(ctx, &file->f_path);
		fput(file);
	}
	return path;
}

/* The three members of the first version of struct open_how.  False: unreadable, all zero. */
bool collect_how(struct event_ctx *ctx, int arg)
{
	if (!(ctx->known & KNOWN_ARGUMENT)) {
		ctx->known |= KNOWN_ARGUMENT;
		memset(&ctx->how, 0, sizeof(ctx->how));
		ctx->how.known = user_read(&ctx->how, user_ptr(ctx->args[arg]),
					   offsetof(typeof(ctx->how), known));
		if (!ctx->how.known)
			memset(&ctx->how, 0, sizeof(ctx->how));
	}
	return ctx->how.known;
}

/* Unreadable flags are 0, without O_RDONLY. */
u32 collect_how_flags(struct event_ctx *ctx, int arg)
{
	return collect_how(ctx, arg) ? map_open_flags(ctx->how.flags) : 0;
}

/* The access mode is the file's: the structure may have been rewritten since the call (TOCTOU). */
u32 collect_how_opened(struct event_ctx *ctx, int arg)
{
	const u32 access = file_flags_O_RDONLY | file_flags_O_WRONLY;
	u32 flags = collect_how_flags(ctx, arg);
	const struct file *file = ctx->ret < 0 ? NULL : collect_file(ctx, ctx->ret);

	if (!file) /* also O_PATH, which has no access mode */
		return flags;
	switch (file->f_mode & (FMODE_READ | FMODE_WRITE)) {
	case FMODE_READ | FMODE_WRITE:
		return (flags & ~access) | file_flags_O_RDWR;
	case FMODE_WRITE:
		return (flags & ~access) | file_flags_O_WRONLY;
	default:
		return (flags & ~access) | file_flags_O_RDONLY;
	}
}

u64 collect_pipe_ino(struct event_ctx *ctx, int arg)
{
	struct file *file = ctx->ret ? NULL : collect_file(ctx, collect_fds(ctx, arg)[0]);

	return file ? file_inode(file)->i_ino : 0;
}
