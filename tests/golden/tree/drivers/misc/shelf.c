// SPDX-License-Identifier: GPL-2.0
// A shelf of books, for tests: decoded-stack-trace.log is what its mistake would print.
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct book {
	struct book *next;
	unsigned long pages;
};

struct board {
	struct book *first;
	unsigned long books;
	unsigned long width;
};

struct shelf {
	struct board *boards[8];
	unsigned int used;
};

static struct shelf the_shelf;

static struct board *shelf_board(struct shelf *shelf, unsigned int at)
{
	if (at >= ARRAY_SIZE(shelf->boards))
		return NULL;
	return shelf->boards[at];
}

/*
 * How many books stand on a board. There may be boards
 * that nobody has put up yet.
 */
static noinline unsigned long shelf_count(struct shelf *shelf, unsigned int at)
{
	struct board *board = shelf_board(shelf, at);

	/* the mistake: a board that is not there */
	return board->width;
}

static unsigned long first_pages(struct board *board)
{
	struct book *book = board->first;

	return book ? book->pages : 0;
}

/* Of all boards. */
static inline unsigned long shelf_total(struct shelf *shelf)
{
	unsigned int at;
	unsigned long total = 0;

	for (at = 0; at < 8; at++)
		total += shelf_count(shelf, at);
	return total;
}

static ssize_t shelf_read(struct file *file, char __user *buffer,
			  size_t count, loff_t *position)
{
	char text[32];
	int length;

	/*
	 * Everything is counted anew on each read.
	 * Nobody reads a shelf often enough for that to matter.
	 */
	if (*position)
		return 0;
	if (count < sizeof(text))
		return -EINVAL;

	length = scnprintf(text, sizeof(text), "%lu", shelf_total(&the_shelf));
	if (copy_to_user(buffer, text, length))
		return -EFAULT;
	*position += length;
	return length;
}
