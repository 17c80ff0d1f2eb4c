#include "debuginfo/btf.h"

#include <algorithm>
#include <cstring>

namespace inquest {
namespace {

constexpr std::uint16_t kMagic = 0xeb9f;
constexpr std::size_t kMostBytes = 256 << 20;

struct Header {
    std::uint16_t magic;
    std::uint8_t version, flags;
    std::uint32_t header_length, type_offset, type_length, string_offset, string_length;
};

// A record: name_off, info, size or type; then what its kind brings.
constexpr std::uint32_t kRecordWords = 3;

struct Info {
    TypeKind kind;
    std::uint32_t count;
    bool flag;
};

Info decode_info(std::uint32_t info) {
    return {static_cast<TypeKind>(info >> 24 & 0x1f), info & 0xffff, (info >> 31) != 0};
}

// Words behind the record; nullopt for a kind that is not known, behind which nothing can be read.
std::optional<std::uint32_t> extra_words(Info info) {
    switch (info.kind) {
        case TypeKind::integer:
        case TypeKind::variable:
        case TypeKind::decl_tag:
            return 1;
        case TypeKind::array:
            return 3;
        case TypeKind::structure:
        case TypeKind::union_type:
        case TypeKind::data_section:
        case TypeKind::enumeration64:
            return info.count * 3;
        case TypeKind::enumeration:
        case TypeKind::function_prototype:
            return info.count * 2;
        case TypeKind::pointer:
        case TypeKind::forward:
        case TypeKind::type_def:
        case TypeKind::volatile_type:
        case TypeKind::const_type:
        case TypeKind::restrict_type:
        case TypeKind::function:
        case TypeKind::floating:
        case TypeKind::type_tag:
            return 0;
        case TypeKind::void_type:
            break;
    }
    return std::nullopt;
}

bool is_named_type(TypeKind kind) {
    return kind == TypeKind::structure || kind == TypeKind::union_type || kind == TypeKind::enumeration ||
           kind == TypeKind::enumeration64 || kind == TypeKind::type_def || kind == TypeKind::integer ||
           kind == TypeKind::floating || kind == TypeKind::function || kind == TypeKind::variable ||
           kind == TypeKind::data_section;
}

}  // namespace

Result<Btf> Btf::parse(std::vector<std::uint8_t> bytes, const Btf* base) {
    Header header{};
    if (bytes.size() < sizeof header || bytes.size() > kMostBytes)
        return fail("the BTF data have an absurd size");
    std::memcpy(&header, bytes.data(), sizeof header);
    auto inside = [&](std::uint64_t offset, std::uint64_t length) {
        return header.header_length + offset + length <= bytes.size();
    };
    if (header.magic != kMagic || header.header_length < sizeof header ||
        !inside(header.type_offset, header.type_length) ||
        !inside(header.string_offset, header.string_length))
        return fail("the BTF header is damaged");
    Btf btf;
    btf.base_ = base;
    btf.first_ = base ? base->end() : 1;
    btf.string_base_ = base ? base->string_base_ + static_cast<std::uint32_t>(base->strings_.size()) : 0;
    btf.bytes_ = std::move(bytes);
    std::span<const std::uint8_t> all(btf.bytes_);
    btf.types_ = all.subspan(header.header_length + header.type_offset, header.type_length);
    btf.strings_ = all.subspan(header.header_length + header.string_offset, header.string_length);
    for (std::uint32_t at = 0; at + kRecordWords * 4 <= btf.types_.size();) {
        std::uint32_t info = 0;
        std::memcpy(&info, &btf.types_[at + 4], sizeof info);
        auto extra = extra_words(decode_info(info));
        std::uint64_t next = at + (kRecordWords + std::uint64_t{extra.value_or(0)}) * 4;
        if (!extra || next > btf.types_.size())
            return fail("the BTF types are damaged at byte " + std::to_string(at));
        btf.offsets_.push_back(at);
        at = static_cast<std::uint32_t>(next);
    }
    btf.by_name_.build(static_cast<std::uint32_t>(btf.offsets_.size()), [&](std::uint32_t index) {
        TypeId id = btf.first_ + index;
        bool named = is_named_type(decode_info(btf.word(id, 1).value_or(0)).kind);
        return named ? btf.string_at(btf.word(id, 0).value_or(0)) : std::string_view();
    });
    return btf;
}

std::optional<std::uint32_t> Btf::word(TypeId id, std::uint32_t index) const {
    if (id < first_) return base_ ? base_->word(id, index) : std::nullopt;
    if (id == 0 || id >= end()) return std::nullopt;
    std::uint64_t at = offsets_[id - first_] + std::uint64_t{index} * 4;
    if (at + 4 > types_.size()) return std::nullopt;
    std::uint32_t value = 0;
    std::memcpy(&value, &types_[at], sizeof value);
    return value;
}

std::string_view Btf::string_at(std::uint32_t offset) const {
    if (offset < string_base_) return base_ ? base_->string_at(offset) : std::string_view();
    offset -= string_base_;
    if (offset >= strings_.size()) return {};
    const char* start = reinterpret_cast<const char*>(strings_.data()) + offset;
    return {start, strnlen(start, strings_.size() - offset)};
}

Type Btf::type(TypeId id) const {
    auto info_word = word(id, 1);
    if (!info_word) return {};
    Info info = decode_info(*info_word);
    std::uint32_t size_or_type = word(id, 2).value_or(0);
    // A base type's name is in the base's strings; string_at finds either by its offset.
    Type type{info.kind, string_at(word(id, 0).value_or(0)), 0, 0, info.count, false};
    switch (info.kind) {
        case TypeKind::integer:
            type.size = size_or_type;
            type.is_signed = word(id, 3).value_or(0) >> 24 & 1;
            break;
        case TypeKind::array:
            type.target = word(id, 3).value_or(0);
            type.count = word(id, 5).value_or(0);
            break;
        case TypeKind::structure:
        case TypeKind::union_type:
        case TypeKind::enumeration:
        case TypeKind::enumeration64:
        case TypeKind::floating:
        case TypeKind::data_section:
            type.size = size_or_type;
            type.is_signed = info.flag;
            break;
        default:
            type.target = size_or_type;
    }
    return type;
}

std::vector<Member> Btf::members(TypeId id) const {
    std::vector<Member> members;
    auto info_word = word(id, 1);
    if (!info_word) return members;
    Info info = decode_info(*info_word);
    bool prototype = info.kind == TypeKind::function_prototype;
    if (!prototype && info.kind != TypeKind::structure && info.kind != TypeKind::union_type) return members;
    const std::uint32_t words = prototype ? 2 : 3;
    members.reserve(info.count);
    for (std::uint32_t i = 0; i < info.count; ++i) {
        std::uint32_t at = kRecordWords + i * words, place = prototype ? 0 : word(id, at + 2).value_or(0);
        // With kind_flag set the offset holds a bit-field's size in its upper byte.
        members.push_back({string_at(word(id, at).value_or(0)), word(id, at + 1).value_or(0),
                           info.flag ? place & 0xffffff : place, info.flag ? place >> 24 : 0});
    }
    return members;
}

std::vector<std::pair<std::string_view, std::int64_t>> Btf::enumerators(TypeId id) const {
    std::vector<std::pair<std::string_view, std::int64_t>> values;
    auto info_word = word(id, 1);
    if (!info_word) return values;
    Info info = decode_info(*info_word);
    bool wide = info.kind == TypeKind::enumeration64;
    if (!wide && info.kind != TypeKind::enumeration) return values;
    for (std::uint32_t i = 0; i < info.count; ++i) {
        std::uint32_t at = kRecordWords + i * (wide ? 3 : 2);
        std::uint64_t low = word(id, at + 1).value_or(0), high = wide ? word(id, at + 2).value_or(0) : 0;
        std::int64_t value = wide        ? static_cast<std::int64_t>(high << 32 | low)
                             : info.flag ? static_cast<std::int32_t>(low)
                                         : static_cast<std::int64_t>(low);
        values.emplace_back(string_at(word(id, at).value_or(0)), value);
    }
    return values;
}

std::optional<TypeId> Btf::find(std::string_view name, std::optional<TypeKind> kind) const {
    std::optional<TypeId> found;
    by_name_.find(name, [&](std::uint32_t index) {
        Type candidate = type(first_ + index);
        if (candidate.name == name && (!kind || candidate.kind == *kind)) found = first_ + index;
        return !found;
    });
    return found || !base_ ? found : base_->find(name, kind);
}

}  // namespace inquest
