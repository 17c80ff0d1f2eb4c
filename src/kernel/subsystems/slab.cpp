#include "kernel/subsystems/slab.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/exported.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

// include/linux/slab.h: a macro up to 6.8, an enumerator since (cc61eb851456).
constexpr std::uint64_t kTypesafeByRcu = 0x00080000;
constexpr std::uint32_t kMostObjects = 32767;  // struct slab's u15
constexpr std::uint32_t kLargestSlabPages = 1 << 10;
constexpr std::uint32_t kInUseBits = 16, kObjectsMask = 0x7fff;

std::uint64_t typesafe_flag(Session& session) {
    auto bit = enumerator(session, "_slab_flag_bits", "_SLAB_TYPESAFE_BY_RCU");
    return bit ? std::uint64_t{1} << *bit : kTypesafeByRcu;
}

// The head of the list of caches: by its symbol, else as the one element of the list that lies in the
// kernel's image and not in a slab, starting from a cache that an exported table holds.
std::optional<std::uint64_t> list_of_caches(Session& session, const Structure& cache) {
    if (auto head = session.symbols().address_of("slab_caches")) return head;
    constexpr std::uint64_t kSomeSize = 8;  // kmalloc_caches[KMALLOC_NORMAL][8]: kmalloc-256
    auto link = cache.offset("list");
    auto table = find_exported(session, "kmalloc_caches");
    auto first = table ? session.read_pointer(*table + kSomeSize * 8) : std::nullopt;
    if (!link || !first || *first == 0) return std::nullopt;
    Walk list =
        walk_list(session.words(), {.start = *first + *link, .offset = 0, .embedded = true, .head = true},
                  [] { return false; });
    const std::uint64_t text = session.info().symbol("_stext").value_or(0);
    constexpr std::uint64_t kLargestImage = 1 << 30;
    for (const WalkedEntry& entry : list.entries)
        if (entry.address - text < kLargestImage) return entry.address;
    return std::nullopt;
}

// Pages of a slab of that many objects: kmem_cache_order_objects is such that one object more would not fit.
std::uint64_t slab_bytes(const Slab& slab, const SlabCache& cache, std::uint64_t page_size) {
    const std::uint64_t bytes = std::uint64_t{slab.objects} * cache.size;
    return std::bit_ceil((bytes + page_size - 1) / page_size) * page_size;
}

}  // namespace

SlabAllocator::SlabAllocator(Session& session, PageMap pages)
    : session_(&session),
      pages_(std::move(pages)),
      mark_(session),
      slab_(session, session.types()->find_struct("slab") ? "slab" : "page") {}

Result<SlabAllocator> SlabAllocator::find(Session& session) {
    if (!session.types()) return fail("the dump holds no types");
    auto pages = PageMap::find(session);
    if (!pages) return std::unexpected(std::move(pages.error()));
    SlabAllocator slabs(session, std::move(*pages));
    auto member = [&](std::string_view name) { return slabs.slab_.offset(name); };
    auto flags = member("__page_flags");  // "flags" since 6.18
    if (!flags) flags = member("flags");
    auto type = member("__page_type");  // since 6.10; PG_slab was a flag before
    auto list = member("slab_list");
    if (!list) list = member("lru");
    auto cache = member("slab_cache"), freelist = member("freelist"), counters = member("counters");
    if (!flags || !list || !cache || !freelist || !counters)
        return fail("struct slab has another shape than any kernel known");
    slabs.at_ = {*cache, *freelist, *counters, *list, *flags, type.value_or(0)};
    if (auto read = slabs.read_caches(); !read) return std::unexpected(std::move(read.error()));
    return slabs;
}

