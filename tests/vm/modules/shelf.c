// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Plants one bug a command: echo NAME >/proc/shelf. Prints nothing itself, so that what the report says comes from
 * the kernel's own words alone. Which bug a name stands for is written down in ../scenarios.py.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

struct shelf {
	u64 id;			/* 0x00 */
	char label[24];		/* 0x08 */
	struct list_head books;	/* 0x20 */
	void (*reader)(struct shelf *shelf);	/* 0x30 */
	u64 visits;		/* 0x38 */
};

static DEFINE_MUTEX(shelf_mutex);
static DEFINE_SPINLOCK(shelf_spin);
static void (*guest_reader)(void);

void shelf_lend(void (*reader)(void))
{
	guest_reader = reader;
}
EXPORT_SYMBOL_GPL(shelf_lend);

static noinline void shelf_open(struct shelf *shelf)
{
	shelf->reader(shelf);
	barrier();
}

static noinline void shelf_call_guest(void)
{
	guest_reader();
	barrier();
}

static noinline u64 shelf_share(u64 total, u32 parts)
{
	return total / READ_ONCE(parts);
}

static noinline void shelf_take(struct list_head *book)
{
	list_del(book);
	barrier();
}

static noinline u64 shelf_next(struct list_head *book)
{
	struct shelf *next = container_of(book->next, struct shelf, books);

	return READ_ONCE(next->visits);
}

/* Not at the module's beginning: the 42 bytes that Code: shows before the instruction must be there to read. */
static noinline void shelf_count(struct shelf *shelf)
{
	shelf->visits++;
	barrier();
}

/* Called with one value only, which the compiler must not move inside. */
static noinline __attribute__((noipa)) void shelf_visit(struct shelf *shelf)
{
	shelf->visits += 2;
	barrier();
}

static noinline void shelf_return(refcount_t *count)
{
	if (refcount_dec_and_test(count))
		barrier();
	barrier();
}

static noinline int shelf_stack(int depth)
{
	volatile char pad[512];

	pad[0] = (char)depth;
	return shelf_stack(depth + 1) + pad[0];
}

static noinline void shelf_check(int condition)
{
	BUG_ON(condition);
}

static noinline void shelf_doubt(int condition)
{
	WARN_ON(condition);
}

static noinline void shelf_rest(void)
{
	spin_lock(&shelf_spin);
	msleep(10);	/* the scheduler reports it and resets the count: no unlock */
}

static noinline void shelf_spin_forever(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

static noinline void shelf_wait(void)
{
	mutex_lock(&shelf_mutex);
	mutex_lock(&shelf_mutex);
}

static int shelf_run(const char *name)
{
	struct shelf *shelf = kzalloc(sizeof(*shelf), GFP_KERNEL);
	refcount_t *count = kzalloc(sizeof(*count), GFP_KERNEL);
	int i;

	if (!shelf || !count)
		return -ENOMEM;
	INIT_LIST_HEAD(&shelf->books);
	if (!strcmp(name, "a")) {
		shelf_count(NULL);
	} else if (!strcmp(name, "b")) {
		shelf_visit(ERR_PTR(-ENOENT));
	} else if (!strcmp(name, "c")) {
		shelf_open(shelf);
	} else if (!strcmp(name, "d")) {
		shelf_check(1);
	} else if (!strcmp(name, "e")) {
		for (i = 0; i < 5; i++)
			shelf_doubt(1);
	} else if (!strcmp(name, "f")) {
		return (int)shelf_share(100, 0);
	} else if (!strcmp(name, "g")) {
		list_del(&shelf->books);
		return (int)shelf_next(&shelf->books);
	} else if (!strcmp(name, "h")) {
		LIST_HEAD(library);

		list_add(&shelf->books, &library);
		shelf_take(&shelf->books);
		shelf_take(&shelf->books);
	} else if (!strcmp(name, "i")) {
		shelf_return(count);
	} else if (!strcmp(name, "j")) {
		memcpy(&shelf, "/etc/fst", sizeof(shelf));
		shelf_count(shelf);
	} else if (!strcmp(name, "k")) {
		shelf_count((struct shelf *)0x7f0012345000ul);
	} else if (!strcmp(name, "l")) {
		shelf_rest();
	} else if (!strcmp(name, "m")) {
		shelf_call_guest();
	} else if (!strcmp(name, "stack")) {
		return shelf_stack(0);
	} else if (!strcmp(name, "spin")) {
		shelf_spin_forever();
	} else if (!strcmp(name, "wait")) {
		shelf_wait();
	}
	return 0;
}

static ssize_t shelf_write(struct file *file, const char __user *user, size_t size, loff_t *offset)
{
	char *name = memdup_user_nul(user, min_t(size_t, size, 32));
	int result;

	if (IS_ERR(name))
		return PTR_ERR(name);
	result = shelf_run(strim(name));
	kfree(name);
	return result < 0 ? result : size;
}

static const struct proc_ops shelf_ops = { .proc_write = shelf_write };

static int __init shelf_init(void)
{
	return proc_create(KBUILD_MODNAME, 0200, NULL, &shelf_ops) ? 0 : -ENOMEM;
}
module_init(shelf_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("bugs on demand");
