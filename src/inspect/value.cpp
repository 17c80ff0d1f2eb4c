#include "inspect/value.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/declaration.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostElements = 16;
constexpr std::size_t kMostValues = 50000;  // of one answer
constexpr unsigned kMostDepth = 24;         // structs in structs
constexpr std::uint64_t kMostText = 4096;   // of a char array
constexpr std::size_t kMostPointedText = 64;

struct Scalar {
    ReadOutcome outcome;
    std::uint64_t value;
};

bool is_char(const Type& type) {
    return type.kind == TypeKind::integer && type.size == 1 &&
           (type.name == "char" || type.name == "signed char");
}
bool is_bool(const Type& type) { return type.name == "_Bool" || type.name == "bool"; }
bool is_struct(TypeKind kind) { return kind == TypeKind::structure || kind == TypeKind::union_type; }

// As C would have it between quotes: a NUL is \000, so that no digit behind it can join it.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.append("\\").append(1, c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte >= 0x20 && byte < 0x7f) {
            out += c;
        } else {
            out += fmt::format("\\{:03o}", byte);
        }
    }
    return out += '"';
}

Scalar read_scalar(const ValueSource& source, std::uint64_t address, std::uint64_t size,
                   std::uint32_t bit_offset, std::uint32_t bit_size, bool is_signed) {
    std::array<std::uint8_t, 16> bytes{};
    address += bit_offset / 8;
    bit_offset %= 8;
    std::uint64_t length = bit_size ? (bit_offset + bit_size + 7) / 8 : size;
    if (length > 9) return {ReadOutcome::unmapped, 0};
    auto outcome = source.read(address, std::span(bytes).first(length));
    if (outcome != ReadOutcome::present) return {outcome, 0};
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    std::uint32_t bits = bit_size ? bit_size : static_cast<std::uint32_t>(size * 8);
    if (bit_size && bit_offset) {
        value >>= bit_offset;
        value |= std::uint64_t{bytes[8]} << (64 - bit_offset);
    }
    if (bits < 64) {
        value &= (std::uint64_t{1} << bits) - 1;
        if (is_signed && bits > 0 && value >> (bits - 1)) value |= ~std::uint64_t{0} << bits;
    }
    return {ReadOutcome::present, value};
}

class Printer {
  public:
    Printer(const ValueSource& source, const Types& types, bool hexadecimal)
        : source_(source), types_(types), hexadecimal_(hexadecimal) {}

    Json value(TypeId id, std::uint64_t address, std::uint32_t bit_offset, std::uint32_t bit_size,
               unsigned indent) {
        if (++shown_ > kMostValues || indent > kMostDepth * 2) {
            result_.text += "...";
            return {};
        }
        id = types_.resolve(id);
        Type type = types_.type(id);
        if (is_struct(type.kind)) return structure(id, address, indent);
        if (type.kind == TypeKind::array) return array(type.target, type.count, address, indent);
        return scalar(id, type, address, bit_offset, bit_size);
    }

    Json array(TypeId element, std::uint64_t count, std::uint64_t address, unsigned indent) {
        std::uint64_t size = types_.size_of(element);
        Type type = types_.type(types_.resolve(element));
        if (count == 0) {
            result_.text += fmt::format("{{}} (flexible, at {:#x})", address);
            Json json;
            json.set("count", 0);
            json.set("address", hex(address));
            return json;
        }
        if (is_char(type)) return characters(address, count);
        return list(count, [&](std::uint64_t i) { return value(element, address + i * size, 0, 0, indent); });
    }

    Json pointers(std::uint64_t count, std::uint64_t address, bool to_char) {
        return list(count, [&](std::uint64_t i) { return pointer(address + i * 8, to_char); });
    }

    Json pointer(std::uint64_t address, bool to_char) {
        auto read = read_scalar(source_, address, 8, 0, 0, false);
        return read.outcome == ReadOutcome::present ? pointer_value(read.value, to_char)
                                                    : missing(read.outcome);
    }

    ValueText take() { return std::move(result_); }

  private:
    template <typename Element>
    Json list(std::uint64_t count, Element element) {
        result_.text += "{";
        Json::Array elements;
        std::uint64_t shown = std::min(count, kMostElements);
        for (std::uint64_t i = 0; i < shown; ++i) {
            if (i) result_.text += ", ";
            elements.push_back(element(i));
        }
        if (shown < count) result_.text += fmt::format(", ... ({} in all)", count);
        result_.text += "}";
        Json json;
        json.set("count", count);
        json.set("elements", std::move(elements));
        return json;
    }

