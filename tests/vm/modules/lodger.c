// SPDX-License-Identifier: GPL-3.0-or-later
/* Leaves a pointer to its own code behind when it is unloaded. */
#include <linux/module.h>

void shelf_lend(void (*reader)(void));

static noinline void lodger_read(void)
{
	barrier();
}

static int __init lodger_init(void)
{
	shelf_lend(lodger_read);
	return 0;
}

static void __exit lodger_exit(void)
{
}
module_init(lodger_init);
module_exit(lodger_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("leaves without notice");
