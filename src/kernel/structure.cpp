#include "kernel/structure.h"

#include <bit>

namespace inquest {

Structure::Structure(Session& session, std::string_view name)
    : session_(session), types_(session.types()), name_(name) {
    if (types_) id_ = types_->find_struct(name);
    if (id_) size_ = types_->size_of(*id_);
}

const std::optional<MemberPlace>& Structure::place(std::string_view path) const {
    auto known = places_.find(path);
    if (known == places_.end())
        known = places_.emplace(path, id_ ? types_->member(*id_, path) : std::nullopt).first;
    return known->second;
}

std::optional<std::uint64_t> Structure::offset(std::string_view path) const {
    const auto& found = place(path);
    return found ? std::optional(found->offset) : std::nullopt;
}

std::uint64_t Structure::size_of(std::string_view path) const {
    const auto& found = place(path);
    return found ? types_->size_of(found->type) : 0;
}

std::uint32_t Structure::elements(std::string_view path) const {
    const auto& found = place(path);
    if (!found) return 0;
    Type type = types_->type(types_->resolve(found->type));
    return type.kind == TypeKind::array ? type.count : 0;
}

std::optional<std::uint64_t> Structure::get(std::uint64_t address, std::string_view path) const {
    const auto& found = place(path);
    if (!found) return std::nullopt;
    const std::uint64_t bytes = found->bit_size
                                    ? std::bit_ceil((found->bit_offset + found->bit_size + 7U) / 8)
                                    : types_->size_of(found->type);
    auto value = read_integer(session_, address + found->offset, bytes);
    if (!value || found->bit_size == 0) return value;
    const std::uint64_t mask =
        found->bit_size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << found->bit_size) - 1;
    return *value >> found->bit_offset & mask;
}

std::optional<std::int64_t> Structure::get_signed(std::uint64_t address, std::string_view path) const {
    auto value = get(address, path);
    if (!value) return std::nullopt;
    const auto& found = place(path);
    const std::uint64_t bits = found->bit_size ? found->bit_size : types_->size_of(found->type) * 8;
    const unsigned unused = static_cast<unsigned>(64 - bits);
    return static_cast<std::int64_t>(*value << unused) >> unused;
}

std::optional<std::int64_t> enumerator(Session& session, std::string_view enumeration,
                                       std::string_view name) {
    const Types* types = session.types();
    auto id = types ? types->find(enumeration, TypeKind::enumeration) : std::nullopt;
    if (!id) return std::nullopt;
    for (auto [one, value] : types->enumerators(*id))
        if (one == name) return value;
    return std::nullopt;
}

std::optional<std::uint64_t> read_integer(const Session& session, std::uint64_t address,
                                          std::uint64_t bytes) {
    switch (bytes) {
        case 1:
            return session.read_as<std::uint8_t>(address);
        case 2:
            return session.read_as<std::uint16_t>(address);
        case 4:
            return session.read_as<std::uint32_t>(address);
        case 8:
            return session.read_as<std::uint64_t>(address);
        default:
            return std::nullopt;
    }
}

std::optional<std::uint64_t> read_global(Session& session, std::string_view name, std::uint64_t bytes) {
    auto address = session.symbols().address_of(name);
    return address ? read_integer(session, *address, bytes) : std::nullopt;
}

}  // namespace inquest
