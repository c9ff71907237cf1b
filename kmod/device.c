// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * File operations of /dev/<module name><cpu>: open, release, mmap, poll, ioctl
 * (doc/ring-protocol.md, doc/ioctls.md).
 *
 * Process context, may sleep; nothing here is on the path of an event.
 */
#include <linux/cdev.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "control.h"
#include "consumer.h"
#include "device.h"
#include "ring.h"
#include "wakeup.h"

#define NAME KBUILD_MODNAME

static struct class *class;
static struct cdev cdev;
static dev_t first;

static int device_open(struct inode *inode, struct file *file)
{
	struct falco_ring *ring = falco_consumer_open(iminor(inode));

	if (IS_ERR(ring))
		return PTR_ERR(ring);
	file->private_data = ring;
	return 0;
}

static int device_release(struct inode *inode, struct file *file)
{
	falco_consumer_close(file->private_data);
	return 0;
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	return falco_ring_map(file->private_data, vma);
}

static __poll_t device_poll(struct file *file, struct poll_table_struct *wait)
{
	struct falco_ring *ring = file->private_data;

	return falco_wakeup_poll(ring->consumer, file, wait);
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return falco_control(file->private_data, cmd, arg);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.mmap = device_mmap,
	.poll = device_poll,
	.unlocked_ioctl = device_ioctl,
};

/* Root only: events contain data of all users. */
static char *node(COMPAT_DEVNODE_DEVICE *dev, umode_t *mode)
{
	if (mode)
		*mode = 0400;
	return NULL;
}

static void destroy_nodes(unsigned int n)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (cpu < n)
			device_destroy(class, first + cpu);
}

static int create_nodes(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct device *dev = device_create(class, NULL, first + cpu, NULL, NAME "%u", cpu);

		if (IS_ERR(dev)) {
			destroy_nodes(cpu);
			return PTR_ERR(dev);
		}
	}
	return 0;
}

int falco_device_init(void)
{
	int err = alloc_chrdev_region(&first, 0, nr_cpu_ids, NAME);

	if (err)
		return err;
	class = class_create(NAME);
	if (IS_ERR(class)) {
		err = PTR_ERR(class);
		goto err_region;
	}
	class->devnode = node;
	cdev_init(&cdev, &operations);
	cdev.owner = THIS_MODULE;
	err = cdev_add(&cdev, first, nr_cpu_ids);
	if (err)
		goto err_class;
	err = create_nodes();
	if (err)
		goto err_cdev;
	return 0;

err_cdev:
	cdev_del(&cdev);
err_class:
	class_destroy(class);
err_region:
	unregister_chrdev_region(first, nr_cpu_ids);
	return err;
}

void falco_device_fini(void)
{
	destroy_nodes(nr_cpu_ids);
	cdev_del(&cdev);
	class_destroy(class);
	unregister_chrdev_region(first, nr_cpu_ids);
}
