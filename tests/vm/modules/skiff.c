// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/timer.h>

void quay_hire(void (*skipper)(u64 number));

struct skiff_watch {
	u64 rounds;
	struct timer_list timer;
};

static bool chime;
module_param(chime, bool, 0400);
static u64 skiff_trips;

static noinline void skiff_row(u64 number)
{
	skiff_trips += number;
}

static void skiff_chime(struct timer_list *timer)
{
	container_of(timer, struct skiff_watch, timer)->rounds++;
}

static int __init skiff_init(void)
{
	struct skiff_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);

	if (!watch)
		return -ENOMEM;
	quay_hire(skiff_row);
	timer_setup(&watch->timer, skiff_chime, 0);
	if (chime)
		mod_timer(&watch->timer, jiffies + 3 * HZ);
	return 0;
}

static void __exit skiff_exit(void)
{
}
module_init(skiff_init);
module_exit(skiff_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a boat that comes and goes");
