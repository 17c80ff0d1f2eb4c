#include "debuginfo/kallsyms.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace inquest {
namespace {

constexpr std::uint64_t kMostSymbols = 4 << 20;  // a kernel with everything built in has 0.3 million
constexpr std::uint64_t kMostNameBytes = 64 << 20, kMostText = 256 << 20;  // compressed and not
constexpr std::size_t kTokens = 256;
constexpr std::uint64_t kMarkerStep = 256;  // every 256th name has a marker

// All names one behind the other, each with its type letter first.
struct Names {
    std::string text;
    std::vector<std::uint32_t> ends;
    [[nodiscard]] std::string_view at(std::size_t index) const {
        std::uint32_t start = index ? ends[index - 1] : 0;
        return std::string_view(text).substr(start, ends[index] - start);
    }
};

// Each byte of a compressed name stands for a token.
class Decoder {
  public:
    static Result<Decoder> read(const TargetMemory& memory, const KallsymsTables& tables) {
        Decoder decoder;
        auto index = memory.bytes(tables.token_index, kTokens * 2, kTokens * 2);
        auto last = peek<std::uint16_t>(index, (kTokens - 1) * 2);
        if (!last) return fail("the kallsyms token index cannot be read");
        auto table = memory.bytes(tables.token_table, *last + kLastToken, UINT16_MAX + kLastToken);
        if (table.empty()) return fail("the kallsyms token table cannot be read");
        for (std::size_t i = 0; i < kTokens; ++i) {
            std::size_t start = *peek<std::uint16_t>(index, i * 2);
            if (start >= table.size()) return fail("the kallsyms token index is damaged");
            auto end = std::find(table.begin() + static_cast<std::ptrdiff_t>(start), table.end(), 0);
            Token& token = decoder.tokens_[i];
            token.whole.assign(table.begin() + static_cast<std::ptrdiff_t>(start), end);
            token.whole.copy(token.head.data(), token.head.size());
        }
        return decoder;
    }

    enum class Outcome { name, cut, damaged };

    // Appends the name that starts at `at` of the compressed names, and moves `at` behind it.
    Outcome next(std::span<const std::uint8_t> compressed, std::size_t& at, Names& names) const {
        std::size_t place = at;
        if (place >= compressed.size()) return Outcome::cut;
        std::size_t length = compressed[place++];
        // A second byte since 6.1 (73bbb94466fd "kallsyms: support big kernel symbols").
        if (length & 0x80) {
            if (place >= compressed.size()) return Outcome::cut;
            length = (length & 0x7f) | static_cast<std::size_t>(compressed[place++]) << 7;
        }
        if (length > compressed.size() - place) return Outcome::cut;
        std::array<char, kLongestName + kShort> name;
        std::size_t size = 0;
        for (std::size_t i = 0; i < length; ++i) {
            const Token& token = tokens_[compressed[place + i]];
            if (size + token.whole.size() > kLongestName) return Outcome::damaged;
            if (token.whole.size() <= kShort) {  // a copy of fixed size is one instruction
                std::memcpy(name.data() + size, token.head.data(), kShort);
            } else {
                std::memcpy(name.data() + size, token.whole.data(), token.whole.size());
            }
            size += token.whole.size();
        }
        if (size == 0 || names.text.size() > kMostText) return Outcome::damaged;
        names.text.append(name.data(), size);
        names.ends.push_back(static_cast<std::uint32_t>(names.text.size()));
        at = place + length;
        return Outcome::name;
    }

