#include "reason/pointer_value.h"

#include <bit>
#include <cstdlib>

#include "base/text.h"
#include "reason/errno_names.h"

namespace inquest::reason {
namespace {

using Type = PointerValue::Type;

constexpr std::uint64_t kPage = 0x1000;
constexpr std::int64_t kMaxErrno = 4095;
constexpr std::int64_t kNear = 0x1000;  // members further away than this are rare
constexpr std::uint64_t kShadowOffset = 0xdffffc0000000000;
constexpr std::uint64_t kArm64Shadow = 0xdff;  // dfff800000000000, dfffa00000000000, ...: by configuration
constexpr std::uint64_t kArm64Kernel = 0x00ff000000000000;
// Below it every 32-bit kernel has user space, above it some (VMSPLIT).
constexpr std::uint64_t kSmallestKernel32 = 0x40000000;

struct Mark {
    std::uint64_t value;
    Type type;
    std::string_view name;
};

// include/linux/poison.h. POISON_POINTER_DELTA is dead000000000000 where CONFIG_ILLEGAL_POINTER_VALUE is set;
// LIST_POISON2 was 0x200 until 4.12, 0x122 since.
constexpr Mark kMarks64[] = {
    {0xdead000000000100, Type::list_poison, "LIST_POISON1"},
    {0xdead000000000122, Type::list_poison, "LIST_POISON2"},
    {0xdead0000000000f5, Type::poison,
     "VFS_PTR_POISON, which unmounting puts into inodes that are still in use"},
    {0xdead000000000200, Type::list_poison, "LIST_POISON2"},
    {0xdead000000000300, Type::poison, "TIMER_ENTRY_STATIC"},
    {0xdead000000000400, Type::poison, "TAIL_MAPPING"},
};
constexpr Mark kMarks32[] = {
    {0x00100100, Type::list_poison, "LIST_POISON1"},
    {0x00200200, Type::list_poison, "LIST_POISON2"},
};

struct Fill {
    std::uint8_t byte;
    Type type;
    std::string_view name;
};

constexpr Fill kFills[] = {
    {0x6b, Type::freed_slab, "freed slab memory (0x6b)"},
    {0x5a, Type::unset_slab, "slab memory that was never written (0x5a)"},
    {0xa5, Type::poison, "the end of a slab object (0xa5)"},
    {0xbb, Type::poison, "the red zone of a freed slab object (0xbb)"},
    {0xcc, Type::poison, "a red zone, or freed init memory (0xcc)"},
    {0xaa, Type::poison, "a freed page (0xaa)"},
};

std::int64_t distance(std::uint64_t value, std::uint64_t from, unsigned bits) {
    std::uint64_t difference = value - from;
    return bits == 32 ? static_cast<std::int32_t>(difference) : static_cast<std::int64_t>(difference);
}

bool is_near(std::int64_t offset) { return offset > -kNear && offset < kNear; }

bool find_mark(std::uint64_t value, unsigned bits, PointerValue& found) {
    std::span<const Mark> marks =
        bits == 64 ? std::span<const Mark>(kMarks64) : std::span<const Mark>(kMarks32);
    const Mark* best = nullptr;
    for (const Mark& mark : marks) {
        auto offset = distance(value, mark.value, bits);
        // Below a mark only container_of can lead; the marks stand close, so that the one below is meant.
        if (offset < -0xff || offset >= 0x100) continue;
        // A member that container_of steps back from is aligned; an odd mark is recognised alone.
        if ((offset < 0 && offset % 4 != 0) || (offset != 0 && mark.value % 2 != 0)) continue;
        if (!best || std::llabs(offset) < std::llabs(found.offset)) {
            best = &mark;
            found.offset = offset;
        }
    }
    if (!best) return false;
    found.type = best->type;
    found.name = best->name;
    return true;
}

// What CONFIG_DEBUG_SPINLOCK keeps in every lock, in either half of a word: a lock was read as a pointer.
bool is_lock_magic(std::uint64_t value) {
    constexpr std::uint64_t kSpinlockMagic = 0xdead4ead;
    return value >> 32 == kSpinlockMagic || (value & 0xffffffff) == kSpinlockMagic;
}

bool find_fill(std::uint64_t value, unsigned bits, PointerValue& found) {
    for (const Fill& fill : kFills) {
        std::uint64_t pattern = 0x0101010101010101ULL * fill.byte;
        if (bits == 32) pattern &= 0xffffffff;
        auto offset = distance(value, pattern, bits);
        if (!is_near(offset)) continue;
        found = {fill.type, std::string(fill.name), offset, 0};
        return true;
    }
    return false;
}

// Eight printable characters (six when the upper two bytes are NUL) in memory order.
std::string as_text(std::uint64_t value, const Arch& arch) {
    std::string text;
    for (unsigned i = 0; i < arch.bits / 8; ++i) {
        unsigned shift = 8 * (arch.big_endian ? arch.bits / 8 - 1 - i : i);
        text += static_cast<char>(value >> shift);
    }
    while (!text.empty() && text.back() == '\0') text.pop_back();
    if (text.size() < 6) return {};
    std::size_t letters = 0;
    for (char c : text) {
        if (c < 0x20 || c > 0x7e) return {};
        letters += is_alnum(c);
    }
    return letters + 3 >= text.size() ? text : std::string();
}

}  // namespace

PointerValue read_pointer(std::uint64_t value, const Arch* arch) {
    unsigned bits = arch ? arch->bits : 64;
    if (value < kPage) return {Type::null, "NULL", static_cast<std::int64_t>(value), 0};
    auto negative = distance(value, 0, bits);
    if (negative < 0 && negative >= -kMaxErrno) return {Type::error, error_text(negative), negative, 0};
    PointerValue found;
    if (find_mark(value, bits, found) || find_fill(value, bits, found)) return found;
    if (is_lock_magic(value)) return {Type::poison, "a spinlock's magic number (dead4ead)", 0, 0};
    if (!arch) return found;
    if (bits == 64) {
        if (auto text = as_text(value, *arch); !text.empty()) return {Type::text, "\"" + text + "\"", 0, 0};
        // The shadow of all of user space and of the non-canonical hole lies there, of the kernel's half
        // higher.
        if (arch->name == "arm64" && value >> 52 == kArm64Shadow)
            return {Type::kasan_shadow, "KASAN shadow", 0, (value & 0xfffffffffff) << 3};
        // A tag in the top byte (memory tagging, KASAN) does not make a kernel address another one.
        if (arch->name == "arm64" && (value & kArm64Kernel) == kArm64Kernel) value |= 0xff00000000000000;
        if (arch->name == "x86_64" && value >= kShadowOffset && value < kShadowOffset + (1ULL << 60))
            return {Type::kasan_shadow, "KASAN shadow", 0, (value - kShadowOffset) << 3};
    }
    for (const auto& range : arch->ranges) {
        if (value < range.first || value > range.last) continue;
        if (bits == 32 && value >= kSmallestKernel32 && range.name == "user space") return found;
        found.name = range.name;
        found.type = range.name == "non-canonical" ? Type::non_canonical
                     : range.name == "user space"  ? Type::user
                                                   : Type::kernel;
        return found;
    }
    return found;
}

bool is_non_canonical(std::uint64_t value, const Arch* arch) {
    if (!arch || arch->name != "x86_64") return false;
    for (const auto& range : arch->ranges)
        if (range.name == "non-canonical") return value >= range.first && value <= range.last;
    return false;
}

std::uint64_t one_bit_from_canonical(std::uint64_t value, const Arch* arch) {
    if (!arch || arch->name != "x86_64" || arch->ranges.empty()) return 0;
    // Bits that have to be ones in a kernel address: above the largest user address.
    std::uint64_t fixed = ~arch->ranges.front().last;
    if (arch->ranges.front().name != "user space") return 0;
    std::uint64_t missing = ~value & fixed;
    return std::popcount(missing) == 1 ? value | missing : 0;
}

}  // namespace inquest::reason
