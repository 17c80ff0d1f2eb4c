"""Run by drgn: the allocated objects of the cache that is named, one a line, or without a name how many each has."""
import sys
import time

from drgn.helpers.linux.slab import for_each_slab_cache, slab_cache_for_each_allocated_object

if len(sys.argv) > 1:
    for cache in for_each_slab_cache(prog):
        if cache.name.string_().decode() == sys.argv[1]:
            for place in slab_cache_for_each_allocated_object(cache, "void"):
                print(hex(place.value_()))
else:
    start, objects, failed = time.perf_counter(), 0, 0
    for cache in for_each_slab_cache(prog):
        try:
            objects += sum(1 for _ in slab_cache_for_each_allocated_object(cache, "void"))
        except Exception:  # whatever one cache meets, the others are counted
            failed += 1
    seconds = time.perf_counter() - start
    print(f"{objects} allocated objects in {seconds:.2f} s, {objects / seconds / 1e6:.3f} million/s, {failed} caches failed")
