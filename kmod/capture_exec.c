// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Images: what runs, with which arguments and environment, and what its file says of it.
 *
 * In: the address space of a task, or, when there was no exec, what the system call was given.  Out: exe, args, env,
 * and the facts of the executable, gathered once.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/mm_types.h>

#include "compat/facts.h"
#include "record.h"
#include "user.h"
#include "words.h"

enum { STRINGS_MAX = 4096, STRINGS_COUNT = 4096 };

static bool is_exec(enum event_id event)
{
	return event == EV_execve || event == EV_execveat;
}

/*
 * Strings lying back to back, as exec left them.  A child shares or copies its parent's, so the current address space
 * is always the right one to read.
 */
static u32 read_area(struct capture *c, unsigned long start, unsigned long end)
{
	u32 n = end > start ? min_t(unsigned long, end - start, STRINGS_MAX) : 0;

	if (!n || !record_reserve(c, n))
		return 0;
	n = user_read_some(c->at, user_ptr(start), n);
	if (n)
		c->at[n - 1] = 0;
	return n;
}

/* The strings that an array of pointers names; those that cannot be read are left out. */
static u32 read_array(struct capture *c, unsigned long array)
{
	u32 room = min_t(u32, record_room(c), STRINGS_MAX), n = 0;
	unsigned long string;
	u32 i;

	for (i = 0; i < STRINGS_COUNT && n < room && user_word(c, &string, array, i) && string; i++)
		n += user_string(c->at + n, room - n, user_ptr(string));
	if (n >= room && room < STRINGS_MAX)
		c->full = true;
	return n;
}

static u32 read_arguments(struct capture *c, enum event_id event)
{
	const struct mm_struct *mm = c->task->mm;

	if (c->ret >= 0)
		return mm ? read_area(c, READ_ONCE(mm->arg_start), READ_ONCE(mm->arg_end)) : 0;
	return is_exec(event) ? read_array(c, c->args[event == EV_execve ? 1 : 2]) : 0;
}

/* All of argv is put down at once: the first string is exe, and what is left lies where args begins. */
struct laid capture_exe(struct capture *c, enum event_id event)
{
	u32 n = read_arguments(c, event), exe = 1;

	c->args_len = 0;
	if (n) {
		exe = min_t(u32, strnlen(c->at, n) + 1, n);
		c->args_len = n - exe;
	} else {
		if (!record_reserve(c, 1))
			return (struct laid){ 0 };
		*c->at = 0;
	}
	return (struct laid){ exe };
}

struct laid capture_env(struct capture *c, enum event_id event)
{
	const struct mm_struct *mm = c->task->mm;

	if (c->ret < 0)
		return (struct laid){ read_array(c, c->args[event == EV_execve ? 2 : 3]) };
	return (struct laid){ mm ? read_area(c, READ_ONCE(mm->env_start), READ_ONCE(mm->env_end))
				 : 0 };
}

static bool is_memfd(const struct dentry *dentry)
{
	return IS_ROOT(dentry) && dentry->d_name.len > 6 &&
	       !memcmp(dentry->d_name.name, "memfd:", 6);
}

/* May the one who runs it also change it?  Asked as path lookup asks under RCU, so that no file system sleeps. */
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
	switch (capture_layer(file)) {
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

const struct image_facts *capture_find_image(struct capture *c)
{
	c->known |= KNOWN_IMAGE;
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		find_image(c->task, &c->image);
	else if (c->prepared)
		c->image = c->prepared->image;
	else
		memset(&c->image, 0, sizeof(c->image));
	return &c->image;
}

struct laid capture_exe_path(struct capture *c)
{
	const struct image_facts *image = capture_image(c);

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return capture_prepared_path(c);
	return image->file ? capture_path(c, &image->file->f_path) : (struct laid){ 0 };
}

static struct laid lay_string(struct capture *c, const char *string)
{
	u32 n = strnlen(string, PARAM_MAX - 1) + 1;

	if (!record_reserve(c, n))
		return (struct laid){ 0 };
	memcpy(c->at, string, n - 1);
	c->at[n - 1] = 0;
	return (struct laid){ n };
}

/*
 * An exec that succeeded comes from the scheduler's tracepoint and brings the kernel's copy of the name.  From the system
 * call come failures, and whatever number a tracer or a supervisor has answered in the kernel's place.
 */
struct laid capture_exec_filename(struct capture *c, int arg)
{
	if (!c->ret)
		return lay_string(c, c->bprm->filename);
	return (struct laid){ record_ustr(c, (struct ustr){ user_ptr(c->args[arg]) }) };
}
