// kdump-compressed, versions 1 to 6: makedumpfile's diskdump_mod.h (struct disk_dump_header,
// kdump_sub_header, page_desc) and IMPLEMENTATION document; QEMU's dump-guest-memory writes version 6 too.
#include <bit>
#include <cstring>
#include <map>

#include "dump/codec.h"
#include "dump/memory.h"
#include "dump/notes.h"

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
constexpr std::uint64_t kRankStep = 4096;           // bits between two stored ranks

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
        facts_.page_size = static_cast<std::uint32_t>(block_size_);
        facts_.page_count = header.version >= 6 ? sub.max_mapnr_64 : header.max_mapnr;
        facts_.release = text_of(header.utsname.release);
        facts_.version = text_of(header.utsname.version);
        facts_.machine = text_of(header.utsname.machine);
        facts_.format =
            "kdump-compressed v" + std::to_string(header.version) + (image_.flattened() ? ", flattened" : "");
        if (header.version >= 2 && sub.split) {
            first_pfn_ = header.version >= 6 ? sub.start_pfn_64 : sub.start_pfn;
            end_pfn_ = header.version >= 6 ? sub.end_pfn_64 : sub.end_pfn;
            facts_.problems.push_back(
                "this is one part of a dump split into several files; the pages of the other parts are "
                "missing");
        }
        if (header.status & kIncomplete) {
            facts_.incomplete = true;
            facts_.problems.push_back(
                "makedumpfile ran out of space while it wrote this dump; pages at its end are missing");
        }
        if (image_.cut()) {
            facts_.incomplete = true;
            facts_.problems.push_back("the flattened dump has no end mark: it was cut while it was sent");
        }
        if (header.version >= 3)
            facts_.vmcoreinfo = bytes_at<std::string>(sub.vmcoreinfo_offset, sub.vmcoreinfo_size);
        if (header.version >= 4)
            facts_.notes = bytes_at<std::vector<std::uint8_t>>(sub.note_offset, sub.note_size);
        if (facts_.vmcoreinfo.empty()) facts_.vmcoreinfo = vmcoreinfo_text(facts_.notes);
        return read_bitmaps((1 + static_cast<std::uint64_t>(header.sub_header_blocks)) * block_size_,
                            header.bitmap_blocks * block_size_);
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        if (pfn >= facts_.page_count || !bit(ram_, pfn)) return ReadOutcome::unmapped;
        if (!bit(dumped_, pfn)) return ReadOutcome::filtered;
        if (pfn < first_pfn_ || pfn >= end_pfn_) return ReadOutcome::torn;
        PageDescriptor descriptor{};
        if (!image_.read_struct(descriptors_ + (rank(pfn) - first_rank_) * sizeof descriptor, descriptor) ||
            descriptor.size > page.size())
            return ReadOutcome::torn;
        auto data = image_.view(descriptor.offset, descriptor.size);
        std::vector<std::uint8_t> copy;
        if (data.size() != descriptor.size || descriptor.size == 0) {
            copy.resize(descriptor.size);
            if (descriptor.size == 0 || !image_.read(descriptor.offset, copy)) return ReadOutcome::torn;
            data = copy;
        }
        return decompress(codec_of(descriptor.flags), data, page) ? ReadOutcome::present : ReadOutcome::torn;
    }

  private:
    template <std::size_t N>
    static std::string text_of(const char (&field)[N]) {
        return {field, strnlen(field, N)};
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
        std::uint64_t half = size / 2;
        if (half == 0) return fail("the dump has no page bitmaps");
        if (facts_.page_count == 0 || facts_.page_count > half * 8) facts_.page_count = half * 8;
        ram_ = bitmap_at(offset, half, ram_copy_);
        dumped_ = bitmap_at(offset + half, half, dumped_copy_);
        if (ram_.empty() || dumped_.empty())
            return fail("the dump ends inside its page bitmaps: only its headers are there");
        descriptors_ = offset + size;
        std::uint64_t rank = 0;
        for (std::uint64_t byte = 0; byte < half; byte += kRankStep / 8) {
            ranks_.push_back(rank);
            rank += ones(byte, std::min(half, byte + kRankStep / 8));
        }
        first_rank_ = first_pfn_ < facts_.page_count ? this->rank(first_pfn_) : 0;
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

    static bool bit(std::span<const std::uint8_t> bitmap, std::uint64_t index) {
        return bitmap[index / 8] >> (index % 8) & 1;
    }

    [[nodiscard]] std::uint64_t ones(std::uint64_t first_byte, std::uint64_t last_byte) const {
        std::uint64_t count = 0;
        for (; first_byte + 8 <= last_byte; first_byte += 8) {
            std::uint64_t word;
            std::memcpy(&word, &dumped_[first_byte], sizeof word);
            count += static_cast<std::uint64_t>(std::popcount(word));
        }
        for (; first_byte < last_byte; ++first_byte)
            count += static_cast<std::uint64_t>(std::popcount(dumped_[first_byte]));
        return count;
    }

    // How many dumped pages come before `pfn`: the place of its descriptor.
    [[nodiscard]] std::uint64_t rank(std::uint64_t pfn) const {
        std::uint64_t step = pfn / kRankStep;
        std::uint64_t count = ranks_[step] + ones(step * kRankStep / 8, pfn / 8);
        return count + static_cast<std::uint64_t>(
                           std::popcount(static_cast<unsigned>(dumped_[pfn / 8] & ((1u << (pfn % 8)) - 1))));
    }

    Image image_;
    std::uint64_t block_size_ = 0;
    std::uint64_t descriptors_ = 0;
    std::uint64_t first_pfn_ = 0, end_pfn_ = UINT64_MAX, first_rank_ = 0;
    std::span<const std::uint8_t> ram_, dumped_;  // bitmap 1: RAM of the machine; bitmap 2: in the dump
    std::vector<std::uint8_t> ram_copy_, dumped_copy_;
    std::vector<std::uint64_t> ranks_;
};

bool sniff(const Image& image) {
    auto magic = image.view(0, kMagic.size());
    return !magic.empty() && std::memcmp(magic.data(), kMagic.data(), kMagic.size()) == 0;
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
