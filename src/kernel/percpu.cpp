#include "kernel/percpu.h"

namespace inquest {
namespace {
constexpr std::uint64_t kMostCpus = 8192;  // the largest CONFIG_NR_CPUS
}

std::vector<std::uint64_t> per_cpu_offsets(Session& session) {
    std::vector<std::uint64_t> offsets;
    auto table = session.symbols().address_of("__per_cpu_offset"),
         ids = session.symbols().address_of("nr_cpu_ids");
    if (!table) return offsets;
    std::uint64_t cpus = ids ? session.read_as<std::uint32_t>(*ids).value_or(0) : 0;
    if (cpus == 0 || cpus > kMostCpus) cpus = 1;
    for (std::uint64_t cpu = 0; cpu < cpus; ++cpu) {
        auto offset = session.read_pointer(*table + cpu * 8);
        if (!offset) break;
        offsets.push_back(*offset);
    }
    return offsets;
}

std::vector<std::uint64_t> per_cpu_addresses(Session& session, std::string_view name) {
    auto variable = session.symbols().address_of(name);
    if (!variable) return {};
    auto addresses = per_cpu_offsets(session);
    for (auto& address : addresses) address += *variable;
    return addresses;
}

std::vector<std::uint64_t> per_cpu_allocations(Session& session, std::string_view name) {
    auto variable = session.symbols().address_of(name);
    auto pointer = variable ? session.read_pointer(*variable) : std::nullopt;
    if (!pointer || !*pointer) return {};
    auto addresses = per_cpu_offsets(session);
    for (auto& address : addresses) address += *pointer;
    return addresses;
}

std::vector<std::uint64_t> per_cpu_pointers(Session& session, std::string_view name, std::uint64_t offset) {
    auto values = per_cpu_addresses(session, name);
    for (auto& value : values) value = session.read_pointer(value + offset).value_or(0);
    return values;
}

}  // namespace inquest
