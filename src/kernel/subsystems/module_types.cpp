#include "kernel/subsystems/module_types.h"

namespace inquest {
namespace {
constexpr std::size_t kMostModules = 4096;
constexpr std::uint64_t kMostBytes = 64 << 20;
}  // namespace

std::vector<ModuleTypes> read_module_types(Session& session) {
    std::vector<ModuleTypes> found;
    const Btf* base = session.btf();
    auto head = session.symbols().address_of("btf_modules");
    if (!base || !head) return found;
    auto list = base->offset_of("btf_module", "list"), module = base->offset_of("btf_module", "module"),
         btf = base->offset_of("btf_module", "btf");
    auto data = base->offset_of("btf", "data"), size = base->offset_of("btf", "data_size");
    if (!list || !module || !btf || !data || !size) return found;
    auto next = session.read_pointer(*head);
    for (std::size_t i = 0; next && *next != *head && i < kMostModules; ++i) {
        const std::uint64_t entry = *next - *list;
        next = session.read_pointer(*next);
        auto of = session.read_pointer(entry + *module), described = session.read_pointer(entry + *btf);
        auto bytes = described ? session.read_pointer(*described + *data) : std::nullopt;
        auto length = described ? session.read_as<std::uint32_t>(*described + *size) : std::nullopt;
        if (!of || !bytes || !length) continue;
        auto types = Btf::parse(session.memory().bytes(*bytes, *length, kMostBytes), base);
        if (types) found.push_back({*of, std::make_unique<const Btf>(std::move(*types))});
    }
    return found;
}

}  // namespace inquest
