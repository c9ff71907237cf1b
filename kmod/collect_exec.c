// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Executables: arguments, environment, and facts of the file.
 *
 * In: the address space of a task or, for an exec that failed, the arguments of the system call.
 * Out: exe, args, env, and the facts of the executable, gathered once per record.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/mm_types.h>

#include "compat/facts.h"
#include "record.h"
#include "user.h"
#include "collect_macros.h"

enum { STRINGS_MAX = 4096, STRINGS_COUNT = 4096 };

static bool is_exec(enum event_id event)
{
	return event == EV_execve || event == EV_execveat;
}

/*
 * Strings one after the other, as exec stores them.  A child shares or copies its parent's address
 * space, so the current one is right for it, too.
 */
static u32 read_area(struct event_ctx *ctx, unsigned long start, unsigned long end)
{
	u32 n = end > start ? min_t(unsigned long, end - start, STRINGS_MAX) : 0;

	if (!n || !record_reserve(ctx, n))
		return 0;
	n = user_read_some(ctx->at, user_ptr(start), n);
	if (n)
		ctx->at[n - 1] = 0;
	return n;
}

/* The strings of an array of pointers; unreadable ones are left out. */
static u32 read_array(struct event_ctx *ctx, unsigned long array)
{
	u32 space = min_t(u32, record_space(ctx), STRINGS_MAX), n = 0;
	unsigned long string;
	u32 i;

	for (i = 0; i < STRINGS_COUNT && n < space && user_word(ctx, &string, array, i) && string;
	     i++)
		n += user_string(ctx->at + n, space - n, user_ptr(string));
	if (n >= space && space < STRINGS_MAX)
		ctx->full = true;
	return n;
}

static u32 read_arguments(struct event_ctx *ctx, enum event_id event)
{
	const struct mm_struct *mm = ctx->task->mm;

	if (ctx->ret >= 0)
		return mm ? read_area(ctx, READ_ONCE(mm->arg_start), READ_ONCE(mm->arg_end)) : 0;
	return is_exec(event) ? read_array(ctx, ctx->args[event == EV_execve ? 1 : 2]) : 0;
}

/* All of argv is written at once: its first string is exe; the rest is where args will be. */
struct written collect_exe(struct event_ctx *ctx, enum event_id event)
{
	u32 n = read_arguments(ctx, event), exe = 1;

	ctx->args_len = 0;
	if (n) {
		exe = min_t(u32, strnlen(ctx->at, n) + 1, n);
		ctx->args_len = n - exe;
	} else {
		if (!record_reserve(ctx, 1))
			return (struct written){ 0 };
		*ctx->at = 0;
	}
	return (struct written){ exe };
}

struct written collect_env(struct event_ctx *ctx, enum event_id event)
{
	const struct mm_struct *mm = ctx->task->mm;

	if (ctx->ret < 0)
		return (struct written){ read_array(ctx, ctx->args[event == EV_execve ? 2 : 3]) };
	return (struct written){
		mm ? read_area(ctx, READ_ONCE(mm->env_start), READ_ONCE(mm->env_end)) : 0
	};
}

static bool is_memfd(const struct dentry *dentry)
{
	return IS_ROOT(dentry) && dentry->d_name.len > 6 &&
	       !memcmp(dentry->d_name.name, "memfd:", 6);
}

/*
 * Whether the task may write its executable.  MAY_NOT_BLOCK, as in RCU path walk: nothing sleeps.
 */
static bool is_writable(struct file *file)
{
	int err;

	rcu_read_lock();
	err = file_permission(file, MAY_WRITE | MAY_NOT_BLOCK);
	rcu_read_unlock();
	return !err || file_owner_or_capable(file);
}

static u32 image_flags(struct file *file)
{
	u32 flags = 0;

	if (is_writable(file))
		flags |= execve_flags_EXE_WRITABLE;
	if (is_memfd(file->f_path.dentry))
		flags |= execve_flags_EXE_FROM_MEMFD;
	switch (collect_layer(file)) {
	case file_flags_FD_UPPER_LAYER:
		return flags | execve_flags_EXE_UPPER_LAYER;
	case file_flags_FD_LOWER_LAYER:
		return flags | execve_flags_EXE_LOWER_LAYER;
	default:
		return flags;
	}
}

static u64 ns(struct timespec64 t)
{
	return timespec64_to_ns(&t);
}

static void find_image(struct task_struct *task, struct image_facts *image)
{
	struct mm_struct *mm = task->mm;
	struct inode *inode;

	memset(image, 0, sizeof(*image));
	image->file = mm ? compat_mm_exe_file(mm) : NULL;
	if (image->file) {
		inode = file_inode(image->file);
		image->flags = image_flags(image->file);
		image->ino = inode->i_ino;
		image->ctime = ns(inode_get_ctime(inode));
		image->mtime = ns(inode_get_mtime(inode));
	}
}

void falco_prepare_image(struct falco_prepared *p, struct task_struct *task)
{
	struct file *file;

	find_image(task, &p->image);
	file = p->image.file;
	if (!file)
		return;
	falco_prepare_path(p, &file->f_path);
	p->image.file = NULL;
	fput(file);
}

const struct image_facts *collect_find_image(struct event_ctx *ctx)
{
	ctx->known |= KNOWN_IMAGE;
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		find_image(ctx->task, &ctx->image);
	else if (ctx->prepared)
		ctx->image = ctx->prepared->image;
	else
		memset(&ctx->image, 0, sizeof(ctx->image));
	return &ctx->image;
}

struct written collect_exe_path(struct event_ctx *ctx)
{
	const struct image_facts *image = collect_image(ctx);

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return collect_prepared_path(ctx);
	return image->file ? collect_path(ctx, &image->file->f_path) : (struct written){ 0 };
}

static struct written write_string(struct event_ctx *ctx, const char *string)
{
	u32 n = strnlen(string, PARAM_MAX - 1) + 1;

	if (!record_reserve(ctx, n))
		return (struct written){ 0 };
	memcpy(ctx->at, string, n - 1);
	ctx->at[n - 1] = 0;
	return (struct written){ n };
}

/*
 * A successful exec comes from sched_process_exec, with the kernel's copy of the name.  sys_exit
 * has failures, and results that a tracer or a seccomp user notification has set.
 */
struct written collect_exec_filename(struct event_ctx *ctx, int arg)
{
	if (!ctx->ret)
		return write_string(ctx, ctx->bprm->filename);
	return (struct written){ record_ustr(ctx, (struct ustr){ user_ptr(ctx->args[arg]) }) };
}
