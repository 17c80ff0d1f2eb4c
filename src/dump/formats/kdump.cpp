// kdump-compressed, versions 1 to 6: makedumpfile's diskdump_mod.h (struct disk_dump_header,
// kdump_sub_header, page_desc) and IMPLEMENTATION document; QEMU's dump-guest-memory writes version 6 too.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "dump/codec.h"
#include "dump/memory.h"
#include "dump/notes.h"
#include "dump/page_bitmap.h"

namespace inquest {
namespace {

constexpr std::string_view kMagic("KDUMP   ", 8);

struct Utsname {
    char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

struct Header {
    char signature[8];
    std::int32_t version;
    Utsname utsname;
    char padding[6];
    std::int64_t seconds, microseconds;
    std::uint32_t status;
    std::int32_t block_size;
    std::int32_t sub_header_blocks;
    std::uint32_t bitmap_blocks;
    std::uint32_t max_mapnr;  // obsolete from version 6 on
};
static_assert(offsetof(Header, status) == 424 && offsetof(Header, max_mapnr) == 440);

struct SubHeader {
    std::uint64_t phys_base;
    std::int32_t dump_level;
    std::int32_t split;  // 2
    std::uint64_t start_pfn, end_pfn;
    std::uint64_t vmcoreinfo_offset, vmcoreinfo_size;      // 3
    std::uint64_t note_offset, note_size;                  // 4
    std::uint64_t eraseinfo_offset, eraseinfo_size;        // 5
    std::uint64_t start_pfn_64, end_pfn_64, max_mapnr_64;  // 6
};
static_assert(sizeof(SubHeader) == 104);

struct PageDescriptor {
    std::uint64_t offset;
    std::uint32_t size;
    std::uint32_t flags;
    std::uint64_t page_flags;
};

constexpr std::uint32_t kZlib = 1, kLzo = 2, kSnappy = 4, kIncomplete = 8, kZstd = 0x20;
constexpr std::uint64_t kMostNoteBytes = 64 << 20;  // 8,192 CPUs take 3 MB

Codec codec_of(std::uint32_t flags) {
    return flags & kZlib     ? Codec::zlib
           : flags & kLzo    ? Codec::lzo
           : flags & kSnappy ? Codec::snappy
           : flags & kZstd   ? Codec::zstd
                             : Codec::none;
}

class KdumpFile : public Dump {
  public:
    explicit KdumpFile(Image image) : image_(std::move(image)) {}

    Result<void> read_headers() {
        Header header{};
        if (!image_.read_struct(0, header)) return fail("the dump ends inside its header");
        if (header.block_size < 512 || header.block_size > 1 << 20 ||
            !std::has_single_bit(static_cast<unsigned>(header.block_size)) || header.version < 1 ||
            header.sub_header_blocks < 1 || header.sub_header_blocks > 1 << 16)
            return fail("the dump's header is damaged: version " + std::to_string(header.version) +
                        ", block size " + std::to_string(header.block_size));
        block_size_ = static_cast<std::uint64_t>(header.block_size);
        SubHeader sub{};
        if (!image_.read_struct(block_size_, sub)) return fail("the dump ends inside its second header");
        take_facts(header, sub);
        if (header.version >= 3)
            facts_.vmcoreinfo = bytes_at<std::string>(sub.vmcoreinfo_offset, sub.vmcoreinfo_size);
        if (header.version >= 4)
            facts_.notes = bytes_at<std::vector<std::uint8_t>>(sub.note_offset, sub.note_size);
        if (facts_.vmcoreinfo.empty()) facts_.vmcoreinfo = vmcoreinfo_text(facts_.notes);
        if (auto read = read_bitmaps((1 + static_cast<std::uint64_t>(header.sub_header_blocks)) * block_size_,
                                     header.bitmap_blocks * block_size_);
            !read)
            return read;
        tell_what_is_missing(header.status & kIncomplete);
        return {};
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        if (pfn >= facts_.page_count) return ReadOutcome::unmapped;
        if (headers_only_) return ReadOutcome::torn;
        if (!ram_.test(pfn)) return ReadOutcome::unmapped;
        if (!dumped_.test(pfn)) return ReadOutcome::filtered;
        if (facts_.part && !facts_.part->holds(pfn)) return ReadOutcome::torn;
        PageDescriptor descriptor{};
        if (!image_.read_struct(place_of(dumped_.rank(pfn) - first_rank_), descriptor) ||
            descriptor.size == 0 || descriptor.size > page.size() || descriptor.offset < descriptors_)
            return ReadOutcome::torn;
        auto data = image_.view(descriptor.offset, descriptor.size);
        std::vector<std::uint8_t> copy;
        if (data.empty()) {
            copy.resize(descriptor.size);
            if (!image_.read(descriptor.offset, copy)) return ReadOutcome::torn;
            data = copy;
        }
        return decompress(codec_of(descriptor.flags), data, page) ? ReadOutcome::present : ReadOutcome::torn;
    }

