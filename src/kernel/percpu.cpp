#include "kernel/percpu.h"

namespace inquest {
namespace {
constexpr std::uint64_t kMostCpus = 8192;  // the largest CONFIG_NR_CPUS
}

std::vector<std::uint64_t> per_cpu_addresses(Session& session, std::string_view name) {
    std::vector<std::uint64_t> addresses;
    auto offsets = session.symbols().address_of("__per_cpu_offset"),
         variable = session.symbols().address_of(name);
    auto ids = session.symbols().address_of("nr_cpu_ids");
    if (!offsets || !variable) return addresses;
    std::uint64_t cpus = ids ? session.read_as<std::uint32_t>(*ids).value_or(0) : 0;
    if (cpus == 0 || cpus > kMostCpus) cpus = 1;
    for (std::uint64_t cpu = 0; cpu < cpus; ++cpu)
        if (auto offset = session.read_pointer(*offsets + cpu * 8)) addresses.push_back(*variable + *offset);
    return addresses;
}

std::vector<std::uint64_t> per_cpu_pointers(Session& session, std::string_view name, std::uint64_t offset) {
    auto values = per_cpu_addresses(session, name);
    for (auto& value : values) value = session.read_pointer(value + offset).value_or(0);
    return values;
}

}  // namespace inquest
