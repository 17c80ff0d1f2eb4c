// The lines of an input as they stand there, in constant memory: a window slides over the bytes and keeps
// some that are past.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/input.h"

namespace inquest {

class PhysicalLines {
  public:
    explicit PhysicalLines(std::unique_ptr<ByteStream> input) : input_(std::move(input)) {}

    struct Piece {
        std::string_view text;     // without the line feed; valid until the next call of anything here
        std::uint64_t number = 0;  // of the line, from 1
        std::uint64_t offset = 0;  // of its first byte in the input
    };

    // The next line; one of more than 256 KB comes in several pieces of the same number.
    bool next(Piece& piece);

    // Makes the next piece begin at `at` again, which `next` has given out not long ago.
    void rewind(const Piece& at);

    // Up to `limit` bytes that end where `offset` begins; less at the edge of the window.
    [[nodiscard]] std::string_view before(std::uint64_t offset, std::size_t limit) const;

    // What is in memory behind the last piece, which stays valid.
    [[nodiscard]] std::string_view loaded() const { return {buffer_.get() + cursor_, end_ - cursor_}; }
    // All bytes that are in memory behind the last piece: more than `at_least` as long as the input has them.
    std::string_view ahead(std::size_t at_least);
    // Steps over bytes of `ahead()`, counting their lines. `count` must end behind a line feed, or at the
    // end.
    void step(std::size_t count);

    [[nodiscard]] std::uint64_t bytes() const { return base_ + cursor_; }
    [[nodiscard]] std::uint64_t lines() const { return number_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    bool fill();

    static constexpr std::size_t kHistory = 1 << 20;
    static constexpr std::size_t kCapacity = 5 << 20;
    static constexpr std::size_t kLongestPiece = 256 << 10;

    std::unique_ptr<ByteStream> input_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::uint64_t base_ = 0;    // offset in the input of buffer_[0]
    std::size_t cursor_ = 0;    // the next piece begins here
    std::size_t end_ = 0;       // of what was read
    std::uint64_t number_ = 0;  // of the line given out last
    bool inside_line_ = false;  // the last piece did not reach the line's end
    bool at_end_ = false;
    std::string problem_;
};

}  // namespace inquest
