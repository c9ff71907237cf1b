// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.9: fs: d_real() takes what is wanted, data or metadata */
#include <linux/dcache.h>
struct dentry *probe(struct dentry *dentry);
struct dentry *probe(struct dentry *dentry)
{
	return d_real(dentry, D_REAL_METADATA);
}