  private:
    template <std::size_t N>
    static std::string text_of(const char (&field)[N]) {
        return {field, strnlen(field, N)};
    }

    void take_facts(const Header& header, const SubHeader& sub) {
        facts_.page_size = static_cast<std::uint32_t>(block_size_);
        facts_.phys_base = sub.phys_base;
        facts_.page_count = header.version >= 6 ? sub.max_mapnr_64 : header.max_mapnr;
        facts_.release = text_of(header.utsname.release);
        facts_.version = text_of(header.utsname.version);
        facts_.machine = text_of(header.utsname.machine);
        facts_.format =
            "kdump-compressed v" + std::to_string(header.version) + (image_.flattened() ? ", flattened" : "");
        if (header.version < 2 || !sub.split) return;
        facts_.part = header.version >= 6 ? DumpPart{sub.start_pfn_64, sub.end_pfn_64, {}}
                                          : DumpPart{sub.start_pfn, sub.end_pfn, {}};
        // Parts of one dump have the same moment, machine and number of frames in their headers.
        facts_.part->dump.assign(reinterpret_cast<const char*>(&header), offsetof(Header, status));
        facts_.part->dump += std::to_string(facts_.page_count);
    }

    template <typename Container>
    Container bytes_at(std::uint64_t offset, std::uint64_t size) {
        Container bytes;
        if (offset == 0 || size == 0) return bytes;
        auto there = image_.view(offset, size);
        if (size > kMostNoteBytes || (there.empty() && size > image_.file_size())) {
            facts_.problems.push_back("the dump's notes are damaged: " + std::to_string(size) + " bytes at " +
                                      std::to_string(offset));
            return bytes;
        }
        bytes.resize(size);
        if (!image_.read(offset, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()})) {
            facts_.problems.push_back("the dump ends inside its notes");
            bytes.clear();
        }
        return bytes;
    }

    Result<void> read_bitmaps(std::uint64_t offset, std::uint64_t size) {
        const std::uint64_t half = size / 2;
        if (half == 0) return fail("the dump has no page bitmaps");
        // Of a dump that was cut the header still agrees with itself; of one that is damaged it does not.
        const std::uint64_t block_bits = block_size_ * 8;
        const bool agrees = (facts_.page_count + block_bits - 1) / block_bits * block_size_ == half;
        if (facts_.page_count == 0 || facts_.page_count > half * 8) facts_.page_count = half * 8;
        auto ram = bitmap_at(offset, half, ram_copy_), dumped = bitmap_at(offset + half, half, dumped_copy_);
        descriptors_ = offset + size;
        headers_only_ = ram.empty() || dumped.empty();
        if (headers_only_ && !agrees)
            return fail("the dump's header is damaged: its page bitmaps would take " + std::to_string(size) +
                        " bytes");
        ram_ = PageBitmap(ram, false);
        dumped_ = PageBitmap(dumped, true);
        first_rank_ = facts_.part ? dumped_.rank(facts_.part->first) : 0;
        return {};
    }

