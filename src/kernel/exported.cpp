#include "kernel/exported.h"

#include <memory>

#include "debuginfo/exports.h"

namespace inquest {

std::optional<std::uint64_t> find_exported(Session& session, std::string_view name) {
    if (auto address = session.symbols().address_of(name)) return address;
    if (auto address = session.info().symbol(name)) return address;
    // Every kernel has this variable, so that its lack tells of the table's.
    if (session.symbols().address_of("init_mm")) return std::nullopt;
    const std::uint64_t stext = session.info().symbol("_stext").value_or(0);
    if (stext == 0) return std::nullopt;
    constexpr std::uint64_t kMostImage = 96 << 20;
    auto& image = session.image_bytes();
    if (!image)
        image = std::make_unique<ImageBytes>(session.memory(), stext & ~std::uint64_t{0xffff}, kMostImage);
    return image->exported(name);
}

}  // namespace inquest
