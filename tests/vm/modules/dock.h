/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the modules of planted.py share: a /proc file named like the module that takes "CODE [NUMBER]". They print
 * nothing, and no name in them says what is wrong: what each code plants is written down in ../planted.py alone.
 */
#ifndef DOCK_H
#define DOCK_H
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

struct dock_order {
	char code;
	int (*run)(u64 number);
};

static const struct dock_order dock_orders[];

static noinline int dock_dispatch(const char *text)
{
	const struct dock_order *order;
	u64 number = 0;

	if (text[0] && text[1] == ' ' && kstrtou64(text + 2, 0, &number))
		return -EINVAL;
	for (order = dock_orders; order->run; order++)
		if (order->code == text[0])
			return order->run(number);
	return -ENOENT;
}

static ssize_t dock_write(struct file *file, const char __user *user, size_t size, loff_t *offset)
{
	char *text = memdup_user_nul(user, min_t(size_t, size, 32));
	int result;

	if (IS_ERR(text))
		return PTR_ERR(text);
	result = dock_dispatch(strim(text));
	kfree(text);
	return result < 0 ? result : size;
}

static const struct proc_ops dock_ops = { .proc_write = dock_write };

static inline int dock_open(void)
{
	return proc_create(KBUILD_MODNAME, 0200, NULL, &dock_ops) ? 0 : -ENOMEM;
}

/* The compiler must not know what it is about to see. */
#define dock_hide(value) ({ typeof(value) hidden_ = (value); OPTIMIZER_HIDE_VAR(hidden_); hidden_; })
#define dock_at(type, member, offset) static_assert(offsetof(type, member) == (offset))

MODULE_LICENSE("GPL");
#endif
