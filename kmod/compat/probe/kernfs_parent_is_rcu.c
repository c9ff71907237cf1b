// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.15: kernfs: a node's parent and name are under RCU */
#include <linux/kernfs.h>
struct kernfs_node *probe(struct kernfs_node *node);
struct kernfs_node *probe(struct kernfs_node *node)
{
	return rcu_dereference_raw(node->__parent);
}