    Json structure(TypeId id, std::uint64_t address, unsigned indent) {
        Json json{Json::Object{}};
        result_.text += "{\n";
        members(id, address, indent, json);
        result_.text.append(indent, ' ').append("}");
        return json;
    }

    void members(TypeId id, std::uint64_t address, unsigned indent, Json& json) {
        bool first = true;
        for (const Member& member : types_.members(id)) {
            if (!first) result_.text += ",\n";
            first = false;
            if (shown_ > kMostValues) {
                result_.text.append(indent + 2, ' ').append("...");
                break;
            }
            result_.text.append(indent + 2, ' ');
            if (!member.name.empty()) result_.text += escape_for_terminal(member.name) + " = ";
            Json inner = value(member.type, address + member.bit_offset / 8, member.bit_offset % 8,
                               member.bit_size, indent + 2);
            if (!member.name.empty()) {
                json.set(std::string(member.name), std::move(inner));
            } else if (const auto* object = inner.object()) {
                for (const auto& [name, part] : *object) json.set(name, part);
            }
        }
        if (!first) result_.text += "\n";
    }

    Json scalar(TypeId id, const Type& type, std::uint64_t address, std::uint32_t bit_offset,
                std::uint32_t bit_size) {
        switch (type.kind) {
            case TypeKind::pointer:
                return pointer(address, is_char(types_.type(types_.resolve(type.target))));
            case TypeKind::integer:
                if (type.size == 16) return wide(address);
                break;
            case TypeKind::floating:
                return floating(type, address);
            case TypeKind::enumeration:
            case TypeKind::enumeration64:
                break;
            default:
                result_.text += "(" + declaration(types_, id, "") + " has no value)";
                return {};
        }
        bool named = type.kind != TypeKind::integer;
        auto read = read_scalar(source_, address, type.size, bit_offset, bit_size, type.is_signed);
        if (read.outcome != ReadOutcome::present) return missing(read.outcome);
        return named ? enumerator(id, type, read.value) : integer(type, read.value, bit_size);
    }

    Json integer(const Type& type, std::uint64_t value, std::uint32_t bit_size) {
        if (is_bool(type) && value < 2) {
            result_.text += value ? "true" : "false";
            return value != 0;
        }
        auto as_signed = static_cast<std::int64_t>(value);
        if (hexadecimal_) {
            auto bits = bit_size ? bit_size : static_cast<std::uint32_t>(type.size * 8);
            result_.text +=
                fmt::format("{:#x}", bits < 64 ? value & ((std::uint64_t{1} << bits) - 1) : value);
        } else {
            result_.text += type.is_signed ? std::to_string(as_signed) : std::to_string(value);
            if (is_char(type) && value >= 0x20 && value < 0x7f)
                result_.text += fmt::format(" '{}'", static_cast<char>(value));
        }
        if (type.size == 8 && !type.is_signed) return hex(value);
        return as_signed;
    }

    Json enumerator(TypeId id, const Type& type, std::uint64_t value) {
        auto number = static_cast<std::int64_t>(value);
        Json json;
        json.set("value", number);
        for (auto [name, known] : types_.enumerators(id)) {
            if (type.size < 8 ? static_cast<std::uint32_t>(known) != static_cast<std::uint32_t>(number)
                              : known != number)
                continue;
            result_.text += escape_for_terminal(name);
            json.set("name", name);
            return json;
        }
        result_.text += hexadecimal_ ? hex(value) : std::to_string(number);
        json.set("name", nullptr);
        return json;
    }

    Json floating(const Type& type, std::uint64_t address) {
        if (type.size != 4 && type.size != 8) {
            result_.text += "(a float of " + std::to_string(type.size) + " bytes)";
            return {};
        }
        auto read = read_scalar(source_, address, type.size, 0, 0, false);
        if (read.outcome != ReadOutcome::present) return missing(read.outcome);
        double value = 0;
        if (type.size == 8) {
            std::memcpy(&value, &read.value, sizeof value);
        } else {
            float narrow = 0;
            std::memcpy(&narrow, &read.value, sizeof narrow);
            value = static_cast<double>(narrow);
        }
        result_.text += fmt::format("{}", value);
        return value;
    }

    Json wide(std::uint64_t address) {
        auto low = read_scalar(source_, address, 8, 0, 0, false),
             high = read_scalar(source_, address + 8, 8, 0, 0, false);
        for (const Scalar& half : {low, high})
            if (half.outcome != ReadOutcome::present) return missing(half.outcome);
        std::string text = high.value ? fmt::format("{:#x}{:016x}", high.value, low.value) : hex(low.value);
        result_.text += text;
        return text;
    }

