// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.19: fs: inode state is read through accessors */
#include <linux/fs.h>
int probe(struct inode *inode);
int probe(struct inode *inode)
{
	return inode_state_read_once(inode) & I_OVL_INUSE;
}
