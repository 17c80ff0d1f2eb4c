#include "inspect/types.h"

#include "base/text.h"

namespace inquest {
namespace {

constexpr unsigned kMostStars = 8;
constexpr std::uint64_t kMostElements = 1 << 30;

// As BTF spells what C allows in any order.
std::string base_name(const std::vector<std::string_view>& words) {
    int longs = 0;
    bool is_unsigned = false, is_signed = false, is_char = false, is_short = false;
    for (std::string_view word : words) {
        longs += word == "long";
        is_unsigned |= word == "unsigned";
        is_signed |= word == "signed";
        is_char |= word == "char";
        is_short |= word == "short";
    }
    if (!longs && !is_unsigned && !is_signed && !is_short) return join({words.begin(), words.end()}, " ");
    if (is_char) return is_unsigned ? "unsigned char" : "signed char";
    if (is_short) return is_unsigned ? "short unsigned int" : "short int";
    if (longs == 0) return is_unsigned ? "unsigned int" : "int";
    return std::string(longs > 1 ? "long long " : "long ") + (is_unsigned ? "unsigned int" : "int");
}

std::optional<TypeKind> kind_of_keyword(std::string_view word) {
    if (word == "struct") return TypeKind::structure;
    if (word == "union") return TypeKind::union_type;
    if (word == "enum") return TypeKind::enumeration;
    return std::nullopt;
}

std::optional<TypeRef> find(const TypeLookup& lookup, std::string_view name) {
    for (TypeKind kind : {TypeKind::type_def, TypeKind::integer, TypeKind::structure, TypeKind::union_type,
                          TypeKind::enumeration, TypeKind::enumeration64, TypeKind::floating})
        if (auto found = lookup(name, kind)) return found;
    return std::nullopt;
}

struct Declared {
    std::vector<std::string_view> words;
    unsigned stars = 0;
    std::optional<std::uint64_t> elements;
};

Result<Declared> take_apart(std::string_view text) {
    Declared declared;
    text = trim(text);
    if (text.ends_with(']')) {
        auto open = text.rfind('[');
        if (open == text.npos) return fail("a [ is missing in \"" + std::string(text) + "\"");
        std::string_view digits = trim(text.substr(open + 1, text.size() - open - 2));
        auto count = digits.empty() ? 0 : digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
        if (!count || *count > kMostElements)
            return fail("\"" + std::string(digits) + "\" is no number of elements");
        declared.elements = *count;
        text = trim(text.substr(0, open));
    }
    for (; text.ends_with('*'); text = trim(text.substr(0, text.size() - 1)))
        if (++declared.stars > kMostStars) return fail("too many stars");
    for (std::string_view word : split_words(text))
        if (word != "const" && word != "volatile") declared.words.push_back(word);
    if (declared.words.empty()) return fail("a type's name is missing");
    return declared;
}

}  // namespace

Result<TypeRef> parse_type(const TypeLookup& lookup, std::string_view text) {
    auto declared = take_apart(text);
    if (!declared) return std::unexpected(std::move(declared.error()));
    const auto& words = declared->words;
    std::optional<TypeRef> found;
    auto kind = kind_of_keyword(words[0]);
    std::string name;
    if (kind && words.size() == 2) {
        name = words[1];
        found = lookup(name, *kind);
        if (!found && *kind == TypeKind::enumeration) found = lookup(name, TypeKind::enumeration64);
        if (!found) return fail("no type is called " + std::string(words[0]) + " " + name);
    } else {
        name = base_name(words);
        found = find(lookup, name);
        // BTF names "unsigned long" "long unsigned int"; "void" it does not name at all.
        if (!found && name == "void" && declared->stars)
            if (auto any = find(lookup, "char")) found = TypeRef{any->types, 0, 0, std::nullopt};
        if (!found) return fail("no type is called " + name);
    }
    found->stars = declared->stars;
    found->elements = declared->elements;
    return *found;
}

bool looks_like_type(const TypeLookup& lookup, std::string_view text) {
    auto declared = take_apart(text);
    if (!declared) return false;
    if (kind_of_keyword(declared->words[0])) return true;
    for (std::string_view word : declared->words)
        for (char c : word)
            if (!is_alnum(c) && c != '_') return false;
    return parse_type(lookup, text).has_value();
}

Result<ValuePlace> member_of(const ValuePlace& start, std::string_view path) {
    ValuePlace place = start;
    for (std::string_view step : split(path, '.')) {
        std::string_view name = step.substr(0, step.find('['));
        TypeRef type = place.type;
        if (!type.is_aggregate())
            return fail(type.name() + " is no struct or union: it has no member " + std::string(name));
        auto member = type.types->member(type.id, name);
        if (!member) return fail(type.name() + " has no member " + std::string(name));
        place.type = TypeRef{type.types, member->type, 0, std::nullopt};
        place.address += member->offset;
        place.bit_offset = member->bit_offset;
        place.bit_size = member->bit_size;
        for (auto open = step.find('['); open != step.npos; open = step.find('[', open + 1)) {
            auto close = step.find(']', open);
            std::string_view digits = close == step.npos ? "" : step.substr(open + 1, close - open - 1);
            auto index = digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
            bool is_array =
                place.type.types->type(place.type.types->resolve(place.type.id)).kind == TypeKind::array;
            if (!index || *index > kMostElements)
                return fail("\"" + std::string(step) + "\" has no proper index");
            if (!is_array) return fail(std::string(name) + " is no array but " + place.type.name());
            place.type = *place.type.target();
            place.address += *index * place.type.size();
        }
    }
    return place;
}

}  // namespace inquest
