// A synthetic kernel with a slab cache, for tests.
#pragma once

#include <initializer_list>

#include "base/text.h"
#include "synth/kernel.h"

namespace inquest {

// A kernel with one cache, "wombat", of one slab on its node's partial list. The direct map is the kernel's
// own mapping, descriptors lie in the free half megabyte.
class Wombats {
  public:
    static constexpr std::uint64_t kFree = synth::Kernel::kFree, kCache = kFree, kNode = kFree + 0x400,
                                   kName = kFree + 0x500, kHead = kFree + 0x600, kRoots = kFree + 0x700,
                                   kSections = kFree + 0x800, kOffset = kFree + 0x900,
                                   kSlab = kFree + 0x10000, kDescriptors = kFree + 0x20000,
                                   kOwners = kFree + 0xa00;
    static constexpr std::uint64_t kFrame = (kSlab - synth::kKernelBase) / 4096;
    static constexpr std::uint64_t kDescriptor = kDescriptors + kFrame * 64;
    static constexpr std::uint64_t kRandom = 0x1234567890abcdef;
    static constexpr std::uint32_t kObjects = 12, kSize = 64, kLink = 32;

    Wombats() {
        types();
        kernel.add_symbol(kHead, "Dslab_caches");
        kernel.add_symbol(kOffset, "Dpage_offset_base");
        kernel.put_word(kOffset, synth::kKernelBase);
        kernel.vmcoreinfo = "SYMBOL(mem_section)=" + hex(kRoots).substr(2) +
                            "\nLENGTH(mem_section)=1\nNUMBER(SECTION_SIZE_BITS)=27\n";
        kernel.put_word(kRoots, kSections);
        kernel.put_word(kSections, kDescriptors | 3);
        kernel.put_text(kName, "wombat");
        kernel.put(kCache, std::vector<std::uint8_t>(256));
        words(kCache, {kSize | std::uint64_t{48} << 32, kLink | std::uint64_t{kObjects} << 32, 0, kName,
                       kHead, kHead, kRandom, kNode});
        words(kHead, {kCache + 32, kCache + 32});
        words(kNode, {1, kObjects, kDescriptor + 16, kDescriptor + 16});
        for (std::uint32_t i = 0; i < kObjects; ++i) words(object(i), {0, 0, 0, 0, 0, 0, 0, 0});
    }

    static std::uint64_t object(std::uint32_t index) { return kSlab + std::uint64_t{index} * kSize; }

    // The pointer to the next free object, as CONFIG_SLAB_FREELIST_HARDENED stores it.
    void link(std::uint32_t from, std::uint64_t to) {
        const std::uint64_t place = object(from) + kLink;
        kernel.put_word(place, to ^ kRandom ^ __builtin_bswap64(place));
    }
    void slab(std::uint64_t freelist, std::uint64_t in_use) {
        words(kDescriptor,
              {0, kCache, kNode + 16, kNode + 16, freelist, in_use | std::uint64_t{kObjects} << 16, 0, 0});
    }
    // Whom each object is charged to: obj_cgroups, in order; 0 for nobody.
    void owners(std::initializer_list<std::uint64_t> of_objects) {
        words(kOwners, of_objects);
        kernel.put_word(kDescriptor + 48, kOwners | 1);
    }
    // A group's chain: obj_cgroup, mem_cgroup, cgroup.
    void group(std::uint64_t owner, std::uint64_t cgroup) { words(owner, {owner + 8, cgroup}); }
    // Objects 0, 3, 6 and 9 are free.
    void every_third() {
        for (std::uint32_t i = 0; i < 9; i += 3) link(i, object(i + 3));
        link(9, 0);
        slab(object(0), kObjects - 4);
    }

    synth::Kernel kernel;

  private:
    void words(std::uint64_t address, std::initializer_list<std::uint64_t> values) {
        for (std::uint64_t value : values) {
            kernel.put_word(address, value);
            address += 8;
        }
    }

    void types() {
        auto& all = kernel.types;
        auto half = all.integer("unsigned int", 4), word = all.integer("unsigned long", 8);
        auto pair = all.structure("pair", 16, {{"next", word, 0}, {"prev", word, 64}});
        auto nodes = all.array(word, 1);
        all.structure("mem_section", 16, {{"section_mem_map", word, 0}});
        all.structure("page", 64, {{"flags", word, 0}});
        all.structure("slab", 64,
                      {{"__page_flags", word, 0},
                       {"slab_cache", word, 64},
                       {"slab_list", pair, 128},
                       {"freelist", word, 256},
                       {"counters", word, 320},
                       {"memcg_data", word, 384}});
        auto group = all.structure("cgroup", 8, {{"level", word, 0}});
        auto css = all.structure("cgroup_subsys_state", 8, {{"cgroup", all.pointer(group), 0}});
        auto memory = all.structure("mem_cgroup", 8, {{"css", css, 0}});
        all.structure("obj_cgroup", 8, {{"memcg", all.pointer(memory), 0}});
        all.structure("kmem_cache", 256,
                      {{"size", half, 0},
                       {"object_size", half, 32},
                       {"offset", half, 64},
                       {"oo", half, 96},
                       {"name", word, 192},
                       {"list", pair, 256},
                       {"random", word, 384},
                       {"node", nodes, 448}});
        all.structure("kmem_cache_node", 32,
                      {{"nr_slabs", word, 0}, {"total_objects", word, 64}, {"partial", pair, 128}});
    }
};

}  // namespace inquest
