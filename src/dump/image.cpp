#include "dump/image.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace inquest {
namespace {

// makedumpfile's flattened form (its struct makedumpfile_header and makedumpfile_data_header, all
// big-endian).
constexpr std::string_view kFlattenedMagic("makedumpfile\0\0\0\0", 16);
constexpr std::uint64_t kFlattenedHeader = 4096;
constexpr std::uint64_t kRecordHeader = 16;
constexpr std::int64_t kEndMark = -1;
constexpr std::size_t kMostRewrites = 1 << 16;

std::int64_t big_endian(const std::uint8_t* bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
    return static_cast<std::int64_t>(value);
}

bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t limit) {
    return offset <= limit && size <= limit - offset;
}

}  // namespace

Result<Image> Image::open(const std::string& path) {
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail("cannot open " + path + ": " + std::strerror(errno));
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        ::close(file);
        return fail(path + " is not a regular file with something in it");
    }
    auto size = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    ::close(file);
    if (address == MAP_FAILED) return fail("cannot map " + path + ": " + std::strerror(errno));
    auto image = over({static_cast<const std::uint8_t*>(address), size});
    if (!image) {
        ::munmap(address, size);
        return fail_in(path, image);
    }
    image->mapping_ = std::shared_ptr<const void>(
        address, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
    return image;
}

Result<Image> Image::over(std::span<const std::uint8_t> bytes) {
    Image image;
    image.file_ = bytes;
    image.size_ = bytes.size();
    image.flattened_ = bytes.size() >= kFlattenedHeader &&
                       std::memcmp(bytes.data(), kFlattenedMagic.data(), kFlattenedMagic.size()) == 0;
    if (image.flattened_)
        if (auto done = image.unflatten(); !done) return std::unexpected(std::move(done.error()));
    return image;
}

Result<void> Image::unflatten() {
    size_ = 0;
    cut_ = true;
    for (std::uint64_t at = kFlattenedHeader; inside(at, kRecordHeader, file_.size());) {
        std::int64_t offset = big_endian(&file_[at]), length = big_endian(&file_[at + 8]);
        at += kRecordHeader;
        if (offset == kEndMark) {
            cut_ = false;
            break;
        }
        if (offset < 0 || length <= 0)
            return fail("the flattened dump is damaged at byte " + std::to_string(at - kRecordHeader));
        Segment segment{static_cast<std::uint64_t>(offset), at, static_cast<std::uint64_t>(length)};
        if (segment.offset > INT64_MAX - segment.size)
            return fail("the flattened dump holds an impossible offset at byte " +
                        std::to_string(at - kRecordHeader));
        segment.size = std::min<std::uint64_t>(segment.size, file_.size() - at);
        at += segment.size;
        if (segment.offset >= size_) {
            segments_.push_back(segment);
            size_ = segment.offset + segment.size;
        } else if (rewrites_.size() < kMostRewrites) {
            rewrites_.push_back(segment);
            size_ = std::max(size_, segment.offset + segment.size);
        } else {
            return fail(
                "the flattened dump writes over itself more often than a dump does; turn it into a plain one "
                "with makedumpfile -R");
        }
    }
    return {};
}

const Image::Segment* Image::segment_at(std::uint64_t offset) const {
    auto after = std::ranges::upper_bound(segments_, offset, {}, &Segment::offset);
    if (after == segments_.begin()) return nullptr;
    const Segment& segment = *std::prev(after);
    return offset - segment.offset < segment.size ? &segment : nullptr;
}

std::span<const std::uint8_t> Image::view(std::uint64_t offset, std::uint64_t size) const {
    if (!flattened_)
        return inside(offset, size, file_.size()) ? file_.subspan(offset, size)
                                                  : std::span<const std::uint8_t>{};
    auto overlaps = [&](const Segment& rewrite) {
        return rewrite.offset < offset + size && offset < rewrite.offset + rewrite.size;
    };
    const Segment* segment = segment_at(offset);
    if (!segment || !inside(offset - segment->offset, size, segment->size) ||
        std::ranges::any_of(rewrites_, overlaps))
        return {};
    return file_.subspan(segment->source + (offset - segment->offset), size);
}

bool Image::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
    if (auto whole = view(offset, out.size()); whole.size() == out.size()) {
        std::ranges::copy(whole, out.begin());
        return true;
    }
    if (!flattened_ || !inside(offset, out.size(), size_)) return false;
    std::vector<bool> there(out.size());
    auto lay = [&](const Segment& segment) {
        std::uint64_t first = std::max(segment.offset, offset),
                      last = std::min(segment.offset + segment.size, offset + out.size());
        for (std::uint64_t at = first; at < last; ++at) {
            out[at - offset] = file_[segment.source + (at - segment.offset)];
            there[at - offset] = true;
        }
    };
    for (auto at = offset; at < offset + out.size();) {
        const Segment* segment = segment_at(at);
        if (segment) lay(*segment);
        auto next = std::ranges::upper_bound(segments_, at, {}, &Segment::offset);
        at = segment                   ? segment->offset + segment->size
             : next == segments_.end() ? offset + out.size()
                                       : next->offset;
    }
    std::ranges::for_each(rewrites_, lay);
    return std::ranges::all_of(there, [](bool is) { return is; });
}

}  // namespace inquest
