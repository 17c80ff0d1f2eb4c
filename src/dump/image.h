// The bytes of a dump file in the order that its format means: mapped, and put in place where makedumpfile
// wrote them flattened (for a pipe, as records of offset, size and data).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace inquest {

class Image {
  public:
    static Result<Image> open(const std::string& path);
    // The same of an open file, which it closes; `name` is for errors.
    static Result<Image> adopt(int descriptor, const std::string& name);
    // Over bytes that outlive the image; for tests and fuzzers.
    static Result<Image> over(std::span<const std::uint8_t> bytes);

    // A file that cannot be mapped, such as /proc/kcore: what is read may be another thing the next time.
    [[nodiscard]] bool live() const { return descriptor_ && file_.empty(); }
    // Of the file, as long as this image lives; -1 of bytes in memory.
    [[nodiscard]] int descriptor() const { return descriptor_ ? *descriptor_ : -1; }

    // Copies out.size() bytes from `offset`; false when not all of them are there.
    // What a flattened file nowhere writes is zero, unless the file is cut: then it may be what was to come.
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::uint8_t> out) const {
        return read_over_holes(offset, out, 0);
    }

    // The same for tables that are padded: a hole of less than a page is zero even where the file is cut.
    [[nodiscard]] bool read_padded(std::uint64_t offset, std::span<std::uint8_t> out) const {
        return read_over_holes(offset, out, 4095);
    }

    // The same without a copy where the bytes lie together in the file; empty where they do not or are not
    // there.
    [[nodiscard]] std::span<const std::uint8_t> view(std::uint64_t offset, std::uint64_t size) const;

    // Whether read() would give those bytes, without copying them.
    [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t size) const;

    // A trivially copyable struct at `offset`, as it lies there (dumps are read on machines of their own byte
    // order only: x86-64 and arm64 are little-endian).
    template <typename T>
    [[nodiscard]] bool read_struct(std::uint64_t offset, T& value) const {
        return read(offset, {reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }
    // Of the file itself: no table that was written whole is larger, whatever offsets a flattened file
    // claims.
    [[nodiscard]] std::uint64_t file_size() const { return live() ? size_ : file_.size(); }
    [[nodiscard]] bool flattened() const { return flattened_; }
    [[nodiscard]] bool cut() const { return cut_; }  // a flattened file that ends without its end mark

  private:
    struct Segment {
        std::uint64_t offset;  // in the image
        std::uint64_t source;  // in the file
        std::uint64_t size;
    };

    Result<void> unflatten();
    [[nodiscard]] bool read_file(std::uint64_t offset, std::span<std::uint8_t> out) const;
    [[nodiscard]] bool read_over_holes(std::uint64_t offset, std::span<std::uint8_t> out,
                                       std::uint64_t longest_in_cut) const;
    static std::vector<Segment> lay_out(const std::vector<Segment>& records);

    std::shared_ptr<const void> mapping_;  // keeps file_ alive
    std::span<const std::uint8_t> file_;
    std::shared_ptr<const int>
        descriptor_;  // nullptr of bytes in memory; of a file that cannot be mapped file_ is empty
    std::vector<Segment> segments_;  // ascending, apart from each other
    std::uint64_t size_ = 0;
    bool flattened_ = false;
    bool cut_ = false;
};

}  // namespace inquest