    Json pointer_value(std::uint64_t value, bool to_char) {
        std::string symbol = value ? source_.symbol(value) : "";
        result_.text += fmt::format("{:#x}", value);
        Json json;
        json.set("address", hex(value));
        json.set("symbol", symbol.empty() ? Json() : Json(symbol));
        if (!symbol.empty()) result_.text += " <" + escape_for_terminal(symbol) + ">";
        if (to_char && value)
            if (auto text = pointed_text(value)) {
                result_.text += " " + quoted(*text);
                json.set("text", *text);
            }
        return json;
    }

    // Only text that ends and prints is shown: a char pointer may point to anything.
    std::optional<std::string> pointed_text(std::uint64_t address) const {
        std::string text;
        while (text.size() < kMostPointedText) {
            std::uint8_t byte = 0;
            if (source_.read(address + text.size(), {&byte, 1}) != ReadOutcome::present) return std::nullopt;
            if (byte == 0) return text;
            if (byte < 0x20 && byte != '\n' && byte != '\t') return std::nullopt;
            text += static_cast<char>(byte);
        }
        return text + "...";
    }

    Json characters(std::uint64_t address, std::uint64_t count) {
        std::string text(std::min(count, kMostText), '\0');
        auto outcome = source_.read(address, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
        if (outcome != ReadOutcome::present) return missing(outcome);
        text.resize(text.find_last_not_of('\0') + 1);
        result_.text += quoted(text);
        if (count > kMostText) result_.text += fmt::format("... ({} in all)", count);
        return text.substr(0, text.find('\0'));
    }

    Json missing(ReadOutcome outcome) {
        ++result_.missing;
        result_.text.append("(").append(name_of(outcome)).append(")");
        Json json;
        json.set("missing", name_of(outcome));
        return json;
    }

    const ValueSource& source_;
    const Types& types_;
    bool hexadecimal_;
    std::size_t shown_ = 0;
    ValueText result_;
};

}  // namespace

std::optional<std::uint64_t> ValueSource::word(std::uint64_t address) const {
    std::uint64_t value = 0;
    if (read(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}) != ReadOutcome::present)
        return std::nullopt;
    return value;
}

std::uint64_t TypeRef::size() const {
    std::uint64_t one = stars ? 8 : types->size_of(id);
    return !elements ? one : *elements > (UINT64_MAX >> 34) ? 0 : one * *elements;
}

std::string TypeRef::name() const {
    std::string array = elements ? "[" + (*elements ? std::to_string(*elements) : "") + "]" : "";
    return declaration(*types, id, stars, array);
}

std::optional<TypeRef> TypeRef::target() const {
    if (elements) return TypeRef{types, id, stars, std::nullopt};
    if (stars) return TypeRef{types, id, stars - 1, std::nullopt};
    Type type = types->type(types->resolve(id));
    if (type.kind != TypeKind::pointer && type.kind != TypeKind::array) return std::nullopt;
    return TypeRef{types, type.target, 0, std::nullopt};
}

bool TypeRef::is_pointer() const {
    return !elements && (stars || types->type(types->resolve(id)).kind == TypeKind::pointer);
}

bool TypeRef::is_aggregate() const {
    return !elements && !stars && is_struct(types->type(types->resolve(id)).kind);
}

ValueText show_value(const ValueSource& source, const ValuePlace& place, bool hexadecimal, unsigned indent) {
    const TypeRef& type = place.type;
    Printer printer(source, *type.types, hexadecimal);
    Json json;
    bool to_char = type.stars == 1 && is_char(type.types->type(type.types->resolve(type.id)));
    if (type.elements && type.stars) {
        json = printer.pointers(*type.elements, place.address, to_char);
    } else if (type.elements) {
        json = printer.array(type.id, *type.elements, place.address, indent);
    } else if (type.stars) {
        json = printer.pointer(place.address, to_char);
    } else {
        json = printer.value(type.id, place.address, place.bit_offset, place.bit_size, indent);
    }
    ValueText shown = printer.take();
    shown.json = std::move(json);
    return shown;
}

std::optional<std::uint64_t> scalar_value(const ValueSource& source, const ValuePlace& place) {
    if (place.type.elements) return std::nullopt;
    if (place.type.stars) return source.word(place.address);
    Type type = place.type.types->type(place.type.types->resolve(place.type.id));
    bool is_pointer = type.kind == TypeKind::pointer;
    if (!is_pointer && type.kind != TypeKind::integer && type.kind != TypeKind::enumeration &&
        type.kind != TypeKind::enumeration64)
        return std::nullopt;
    auto read = read_scalar(source, place.address, is_pointer ? 8 : type.size, place.bit_offset,
                            place.bit_size, type.is_signed);
    return read.outcome == ReadOutcome::present ? std::optional(read.value) : std::nullopt;
}

}  // namespace inquest
