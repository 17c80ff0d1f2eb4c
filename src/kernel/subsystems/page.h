// Page frames: the kernel's page descriptors (struct page) and the direct map of all memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

// Where the descriptor of each frame lies, and where the kernel sees each frame's bytes. Needs
// CONFIG_SPARSEMEM_VMEMMAP, which x86-64 and arm64 kernels have.
class PageMap {
  public:
    static Result<PageMap> find(Session& session);

    [[nodiscard]] std::uint64_t page_size() const { return std::uint64_t{1} << shift_; }
    [[nodiscard]] std::uint64_t descriptor_size() const { return descriptor_size_; }

    // Neither says that the frame exists.
    [[nodiscard]] std::uint64_t descriptor_of(std::uint64_t pfn) const {
        return descriptors_ + pfn * descriptor_size_;
    }
    [[nodiscard]] std::uint64_t address_of(std::uint64_t pfn) const {
        return direct_map_ + (pfn << shift_) - first_byte_;
    }

    // nullopt when there is no memory whose descriptor that is, or that the direct map shows there.
    [[nodiscard]] std::optional<std::uint64_t> pfn_of_descriptor(std::uint64_t address) const;
    [[nodiscard]] std::optional<std::uint64_t> pfn_of_address(std::uint64_t address) const;
    [[nodiscard]] bool exists(std::uint64_t pfn) const;

    // Frames that have descriptors; sections that touch are one range.
    struct Range {
        std::uint64_t first, end;
    };
    [[nodiscard]] std::span<const Range> ranges() const { return ranges_; }

  private:
    unsigned shift_ = 12;
    std::uint64_t descriptor_size_ = 64;
    std::uint64_t descriptors_ = 0;  // where frame 0's would be
    std::uint64_t direct_map_ = 0;   // where `first_byte_` of physical memory is seen
    std::uint64_t first_byte_ = 0;
    std::uint64_t direct_size_ = 0;
    std::vector<Range> ranges_;
};

// What a descriptor says of its frame.
struct PageView {
    std::uint64_t pfn = 0;
    std::uint64_t descriptor = 0;
    std::uint64_t flags = 0;              // the flag bits alone, without zone, node and section
    std::vector<std::string> flag_names;  // enum pageflags without PG_: "uptodate", "lru"
    std::string type;                     // of pages that are not mapped: "buddy", "table", "slab", ...
    std::uint64_t head = 0;               // descriptor of the compound page it is part of; itself if none
    std::int32_t references = 0;
    std::uint64_t mapping = 0, index = 0;
    std::uint64_t private_word = 0;  // of the first page of a free block, its order
};

// nullopt when the descriptor is not in the dump.
std::optional<PageView> read_page(Session& session, const PageMap& map, std::uint64_t pfn);

// Whether the frame lies in a block of the page allocator's lists; its own descriptor tells that of the
// block's first page only (is_free_buddy_page()).
bool in_free_block(Session& session, const PageMap& map, std::uint64_t pfn);

// The descriptor of the head of a compound page, from a descriptor and its compound_head: in tail pages bit 0
// is set, and the rest is the head's address, or since 7.1 (compound_info) a mask that makes one of the
// tail's own, where descriptors have a power of 2 for size.
std::uint64_t head_of(std::uint64_t descriptor, std::uint64_t compound);

// Tells slab pages by their descriptors, by this kernel's own mark (PG_slab; a page type since 6.10).
class SlabMark {
  public:
    explicit SlabMark(Session& session);
    // False when this kernel's mark is not known; is_set is then true for all.
    [[nodiscard]] bool known() const { return flag_ || type_; }
    [[nodiscard]] bool is_set(std::uint64_t flags, std::uint32_t page_type) const {
        if (flag_) return (flags >> *flag_ & 1) != 0;
        if (type_) return page_type >> 24 == *type_;
        return true;
    }

  private:
    std::optional<unsigned> flag_;
    std::optional<std::uint32_t> type_;
};

}  // namespace inquest
