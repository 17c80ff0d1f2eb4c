// The compiled form of imported issues: one file that is used where it lies, mapped or linked into the
// program. All numbers are little-endian. A header, then sections of equal records in the order of Part,
// each from an offset that 4 divides.
//
// A record that owns a run of another section holds where the run begins; it ends where the next record's
// begins, and each such section has one record more than it counts.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace inquest {

static_assert(std::endian::native == std::endian::little, "the catalogue is read in place");

inline constexpr std::array<char, 8> kCatalogueMagic{'I', 'N', 'Q', 'C', 'A', 'T', '0', '2'};

enum class Part : std::uint8_t {
    text,       // bytes of all strings, one behind the other
    strings,    // Start of each in `text`, sorted, +1
    sources,    // SourceRecord
    issues,     // IssueRecord, sorted by id, +1
    fixes,      // FixRecord
    vendor,     // VendorRecord
    notes,      // NoteRecord
    versions,   // strings
    files,      // strings
    modules,    // strings
    crashes,    // CrashRecord, +1
    frames,     // functions
    functions,  // FunctionRecord, sorted by name, +1
    postings,   // crashes that have the function
    slots,      // hash table of function names: a function + 1, or 0; a power of two of them
    written,    // WrittenRecord
    packed,     // bytes: the hand-written issues (packed.h)
};
inline constexpr std::size_t kParts = 17;

using Start = std::uint32_t;

struct SourceRecord {
    std::uint32_t name, snapshot, notice;  // strings
};
struct IssueRecord {
    std::uint32_t id;  // string
    Start fixes, vendor, notes, files, modules, crashes;
    std::uint32_t source;
    std::uint32_t subject_low, subject_high;
};
struct FixRecord {
    std::uint16_t introduced, fixed;  // versions
    std::array<std::uint8_t, 20> commit;
};
struct VendorRecord {
    std::uint32_t product, fixed, evidence;  // strings
    std::uint16_t source;
    std::uint16_t own_line;  // 0 or 1
};
struct NoteRecord {
    std::uint32_t kind;  // Note
    std::uint32_t text;  // string
};
enum class Note : std::uint8_t { title, advice, link };
struct CrashRecord {
    std::uint32_t issue;
    Start frames;
    std::uint32_t guilty;  // function + 1, 0: nobody
    std::uint32_t kind;
};
struct FunctionRecord {
    std::uint32_t name;  // string
    Start postings;
};

struct WrittenRecord {
    std::uint32_t file;          // string
    std::uint32_t offset, size;  // in `packed`
    std::uint32_t built_in;      // 1: came with the program that made the catalogue
};

struct PartPlace {
    std::uint32_t offset, count;  // count without the one more
};
struct CatalogueHeader {
    std::array<char, 8> magic;
    std::uint64_t size;  // of the whole file
    std::uint64_t hash;  // of what follows the header's hash
    std::array<PartPlace, kParts> sections;
};
static_assert(sizeof(IssueRecord) == 40 && sizeof(FixRecord) == 24 && sizeof(CrashRecord) == 16);
static_assert(sizeof(CatalogueHeader) == 24 + 8 * kParts);

inline constexpr std::size_t kHashedFrom = 24;

// Against damage, not against forgers. Four lanes, since one would wait for its own products.
inline std::uint64_t catalogue_hash(std::string_view bytes) {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
    std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
    auto mix = [](std::uint64_t lane, std::uint64_t word) {
        lane = (lane ^ word) * kFactor;
        return lane ^ (lane >> 32);
    };
    std::size_t at = 0;
    for (; at + 32 <= bytes.size(); at += 32) {
        for (std::size_t lane = 0; lane < 4; ++lane) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at + lane * 8, sizeof word);
            lanes[lane] = mix(lanes[lane], word);
        }
    }
    for (; at < bytes.size(); ++at) lanes[at % 4] = mix(lanes[at % 4], static_cast<unsigned char>(bytes[at]));
    std::uint64_t hash = bytes.size();
    for (auto lane : lanes) hash = mix(hash, lane);
    return hash;
}

// FNV-1a: where in `slots` the search for a name begins.
inline std::uint32_t name_hash(std::string_view name) {
    std::uint32_t hash = 2166136261U;
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

}  // namespace inquest
