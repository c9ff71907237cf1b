// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Open files: which device, which inode, which layer of an overlay, made by this call or not.
 *
 * In: a descriptor of the current task.  Out: facts of the file behind it; the file is looked up once per record.
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
#include "words.h"

struct file *capture_file(struct capture *c, int fd)
{
	if (c->known & KNOWN_FILE) {
		if (c->held_fd == fd)
			return fd_file(c->held);
		fdput(c->held);
	}
	c->held = fdget(fd);
	c->held_fd = fd;
	c->known |= KNOWN_FILE;
	return fd_file(c->held);
}

void capture_put_files(struct capture *c)
{
	if (c->known & KNOWN_FILE)
		fdput(c->held);
	if (c->known & KNOWN_IMAGE && c->image.file)
		fput(c->image.file);
}

/*
 * Overlayfs keeps to itself whether a file is in the upper layer, but it marks the root of an upper layer as its own
 * for as long as it is mounted: the real file is in the upper layer if it is below a directory so marked.  Directories
 * have no real dentry to be asked for, so of them nothing is said.  A lower layer that is itself the upper layer of
 * another mount counts as upper; overlayfs warns of such mounts.
 */
enum { DEEPEST = 256 };

static bool in_upper_layer(struct dentry *real)
{
	struct dentry *parent;
	struct inode *inode;
	int depth;

	for (depth = 0; depth < DEEPEST; depth++, real = parent) {
		inode = d_inode_rcu(real);
		if (inode && inode_state_read_once(inode) & I_OVL_INUSE)
			return true;
		parent = READ_ONCE(real->d_parent);
		if (parent == real)
			break;
	}
	return false;
}

u32 capture_layer(const struct file *file)
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
	facts->layer = capture_layer(file);
	facts->created = file->f_mode & FMODE_CREATED;
}

const struct file_facts *capture_find_opened(struct capture *c)
{
	struct file *file;

	c->known |= KNOWN_OPENED;
	memset(&c->opened, 0, sizeof(c->opened));
	if (c->ret < 0)
		return &c->opened;
	file = capture_file(c, c->ret);
	if (likely(file)) {
		describe(&c->opened, file);
	} else if ((file = fget_raw(c->ret))) { /* O_PATH */
		describe(&c->opened, file);
		fput(file);
	}
	return &c->opened;
}

/* quirk: O_DIRECTORY shares a bit with O_TMPFILE, and so shows its mode; rules have been written against it. */
u32 capture_open_mode(u32 flags, u32 mode)
{
	return flags & (O_CREAT | O_TMPFILE) ? conv_chmod_mode(mode) : 0;
}

u32 capture_open_result(struct capture *c)
{
	const struct file_facts *opened = capture_opened(c);

	return opened->layer | (opened->created ? file_flags_O_F_CREATED : 0);
}

/* As they would have been asked for, but for what is not the file's: O_CLOEXEC, and what matters only while it is opened. */
u32 capture_file_flags(struct capture *c)
{
	const struct file *file = capture_file(c, c->ret);
	struct file *path = file ? NULL : fget_raw(c->ret); /* O_PATH */
	u32 flags = 0;

	if (file || path)
		flags = conv_open_flags(READ_ONCE((file ? file : path)->f_flags) & ~O_LARGEFILE);
	if (path)
		fput(path);
	return flags | capture_open_result(c);
}

u16 capture_created_layer(struct capture *c)
{
	switch (capture_opened(c)->layer) {
	case file_flags_FD_UPPER_LAYER:
		return creat_flags_FD_UPPER_LAYER_CREAT;
	case file_flags_FD_LOWER_LAYER:
		return creat_flags_FD_LOWER_LAYER_CREAT;
	default:
		return 0;
	}
}

/* Longer than a page, which only a tree of directories is: d_path() writes from the end, here of what the ring has. */
static struct laid long_path(struct capture *c, const struct path *path)
{
	u32 room = record_room(c), n;
	char *name = room ? d_path(path, c->at, room) : ERR_PTR(-ENAMETOOLONG);

	if (IS_ERR(name)) {
		c->full |= room < PARAM_MAX;
		return (struct laid){ 0 };
	}
	n = (char *)c->at + room - name;
	memmove(c->at, name, n);
	return (struct laid){ n };
}

/* A path that cannot be resolved is absent. */
struct laid capture_path(struct capture *c, const struct path *path)
{
	char *scratch = falco_ring_scratch(c->who), *name = d_path(path, scratch, PAGE_SIZE);
	u32 n;

	if (name == ERR_PTR(-ENAMETOOLONG))
		return long_path(c, path);
	if (IS_ERR(name))
		return (struct laid){ 0 };
	n = scratch + PAGE_SIZE - name;
	if (!record_reserve(c, n))
		return (struct laid){ 0 };
	memcpy(c->at, name, n);
	return (struct laid){ n };
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

struct laid capture_prepared_path(struct capture *c)
{
	const struct falco_prepared *p = c->prepared;

	return (struct laid){ p ? record_span(c, (struct span){ p->path, p->path_len }) : 0 };
}

/* d_path() may wait for a rename or a mount to end. */
struct laid capture_opened_path(struct capture *c)
{
	struct file *file = c->ret < 0 ? NULL : capture_file(c, c->ret);
	struct laid path = { 0 };

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return capture_prepared_path(c);
	if (likely(file)) {
		path = capture_path(c, &file->f_path);
	} else if (c->ret >= 0 && (file = fget_raw(c->ret))) {
		path = capture_path(c, &file->f_path);
		fput(file);
	}
	return path;
}

/* The three members of the first struct open_how; later ones are of no interest.  False: unreadable, all zero. */
bool capture_how(struct capture *c, int arg)
{
	if (!(c->known & KNOWN_ARGUMENT)) {
		c->known |= KNOWN_ARGUMENT;
		memset(&c->how, 0, sizeof(c->how));
		c->how.known =
			user_read(&c->how, user_ptr(c->args[arg]), offsetof(typeof(c->how), known));
		if (!c->how.known)
			memset(&c->how, 0, sizeof(c->how));
	}
	return c->how.known;
}

/* Nothing is known of flags that cannot be read, not even that they ask for reading only. */
u32 capture_how_flags(struct capture *c, int arg)
{
	return capture_how(c, arg) ? conv_open_flags(c->how.flags) : 0;
}

/* What the file may be used for is the kernel's word: the structure may have been rewritten since the call read it. */
u32 capture_how_opened(struct capture *c, int arg)
{
	const u32 access = file_flags_O_RDONLY | file_flags_O_WRONLY;
	u32 flags = capture_how_flags(c, arg);
	const struct file *file = c->ret < 0 ? NULL : capture_file(c, c->ret);

	if (!file) /* also O_PATH, which is for neither */
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

u64 capture_pipe_ino(struct capture *c, int arg)
{
	struct file *file = c->ret ? NULL : capture_file(c, capture_fds(c, arg)[0]);

	return file ? file_inode(file)->i_ino : 0;
}
