// A target in a few lines: BTF made record by record, and memory at chosen addresses.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "debuginfo/btf.h"
#include "inspect/types.h"
#include "inspect/value.h"

namespace inquest {

// Each function adds a record and gives its id.
class FakeTypes {
  public:
    struct Field {
        std::string_view name;
        TypeId type;
        std::uint32_t bit_offset;
        std::uint32_t bit_size = 0;
    };

    TypeId integer(std::string_view name, std::uint32_t size, bool is_signed = false) {
        return record(name, 1, 0, false, size, {(is_signed ? 1u << 24 : 0) | size * 8});
    }
    TypeId pointer(TypeId target) { return record("", 2, 0, false, target, {}); }
    TypeId array(TypeId element, std::uint32_t count) {
        return record("", 3, 0, false, 0, {element, element, count});
    }
    TypeId structure(std::string_view name, std::uint32_t size, const std::vector<Field>& fields,
                     bool is_union = false) {
        std::vector<std::uint32_t> words;
        for (const Field& field : fields)
            words.insert(words.end(),
                         {text(field.name), field.type, field.bit_size << 24 | field.bit_offset});
        return record(name, is_union ? 5 : 4, static_cast<std::uint32_t>(fields.size()), true, size, words);
    }
    TypeId enumeration(std::string_view name,
                       const std::vector<std::pair<std::string_view, std::uint32_t>>& values) {
        std::vector<std::uint32_t> words;
        for (auto [value_name, value] : values) words.insert(words.end(), {text(value_name), value});
        return record(name, 6, static_cast<std::uint32_t>(values.size()), false, 4, words);
    }
    TypeId type_def(std::string_view name, TypeId target) { return record(name, 8, 0, false, target, {}); }
    TypeId constant(TypeId target) { return record("", 10, 0, false, target, {}); }
    TypeId prototype(TypeId result, const std::vector<std::pair<std::string_view, TypeId>>& parameters) {
        std::vector<std::uint32_t> words;
        for (auto [name, type] : parameters) words.insert(words.end(), {text(name), type});
        return record("", 13, static_cast<std::uint32_t>(parameters.size()), false, result, words);
    }
    TypeId function(std::string_view name, TypeId its_prototype) {
        return record(name, 12, 0, false, its_prototype, {});
    }

    [[nodiscard]] Btf btf() const {
        std::vector<std::uint32_t> header{
            0x0001eb9f, 24, 0, size(types_), size(types_), static_cast<std::uint32_t>(strings_.size())};
        std::vector<std::uint8_t> bytes(24 + types_.size() * 4 + strings_.size());
        std::memcpy(bytes.data(), header.data(), 24);
        std::memcpy(bytes.data() + 24, types_.data(), types_.size() * 4);
        std::memcpy(bytes.data() + 24 + types_.size() * 4, strings_.data(), strings_.size());
        return Btf::parse(std::move(bytes)).value();
    }

  private:
    static std::uint32_t size(const std::vector<std::uint32_t>& words) {
        return static_cast<std::uint32_t>(words.size() * 4);
    }
    std::uint32_t text(std::string_view name) {
        if (name.empty()) return 0;
        auto at = static_cast<std::uint32_t>(strings_.size());
        strings_.append(name).push_back('\0');
        return at;
    }
    TypeId record(std::string_view name, std::uint32_t kind, std::uint32_t count, bool flag,
                  std::uint32_t size_or_type, const std::vector<std::uint32_t>& rest) {
        types_.insert(types_.end(), {text(name), (flag ? 1u << 31 : 0) | kind << 24 | count, size_or_type});
        types_.insert(types_.end(), rest.begin(), rest.end());
        return ++last_;
    }

    std::vector<std::uint32_t> types_;
    std::string strings_ = std::string(1, '\0');
    TypeId last_ = 0;
};

// Bytes at addresses; everything else was filtered out of the "dump".
class FakeMemory {
  public:
    void put(std::uint64_t address, std::string_view bytes) {
        for (char c : bytes) bytes_[address++] = static_cast<std::uint8_t>(c);
    }
    template <typename T>
    void put_value(std::uint64_t address, T value) {
        put(address, {reinterpret_cast<const char*>(&value), sizeof value});
    }
    void name(std::uint64_t address, std::string symbol) { symbols_[address] = std::move(symbol); }

    [[nodiscard]] ValueSource source() const {
        return {[this](std::uint64_t address, std::span<std::uint8_t> out) {
                    for (auto& byte : out) {
                        auto known = bytes_.find(address++);
                        if (known == bytes_.end()) return ReadOutcome::filtered;
                        byte = known->second;
                    }
                    return ReadOutcome::present;
                },
                [this](std::uint64_t address) {
                    auto known = symbols_.find(address);
                    return known == symbols_.end() ? std::string() : known->second;
                }};
    }

    [[nodiscard]] ReadWord words() const {
        return [source = source()](std::uint64_t address) { return source.word(address); };
    }

  private:
    std::map<std::uint64_t, std::uint8_t> bytes_;
    std::map<std::uint64_t, std::string> symbols_;
};

inline TypeLookup lookup_in(const Types& types) {
    return [&types](std::string_view name, std::optional<TypeKind> kind) -> std::optional<TypeRef> {
        auto id = types.find(name, kind);
        return id ? std::optional(TypeRef{&types, *id, 0, std::nullopt}) : std::nullopt;
    };
}

}  // namespace inquest