  private:
    static constexpr std::size_t kShort = 16;
    static constexpr std::size_t kLongestName = 1024;  // twice KSYM_NAME_LEN
    static constexpr std::uint64_t kLastToken = 64;    // bytes that the last token may take
    struct Token {
        std::string whole;
        std::array<char, kShort> head{};
    };
    std::array<Token, kTokens> tokens_;
};

// How an entry of kallsyms_offsets becomes an address.
enum class Encoding { absolute_percpu, relative, place_relative };

std::uint64_t decode(Encoding encoding, std::int32_t offset, std::uint64_t base, std::uint64_t place) {
    switch (encoding) {
        case Encoding::absolute_percpu:
            return offset >= 0 ? static_cast<std::uint64_t>(offset)
                               : base - 1 - static_cast<std::uint64_t>(static_cast<std::int64_t>(offset));
        case Encoding::relative:
            return base + static_cast<std::uint32_t>(offset);
        case Encoding::place_relative:
            break;
    }
    return place + static_cast<std::uint64_t>(static_cast<std::int64_t>(offset));
}

std::uint64_t align(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

// Searches one copy of the image's bytes; positions are offsets in it.
class Finder {
  public:
    explicit Finder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    // Start of the token table: "0\0" to "9\0" stand in a row in it as tokens 48 to 57, and the token index
    // behind it must give every token's start.
    bool find_tokens() {
        static constexpr char kDigits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
        auto from = bytes_.begin();
        for (;;) {
            from = std::search(from, bytes_.end(), kDigits, kDigits + sizeof kDigits);
            if (from == bytes_.end()) return false;
            if (tokens_around(static_cast<std::size_t>(from - bytes_.begin()))) return true;
            ++from;
        }
    }

    // The names before the token table: num_syms in front of them, and behind them a marker for every 256th
    // that says where it stands. 6.2 put a table of sorted names behind the markers.
    bool find_names() {
        constexpr std::size_t kMostNames = 32 << 20, kShortest = 2, kLongest = 64;  // bytes a name on average
        for (std::size_t at = token_table / 4 * 4; at >= 4 && token_table - at < kMostNames; at -= 4) {
            const std::uint64_t count = *peek<std::uint32_t>(bytes_, at - 4);
            if (count < kMarkerStep || count > (token_table - at) / kShortest ||
                count < (token_table - at) / kLongest)
                continue;
            // num_syms took 8 bytes up to 6.12.
            for (std::size_t start : {at, at + 4})
                if (markers_follow(start, count)) {
                    names = start;
                    num_syms = at - 4;
                    return true;
                }
        }
        return false;
    }

    // The offsets, and the base that they are relative to. Up to 6.3 they lie before num_syms with the base
    // behind them, later behind the token index; 7.x has no base. `image_start` tells a base from other
    // words.
    bool find_offsets(std::uint64_t start, std::uint64_t image_start) {
        const std::uint64_t count = *peek<std::uint32_t>(bytes_, num_syms), size = align(count * 4, 8);
        auto is_base = [&](std::size_t at) {
            constexpr std::uint64_t kNear = 16 << 20;
            auto word = peek<std::uint64_t>(bytes_, at);
            return word && *word - (image_start - kNear) < 2 * kNear;
        };
        if (num_syms >= 8 + size && is_base(num_syms - 8)) {
            relative_base = num_syms - 8;
            offsets = relative_base - size;
            return true;
        }
        offsets = align(start + token_index + kTokens * 2, 8) - start;
        if (offsets + size > bytes_.size()) return false;
        relative_base = is_base(offsets + size) ? offsets + size : 0;
        return true;
    }

    std::size_t token_table = 0, token_index = 0, names = 0, num_syms = 0, relative_base = 0, offsets = 0;

  private:
    bool tokens_around(std::size_t digits) {
        std::size_t start = digits;
        for (int token = '0'; token > 0; --token) {  // 48 tokens before "0"
            if (start < 2) return false;
            --start;  // the NUL that ends the token before
            while (start > 0 && bytes_[start - 1] != 0) --start;
        }
        std::vector<std::uint16_t> starts;
        std::size_t at = start;
        for (std::size_t token = 0; token < kTokens; ++token) {
            if (at - start > UINT16_MAX) return false;
            starts.push_back(static_cast<std::uint16_t>(at - start));
            while (at < bytes_.size() && bytes_[at] != 0) ++at;
            if (++at >= bytes_.size()) return false;
        }
        for (std::size_t index = align(at, 2); index <= at + 64 && index + kTokens * 2 <= bytes_.size();
             index += 2) {
            if (std::memcmp(&bytes_[index], starts.data(), kTokens * 2) != 0) continue;
            token_table = start;
            token_index = index;
            return true;
        }
        return false;
    }

    [[nodiscard]] bool markers_follow(std::size_t start, std::uint64_t count) const {
        std::vector<std::uint64_t> markers;
        std::size_t at = start;
        for (std::uint64_t i = 0; i < count; ++i) {
            if (i % kMarkerStep == 0) markers.push_back(at - start);
            if (at + 1 >= token_table) return false;
            std::size_t length = bytes_[at++];
            if (length & 0x80) length = (length & 0x7f) | static_cast<std::size_t>(bytes_[at++]) << 7;
            if (length == 0) return false;
            at += length;
        }
        for (std::size_t first = align(at, 4); first <= at + 8; first += 4) {
            std::size_t index = 0;
            while (index < markers.size() && peek<std::uint32_t>(bytes_, first + index * 4) == markers[index])
                ++index;
            if (index == markers.size()) return true;
        }
        return false;
    }

    std::span<const std::uint8_t> bytes_;
};

}  // namespace

namespace {

constexpr std::uint64_t kPage = 4096;

// The memory in [start, start + size), up to a long hole, which is the image's end. A page that is missing
// reads as 0xff, which no table holds.
std::vector<std::uint8_t> read_image(const TargetMemory& memory, std::uint64_t start, std::uint64_t size) {
    constexpr std::uint64_t kLongHole = 4 << 20;
    std::vector<std::uint8_t> bytes;
    for (std::uint64_t hole = 0; bytes.size() + kPage <= size && hole < kLongHole;) {
        std::size_t at = bytes.size();
        bytes.resize(at + kPage, 0xff);
        auto page = std::span(bytes).subspan(at);
        hole = memory.read(start + at, page) ? 0 : hole + kPage;
        if (hole) std::ranges::fill(page, std::uint8_t{0xff});
    }
    return bytes;
}

Result<KallsymsTables> find_within(const TargetMemory& memory, std::uint64_t start, std::uint64_t size,
                                   std::uint64_t image_start) {
    const auto bytes = read_image(memory, start, size);
    Finder finder(bytes);
    if (!finder.find_tokens()) return fail("no kallsyms token table in the kernel's image");
    if (!finder.find_names() || !finder.find_offsets(start, image_start))
        return fail("the kallsyms tables around the token table have a shape that is not known");
    return KallsymsTables{start + finder.offsets,     finder.relative_base ? start + finder.relative_base : 0,
                          start + finder.num_syms,    start + finder.names,
                          start + finder.token_table, start + finder.token_index};
}

// A page of kallsyms_offsets: base - 1 - address, of ascending addresses.
bool is_page_of_offsets(const TargetMemory& memory, std::uint64_t address) {
    auto page = memory.get<std::array<std::int32_t, kPage / sizeof(std::int32_t)>>(address);
    return page && page->front() < 0 && page->back() < page->front() &&
           std::ranges::is_sorted(*page, std::ranges::greater());
}

}  // namespace

Result<KallsymsTables> find_kallsyms(const TargetMemory& memory, const KernelImage& image) {
    constexpr std::uint64_t kMostImage = 128 << 20, kStep = 128 << 10;
    const std::uint64_t size = std::min(image.size, kMostImage);
    // The offsets are the first of the tables and large: one page in a step says where they are, so that no
    // more than the tables is read. Any other order is found by reading everything.
    for (std::uint64_t at = 0; at < size; at += kStep) {
        if (!is_page_of_offsets(memory, image.start + at)) continue;
        constexpr std::uint64_t kPerCpu = 256 << 10;  // absolute ones before them
        std::uint64_t first = at, last = at;
        while (first > 0 && is_page_of_offsets(memory, image.start + first - kPage)) first -= kPage;
        while (last < size && is_page_of_offsets(memory, image.start + last)) last += kPage;
        first -= std::min(first, kPerCpu);
        constexpr std::uint64_t kNameOfOffset = 8;  // a name takes 12 bytes at most on average, an offset 4
        if (auto found =
                find_within(memory, image.start + first, (last - first) * kNameOfOffset, image.start))
            return found;
        at = last;
    }
    return find_within(memory, image.start, size, image.start);
}

namespace {

// More of the bytes from `start` on behind those that there are: as much as is quick, or up to the page's
// end.
bool read_on(const TargetMemory& memory, std::uint64_t start, std::vector<std::uint8_t>& bytes) {
    constexpr std::uint64_t kQuick = 64 << 10;
    const std::size_t had = bytes.size();
    const std::uint64_t place = start + had;
    for (std::uint64_t size : {kQuick - place % kPage, kPage - place % kPage}) {
        bytes.resize(had + size);
        if (memory.read(place, std::span(bytes).subspan(had))) return true;
    }
    bytes.resize(had);
    return false;
}

}  // namespace

Result<void> read_kallsyms(const TargetMemory& memory, const KallsymsTables& tables, const KernelImage& image,
                           SymbolTable& symbols) {
    auto count = memory.get<std::uint32_t>(tables.num_syms);
    if (!count || *count == 0 || *count > kMostSymbols)
        return fail("kallsyms_num_syms cannot be read or is absurd");
    auto decoder = Decoder::read(memory, tables);
    if (!decoder) return std::unexpected(std::move(decoder.error()));
    auto offsets = memory.bytes(tables.offsets, *count * std::uint64_t{4}, kMostSymbols * 4);
    if (offsets.empty()) return fail("kallsyms_offsets cannot be read");
    std::uint64_t base =
        tables.relative_base ? memory.get<std::uint64_t>(tables.relative_base).value_or(0) : 0;

    // The names' size is not written anywhere: read on until all are decoded.
    std::vector<std::uint8_t> compressed;
    Names names;
    names.ends.reserve(*count);
    names.text.reserve(*count * std::size_t{24});
    std::optional<std::size_t> stext;
    for (std::size_t at = 0; names.ends.size() < *count;) {
        auto outcome = decoder->next(compressed, at, names);
        if (outcome == Decoder::Outcome::name) {
            if (!stext && names.at(names.ends.size() - 1).substr(1) == "_stext")
                stext = names.ends.size() - 1;
            continue;
        }
        if (outcome == Decoder::Outcome::damaged || compressed.size() > kMostNameBytes ||
            !read_on(memory, tables.names, compressed))
            return fail("kallsyms_names breaks off after " + std::to_string(names.ends.size()) + " of " +
                        std::to_string(*count) + " names");
    }

    auto encoding = Encoding::absolute_percpu;
    if (stext && image.stext) {
        const std::uint64_t index = *stext;
        auto offset = *peek<std::int32_t>(offsets, index * 4);
        bool known = false;
        for (auto candidate : {Encoding::absolute_percpu, Encoding::relative, Encoding::place_relative}) {
            if (decode(candidate, offset, base, tables.offsets + index * 4) != image.stext) continue;
            encoding = candidate;
            known = true;
            break;
        }
        if (!known)
            return fail(
                "kallsyms_offsets are in a form that is not known: _stext does not come out at its address");
    }
    symbols.reserve(names.ends.size(), names.text.size());
    for (std::size_t i = 0; i < names.ends.size(); ++i) {
        std::string_view name = names.at(i);
        symbols.add(decode(encoding, *peek<std::int32_t>(offsets, i * 4), base, tables.offsets + i * 4),
                    name[0], name.substr(1));
    }
    return {};
}

}  // namespace inquest
