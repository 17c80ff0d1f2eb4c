// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fragments a slab cache: allocates objects and frees every third one. What is left is in sieve_kept, to be
 * compared with what a reader of the dump finds allocated. Says nothing.
 */
#include <linux/module.h>
#include <linux/slab.h>

#define SIEVE_OBJECTS 3000

static struct kmem_cache *sieve_cache;
/* Read out of the dump, by nobody here. */
void *sieve_all[SIEVE_OBJECTS];
void *sieve_kept[SIEVE_OBJECTS];

/* A constructor keeps the cache from being merged with another. */
static void sieve_make(void *object)
{
	memset(object, 0x5a, 200);
}

static int __init sieve_init(void)
{
	int i, kept = 0;

	sieve_cache = kmem_cache_create("sieve", 200, 8, 0, sieve_make);
	if (!sieve_cache)
		return -ENOMEM;
	for (i = 0; i < SIEVE_OBJECTS; i++)
		sieve_all[i] = kmem_cache_alloc(sieve_cache, GFP_KERNEL);
	for (i = 0; i < SIEVE_OBJECTS; i++) {
		if (!sieve_all[i])
			continue;
		if (i % 3)
			sieve_kept[kept++] = sieve_all[i];
		else
			kmem_cache_free(sieve_cache, sieve_all[i]);
	}
	return 0;
}
module_init(sieve_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("keeps two of three");
