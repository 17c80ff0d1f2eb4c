#include "crashlog/physical_lines.h"

#include <algorithm>
#include <cstring>

#include "crashlog/stamp.h"

namespace inquest {
namespace {

// Where to cut a line that is too long: before a time stamp, else behind a blank.
std::size_t cut_of(std::string_view piece) {
    static constexpr std::size_t kLookedAt = 8 << 10;
    auto from = piece.size() - std::min(piece.size(), kLookedAt);
    std::size_t cut = piece.npos;
    for (auto at = find_stamp(piece, from); at != piece.npos && at > 0; at = find_stamp(piece, at + 1))
        cut = at;
    if (cut != piece.npos) return cut;
    auto blank = piece.rfind(' ');
    return blank != piece.npos && blank > from ? blank + 1 : piece.size();
}

std::uint64_t count_lines(std::string_view text) {
    std::uint64_t count = 0;
    while (!text.empty()) {
        // Counters of a byte let the compiler compare 16 or 32 bytes at a time; they hold 255.
        auto block = text.substr(0, 255);
        std::uint8_t in_block = 0;
        for (char c : block) in_block = static_cast<std::uint8_t>(in_block + (c == '\n'));
        count += in_block;
        text.remove_prefix(block.size());
    }
    return count;
}

}  // namespace

bool PhysicalLines::fill() {
    if (at_end_) return false;
    if (end_ == capacity_) {
        if (capacity_ < kCapacity) {
            auto larger = std::min(kCapacity, std::max<std::size_t>(capacity_ * 4, 64 << 10));
            std::unique_ptr<char[]> grown(new char[larger]);
            std::copy_n(buffer_.get(), end_, grown.get());
            buffer_ = std::move(grown);
            capacity_ = larger;
        } else {
            auto passed = cursor_ - std::min(cursor_, kHistory);
            std::memmove(buffer_.get(), buffer_.get() + passed, end_ - passed);
            base_ += passed;
            cursor_ -= passed;
            end_ -= passed;
        }
    }
    // A pipe gives little at a time; some lines ahead must be seen to tell wrapped text.
    static constexpr std::size_t kEnough = 32 << 10;
    const auto before = end_;
    while (end_ < capacity_ && end_ - before < kEnough) {
        auto got = input_->read({buffer_.get() + end_, capacity_ - end_});
        if (!got) problem_ = got.error().message();
        at_end_ = !got || *got == 0;
        if (at_end_) break;
        end_ += *got;
    }
    return end_ > before;
}

bool PhysicalLines::next(Piece& piece) {
    std::size_t searched = 0;
    for (;;) {
        auto have = end_ - cursor_;
        const char* begin = buffer_.get() + cursor_;
        const void* feed = have > searched ? std::memchr(begin + searched, '\n', have - searched) : nullptr;
        std::size_t length = feed ? static_cast<std::size_t>(static_cast<const char*>(feed) - begin) : have;
        bool too_long = length > kLongestPiece;
        if (!feed && !too_long) {
            searched = have;
            if (fill()) continue;
            if (cursor_ == end_) return false;
            begin = buffer_.get() + cursor_;
        }
        if (too_long) length = cut_of({begin, kLongestPiece});
        if (!inside_line_) ++number_;
        inside_line_ = too_long;
        piece = {{begin, length}, number_, base_ + cursor_};
        cursor_ += length + (feed && !too_long ? 1 : 0);
        return true;
    }
}

void PhysicalLines::rewind(const Piece& at) {
    cursor_ = static_cast<std::size_t>(at.offset - base_);
    number_ = at.number - 1;
    inside_line_ = false;
}

std::string_view PhysicalLines::before(std::uint64_t offset, std::size_t limit) const {
    if (offset < base_ || offset > base_ + end_) return {};
    auto end = static_cast<std::size_t>(offset - base_);
    auto count = std::min(end, limit);
    return {buffer_.get() + end - count, count};
}

std::string_view PhysicalLines::ahead(std::size_t at_least) {
    while (end_ - cursor_ <= at_least && fill()) {
    }
    return {buffer_.get() + cursor_, end_ - cursor_};
}

void PhysicalLines::step(std::size_t count) {
    number_ += count_lines({buffer_.get() + cursor_, count});
    cursor_ += count;
}

}  // namespace inquest