Result<void> SlabAllocator::read_caches() {
    Session& session = *session_;
    Structure cache(session, "kmem_cache");
    if (cache.has("cpu_cache")) return fail("the kernel uses SLAB, not SLUB: its lists are not read");
    if (!cache.has("oo")) return fail("the kernel uses another slab allocator than SLUB");
    auto link = cache.offset("list");
    auto head = list_of_caches(session, cache);
    if (!head || !link) return fail("the kernel's symbols do not tell where slab_caches is");
    Walk list = walk_list(session.words(), {.start = *head, .offset = *link, .embedded = true, .head = true},
                          [] { return false; });
    for (std::string& problem : list.problems) problems_.push_back("the list of slab caches: " + problem);
    const std::uint64_t typesafe = typesafe_flag(session);
    for (const WalkedEntry& entry : list.entries) {
        auto number = [&](std::string_view member) { return cache.get(entry.address, member); };
        auto narrow = [&](std::string_view member) {
            return static_cast<std::uint32_t>(number(member).value_or(0));
        };
        SlabCache one{.address = entry.address, .name = {}, .size = narrow("size")};
        if (auto name = number("name"); name && *name) one.name = session.read_string(*name, 128);
        one.object_size = narrow("object_size");
        const std::uint32_t oo = narrow("oo");
        one.pages_per_slab = 1U << std::min(oo >> 16, 20U);
        one.objects_per_slab = oo & 0xffff;
        one.free_pointer = narrow("offset");
        one.left_padding = narrow("red_left_pad");
        one.random = number("random").value_or(0);
        one.merged = narrow("refcount");
        one.typesafe_by_rcu = (number("flags").value_or(0) & typesafe) != 0;
        const std::uint64_t largest = pages_.page_size() * kLargestSlabPages;
        if (one.size == 0 || one.size > largest || one.free_pointer >= one.size ||
            one.left_padding >= one.size) {
            problems_.push_back(fmt::format("the slab cache at {} ({}) is damaged or not in the dump",
                                            hex(one.address), one.name));
            continue;
        }
        by_address_.emplace(one.address, caches_.size());
        caches_.push_back(std::move(one));
    }
    return {};
}

const SlabCache* SlabAllocator::cache_at(std::uint64_t address) const {
    auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &caches_[found->second];
}

const SlabCache* SlabAllocator::cache_named(std::string_view name) const {
    auto found = std::ranges::find(caches_, name, &SlabCache::name);
    return found == caches_.end() ? nullptr : &*found;
}

std::optional<Slab> SlabAllocator::parse(std::span<const std::uint8_t> descriptor,
                                         std::uint64_t address) const {
    // Most descriptors are of no slab, and are done with here.
    auto flags = peek<std::uint64_t>(descriptor, at_.flags);
    auto type = peek<std::uint32_t>(descriptor, at_.type);
    if (!flags || !type || !mark_.is_set(*flags, *type)) return std::nullopt;
    auto cache = peek<std::uint64_t>(descriptor, at_.cache);
    auto counters = peek<std::uint32_t>(descriptor, at_.counters);
    auto freelist = peek<std::uint64_t>(descriptor, at_.freelist);
    if (!cache || !counters || !freelist) return std::nullopt;
    auto pfn = pages_.pfn_of_descriptor(address);
    if (!pfn || !by_address_.contains(*cache)) return std::nullopt;
    Slab slab{.descriptor = address, .cache = *cache, .base = pages_.address_of(*pfn)};
    slab.in_use = *counters & ((1U << kInUseBits) - 1);
    slab.objects = *counters >> kInUseBits & kObjectsMask;
    slab.frozen = *counters >> 31 != 0;
    slab.freelist = *freelist;
    if (slab.objects == 0 || slab.objects > kMostObjects) return std::nullopt;
    return slab;
}

std::optional<Slab> SlabAllocator::read_slab(std::uint64_t descriptor) const {
    std::vector<std::uint8_t> bytes(pages_.descriptor_size());
    if (session_->read(descriptor, bytes) != ReadOutcome::present) return std::nullopt;
    return parse(bytes, descriptor);
}

std::optional<Slab> SlabAllocator::slab_at(std::uint64_t descriptor) const { return read_slab(descriptor); }

