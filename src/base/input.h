// A stream of bytes out of a file, a pipe or memory, with what was done to it for transport (compression,
// UTF-16) undone.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inquest {

class ByteStream {
  public:
    virtual ~ByteStream() = default;

    // Puts up to into.size() bytes there and says how many; 0 only at the end. After an error the stream is
    // over, and everything read before it stands.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
};

// One way in which bytes are coded. One file in codecs/ is one codec.
struct Codec {
    std::string_view name;
    // Whether a stream that begins with these bytes (at most kSniffed) is coded so.
    bool (*recognizes)(std::string_view first_bytes);
    Result<std::unique_ptr<ByteStream>> (*open)(std::unique_ptr<ByteStream> coded);
};

inline constexpr std::size_t kSniffed = 16;

std::span<const Codec* const> all_codecs();

// `path` is a file, or "-" for standard input. Nothing is undone.
Result<std::unique_ptr<ByteStream>> open_raw(const std::string& path);
// `text` must outlive the stream.
std::unique_ptr<ByteStream> read_memory(std::string_view text);
// Undoes every codec that the first bytes name, a text inside a compressed file too.
Result<std::unique_ptr<ByteStream>> decode(std::unique_ptr<ByteStream> coded);

// A zlib or bare deflate stream as the kernel's pstore writes it, as far as it goes; at most `limit` bytes.
Result<std::string> inflate_record(std::string_view bytes, std::size_t limit);

}  // namespace inquest
