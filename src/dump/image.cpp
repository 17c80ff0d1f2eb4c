#include "dump/image.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <numeric>
#include <queue>
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
constexpr std::size_t kMostRecords = 1 << 24;  // of 64 KB mostly: half a terabyte

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
    return adopt(file, path);
}

Result<Image> Image::adopt(int file, const std::string& path) {
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        ::close(file);
        return fail(path + " is not a regular file with something in it");
    }
    auto size = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    std::shared_ptr<const int> descriptor(new int(file), [](const int* open) {
        ::close(*open);
        delete open;
    });
    if (address == MAP_FAILED) {
        Image image;
        image.size_ = size;
        image.descriptor_ = std::move(descriptor);
        return image;
    }
    auto image = over({static_cast<const std::uint8_t*>(address), size});
    if (!image) {
        ::munmap(address, size);
        return fail_in(path, image);
    }
    image->descriptor_ = std::move(descriptor);
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
    std::vector<Segment> records;
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
        size_ = std::max(size_, segment.offset + segment.size);
        if (records.size() == kMostRecords)
            return fail(
                "the flattened dump is in more pieces than can be held; turn it into a plain one with "
                "makedumpfile -R");
        records.push_back(segment);
    }
    segments_ = lay_out(records);
    return {};
}

// The records in order of their offsets; where several write the same bytes, the last one written holds.
std::vector<Image::Segment> Image::lay_out(const std::vector<Segment>& records) {
    std::vector<std::uint32_t> by_offset(records.size());
    std::iota(by_offset.begin(), by_offset.end(), 0u);
    std::ranges::sort(by_offset, {},
                      [&](std::uint32_t index) { return std::pair(records[index].offset, index); });
    std::vector<Segment> segments;
    std::priority_queue<std::uint32_t> open;  // those that reach beyond `at`, and some that do not any more
    auto next = by_offset.begin();
    for (std::uint64_t at = 0; next != by_offset.end() || !open.empty();) {
        while (!open.empty() && records[open.top()].offset + records[open.top()].size <= at) open.pop();
        if (open.empty()) {
            if (next == by_offset.end()) break;
            at = std::max(at, records[*next].offset);
        }
        while (next != by_offset.end() && records[*next].offset <= at) open.push(*next++);
        if (open.empty()) continue;
        const Segment& top = records[open.top()];
        std::uint64_t end = top.offset + top.size;
        if (end <= at) continue;
        if (next != by_offset.end()) end = std::min(end, records[*next].offset);
        std::uint64_t source = top.source + (at - top.offset);
        if (!segments.empty() && segments.back().offset + segments.back().size == at &&
            segments.back().source + segments.back().size == source)
            segments.back().size += end - at;
        else
            segments.push_back({at, source, end - at});
        at = end;
    }
    return segments;
}

std::span<const std::uint8_t> Image::view(std::uint64_t offset, std::uint64_t size) const {
    if (live()) return {};
    if (!flattened_)
        return inside(offset, size, file_.size()) ? file_.subspan(offset, size)
                                                  : std::span<const std::uint8_t>{};
    auto after = std::ranges::upper_bound(segments_, offset, {}, &Segment::offset);
    if (after == segments_.begin()) return {};
    const Segment& segment = *std::prev(after);
    return inside(offset - segment.offset, size, segment.size)
               ? file_.subspan(segment.source + (offset - segment.offset), size)
               : std::span<const std::uint8_t>{};
}

bool Image::holds(std::uint64_t offset, std::uint64_t size) const {
    if (!inside(offset, size, size_)) return false;
    if (!flattened_ || !cut_) return true;
    const std::uint64_t end = offset + size;
    auto next = std::ranges::upper_bound(segments_, offset, {}, &Segment::offset);
    if (next != segments_.begin()) --next;
    for (; offset < end && next != segments_.end() && next->offset <= offset; ++next)
        offset = std::max(offset, next->offset + next->size);
    return offset >= end;
}

bool Image::read_file(std::uint64_t offset, std::span<std::uint8_t> out) const {
    while (!out.empty()) {
        const auto got = ::pread(*descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        out = out.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

bool Image::read_over_holes(std::uint64_t offset, std::span<std::uint8_t> out,
                            std::uint64_t longest_in_cut) const {
    if (auto whole = view(offset, out.size()); whole.size() == out.size()) {
        std::ranges::copy(whole, out.begin());
        return true;
    }
    if (live()) return inside(offset, out.size(), size_) && read_file(offset, out);
    if (!flattened_ || !inside(offset, out.size(), size_)) return false;
    const std::uint64_t end = offset + out.size();
    auto next = std::ranges::upper_bound(segments_, offset, {}, &Segment::offset);
    if (next != segments_.begin()) --next;
    for (std::uint64_t at = offset; at < end; ++next) {
        const std::uint64_t hole = std::min(next == segments_.end() ? end : next->offset, end);
        if (hole > at) {
            if (cut_ && hole - at > longest_in_cut) return false;
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at - offset), hole - at, std::uint8_t{0});
            at = hole;
        }
        if (at == end || next == segments_.end()) break;
        const std::uint64_t stop = std::min(next->offset + next->size, end);
        if (stop <= at) continue;
        std::ranges::copy(file_.subspan(next->source + (at - next->offset), stop - at),
                          out.begin() + static_cast<std::ptrdiff_t>(at - offset));
        at = stop;
    }
    return true;
}

}  // namespace inquest