std::uint64_t SlabAllocator::each_slab(const SlabCache* only,
                                       const std::function<bool(const Slab&)>& visit) const {
    const std::uint64_t size = pages_.descriptor_size(), page_size = pages_.page_size();
    std::vector<std::uint8_t> bytes;
    std::uint64_t missing = 0;
    for (const PageMap::Range& range : pages_.ranges()) {
        // By pages of descriptors: one that is missing costs no more than itself.
        const std::uint64_t begin = pages_.descriptor_of(range.first), end = pages_.descriptor_of(range.end);
        std::uint64_t skip_to = begin;
        for (std::uint64_t at = begin; at < end; at += page_size) {
            const std::uint64_t chunk = std::min(page_size, end - at);
            if (skip_to >= at + chunk) continue;
            bytes.resize(chunk);
            if (session_->read(at, bytes) != ReadOutcome::present) {
                missing += chunk;
                continue;
            }
            for (std::uint64_t offset = std::max(skip_to, at) - at; offset + size <= chunk; offset += size) {
                auto slab = parse(std::span(bytes).subspan(offset, size), at + offset);
                if (!slab) continue;
                const SlabCache& cache = *cache_at(slab->cache);
                skip_to = at + offset + slab_bytes(*slab, cache, page_size) / page_size * size;
                if ((!only || slab->cache == only->address) && !visit(*slab)) return missing;
            }
        }
    }
    return missing;
}

std::optional<std::uint32_t> SlabAllocator::index_of(const Slab& slab, const SlabCache& cache,
                                                     std::uint64_t address) {
    if (address < slab.base) return std::nullopt;
    const std::uint64_t index = (address - slab.base) / cache.size;
    return index < slab.objects ? std::optional(static_cast<std::uint32_t>(index)) : std::nullopt;
}

std::optional<std::uint64_t> SlabAllocator::next_free(const SlabCache& cache, std::uint64_t object) const {
    const std::uint64_t place = object + cache.free_pointer;
    auto stored = session_->read_pointer(place);
    if (!stored) return std::nullopt;
    // freelist_ptr(), mm/slub.c since 5.7 (1ad53d9fa3f6)
    return cache.random ? *stored ^ cache.random ^ __builtin_bswap64(place) : *stored;
}

SlabObjects SlabAllocator::objects(const Slab& slab, const SlabCache& cache,
                                   std::span<const std::uint64_t> held) const {
    SlabObjects found;
    found.free.resize(slab.objects);
    auto damaged = [&](std::uint64_t place, std::string text) {
        if (!found.damage)
            found.damage =
                SlabDamage{cache.address, place,
                           fmt::format("cache {}, slab {}: {}", cache.name, hex(slab.base), std::move(text))};
    };
    std::uint32_t counted = 0;
    std::uint64_t before = 0;
    for (std::uint64_t object = slab.freelist; object != 0;) {
        auto index = index_of(slab, cache, object);
        if (!index || object_address(slab, cache, *index) != object) {
            damaged(before ? before : slab.descriptor,
                    before ? fmt::format("the free object {} points to {}, which is no object of the slab",
                                         hex(before), hex(object))
                           : fmt::format("its freelist begins at {}, which is no object of it", hex(object)));
            break;
        }
        if (found.free[*index]) {
            damaged(before, fmt::format("its freelist runs in a circle: the free object {} points back to {}",
                                        hex(before), hex(object)));
            break;
        }
        found.free[*index] = true;
        ++counted;
        auto next = next_free(cache, object);
        if (!next) {
            found.complete = false;
            break;
        }
        before = object;
        object = *next;
    }
    const std::uint32_t expected = slab.objects - std::min(slab.in_use, slab.objects);
    if (found.complete && !found.damage && counted != expected)
        damaged(slab.descriptor,
                fmt::format("its freelist has {} objects, it counts {} as free", counted, expected));
    const std::uint64_t end = slab.base + std::uint64_t{slab.objects} * cache.size;
    for (auto one = std::ranges::lower_bound(held, slab.base); one != held.end() && *one < end; ++one) {
        auto index = index_of(slab, cache, *one);
        if (!index) continue;
        if (found.free[*index])
            damaged(*one, fmt::format("the object {} is free twice: {}", hex(*one),
                                      one != held.begin() && *(one - 1) == *one
                                          ? "two entries of CPUs' lists hold it"
                                          : "a CPU's list holds it and the slab's freelist too"));
        found.free[*index] = true;
    }
    return found;
}

}  // namespace inquest