    // Bitmaps of a plain file stay mapped; a flattened file's may lie in pieces and are copied then.
    std::span<const std::uint8_t> bitmap_at(std::uint64_t offset, std::uint64_t size,
                                            std::vector<std::uint8_t>& copy) {
        if (auto mapped = image_.view(offset, size); !mapped.empty()) return mapped;
        if (size > image_.file_size()) return {};
        copy.resize(size);
        return image_.read_padded(offset, copy) ? std::span<const std::uint8_t>(copy)
                                                : std::span<const std::uint8_t>{};
    }

    [[nodiscard]] std::uint64_t place_of(std::uint64_t index) const {
        return descriptors_ + index * sizeof(PageDescriptor);
    }

    // Whether the file holds the data of the page with that descriptor.
    [[nodiscard]] bool holds(const PageDescriptor& page) const {
        return page.size != 0 && page.offset >= descriptors_ && image_.holds(page.offset, page.size);
    }

    // Pages lie in the order of their descriptors, but all that are zero share one place at the front.
    [[nodiscard]] bool ends_well(std::uint64_t pages) const {
        constexpr std::uint64_t kEnough = 1024, kMost = 1 << 20;
        std::uint64_t last_offset = 0;
        bool varied = false;
        for (std::uint64_t back = 0; back < std::min(pages, varied ? kEnough : kMost); ++back) {
            PageDescriptor page{};
            if (!image_.read_struct(place_of(pages - 1 - back), page) || !holds(page)) return false;
            varied = varied || (back != 0 && page.offset != last_offset);
            last_offset = page.offset;
        }
        return true;
    }

    // Counts over all descriptors only when there is a reason to.
    [[nodiscard]] std::uint64_t missing_of(std::uint64_t pages) const {
        const std::uint64_t possible = std::min(pages, image_.file_size() / sizeof(PageDescriptor));
        std::uint64_t index = 0, found = 0;
        for (PageDescriptor page{}; index < possible && image_.read_struct(place_of(index), page); ++index)
            found += holds(page);
        return pages - found;
    }

    void tell_what_is_missing(bool ran_out_of_space) {
        facts_.incomplete = ran_out_of_space || image_.cut() || headers_only_;
        std::string why = ran_out_of_space
                              ? "makedumpfile ran out of space while it wrote this dump"
                              : "the dump is cut off after " + std::to_string(image_.file_size()) + " bytes";
        if (headers_only_) {
            facts_.problems.push_back(why + ", inside its page bitmaps: all memory is missing");
            return;
        }
        const std::uint64_t end = facts_.part ? facts_.part->end : facts_.page_count;
        const std::uint64_t pages = dumped_.rank(std::max(end, first_pfn())) - first_rank_;
        if (!facts_.incomplete && ends_well(pages)) return;
        const std::uint64_t missing = missing_of(pages);
        if (missing == 0 && !facts_.incomplete) return;
        facts_.incomplete = true;
        facts_.problems.push_back(missing ? why + ": " + std::to_string(missing) + " of its " +
                                                std::to_string(pages) + " pages are missing"
                                          : why + ", but all its pages are there");
    }

    [[nodiscard]] std::uint64_t first_pfn() const { return facts_.part ? facts_.part->first : 0; }

    Image image_;
    std::uint64_t block_size_ = 0;
    std::uint64_t descriptors_ = 0;  // where they begin, and every page's data lies behind
    std::uint64_t first_rank_ = 0;   // of the first page of this part
    bool headers_only_ = false;
    PageBitmap ram_, dumped_;  // bitmap 1: RAM of the machine; bitmap 2: in the dump
    std::vector<std::uint8_t> ram_copy_, dumped_copy_;
};

bool sniff(const Image& image) {
    std::array<char, kMagic.size()> magic{};
    return image.read_struct(0, magic) && std::string_view(magic.data(), magic.size()) == kMagic;
}

Result<std::unique_ptr<Dump>> open(Image image) {
    auto dump = std::make_unique<KdumpFile>(std::move(image));
    if (auto read = dump->read_headers(); !read) return std::unexpected(std::move(read.error()));
    return dump;
}

}  // namespace

extern const Format plugin_formats_kdump;
const Format plugin_formats_kdump{"kdump-compressed", sniff, open};

}  // namespace inquest
