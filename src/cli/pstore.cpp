#include "cli/pstore.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>
#include <zlib.h>

#include "base/input.h"
#include "base/scanner.h"

namespace inquest {
namespace {

// A record is some kilobytes in firmware, and at most a few hundred in RAM.
constexpr std::size_t kLargestPart = 4 << 20;

struct Part {
    std::uint64_t crash = 0;   // the 2 of "Oops#2 Part1"
    std::uint64_t number = 0;  // the 1; the kernel writes the end of its log first, as part 1
    std::string file;
    std::string text;
};

// Raw deflate, without header: what the kernel's own decompression leaves behind when it fails.
std::string inflate_raw(std::string_view packed) {
    z_stream stream{};
    static constexpr int kRawWindow = -15;
    if (inflateInit2(&stream, kRawWindow) != Z_OK) return {};
    std::string text(kLargestPart, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_FINISH);  // a cut stream gives what can be had
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

Result<std::string> read_part(const std::string& file) {
    auto input = open_raw(file);
    if (!input) return std::unexpected(input.error());
    auto decoded = decode(std::move(*input));
    if (!decoded) return fail_in(file, decoded);
    std::string text(kLargestPart, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        auto read = (*decoded)->read(std::span(text).subspan(size));
        if (!read) return fail_in(file, read);
        if (*read == 0) break;
        size += *read;
    }
    text.resize(size);
    if (!file.ends_with(".enc.z")) return text;
    auto unpacked = inflate_raw(text);
    return unpacked.empty() ? text : unpacked;  // decode() knew the format already
}

// "Oops#1 Part3", "Panic#2 Part1": the first line of a part.
void number_part(Part& part) {
    Scanner scan(part.text);
    scan.take_while(is_alpha);
    if (!scan.literal("#")) return;
    auto crash = scan.dec();
    if (!crash || !scan.spaces().literal("Part")) return;
    part.crash = *crash;
    part.number = scan.dec().value_or(0);
}

}  // namespace

Result<std::string> join_parts(std::span<const std::string> files) {
    std::vector<Part> parts;
    for (const std::string& file : files) {
        auto text = read_part(file);
        if (!text) return std::unexpected(text.error());
        parts.push_back({.file = file, .text = std::move(*text)});
        number_part(parts.back());
    }
    std::ranges::sort(parts, [](const Part& a, const Part& b) {
        return std::tie(a.crash, b.number, a.file) < std::tie(b.crash, a.number, b.file);
    });
    std::string log;
    for (const Part& part : parts) {
        log += part.text;
        if (!log.ends_with('\n')) log += '\n';
    }
    return log;
}

}  // namespace inquest
