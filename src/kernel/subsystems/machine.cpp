#include "kernel/subsystems/machine.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "kernel/subsystems/clock.h"

namespace inquest {
namespace {

// include/uapi/linux/utsname.h: nodename is the second of six fields of 65 bytes.
constexpr std::uint64_t kUtsField = 65;
constexpr std::size_t kMostCpus = 8192;
// include/linux/sched/loadavg.h: FSHIFT.
constexpr double kLoadUnit = 1 << 11;

std::vector<unsigned> bits_of(Session& session, std::string_view mask) {
    std::vector<unsigned> bits;
    auto address = session.symbols().address_of(mask), ids = session.symbols().address_of("nr_cpu_ids");
    auto count = ids ? session.read_as<std::uint32_t>(*ids) : std::nullopt;
    if (!address || !count || *count > kMostCpus) return bits;
    for (unsigned cpu = 0; cpu < *count; ++cpu) {
        auto word = session.read_pointer(*address + cpu / 64 * 8);
        if (word && *word >> cpu % 64 & 1) bits.push_back(cpu);
    }
    return bits;
}

std::optional<std::array<double, 3>> load_of(Session& session) {
    auto address = session.symbols().address_of("avenrun");
    auto values = address ? session.read_as<std::array<std::uint64_t, 3>>(*address) : std::nullopt;
    if (!values) return std::nullopt;
    std::array<double, 3> load{};
    std::ranges::transform(*values, load.begin(),
                           [](std::uint64_t value) { return static_cast<double>(value) / kLoadUnit; });
    return load;
}

std::string node_of(Session& session) {
    auto name = session.info().symbol("init_uts_ns");
    if (!name) name = session.symbols().address_of("init_uts_ns");
    const Types* types = session.types();
    auto at = types ? types->offset_of("uts_namespace", "name") : std::nullopt;
    if (!at) at = session.info().offset("uts_namespace.name");
    return name && at ? session.read_string(*name + *at + kUtsField, kUtsField - 1) : "";
}

std::optional<std::uint64_t> memory_of(Session& session) {
    auto pages = session.symbols().address_of("_totalram_pages");  // since 5.0 (ca79b0c211af)
    if (!pages) pages = session.symbols().address_of("totalram_pages");
    auto count = pages ? session.read_as<std::uint64_t>(*pages) : std::nullopt;
    constexpr std::uint64_t kMostPages = std::uint64_t{1} << 40;
    if (!count || *count == 0 || *count > kMostPages) return std::nullopt;
    return *count * session.facts().page_size;
}

// Whether the instruction bytes at `at` hold the address: as a sign-extended immediate, or relative to the
// instruction's end.
bool names_address(std::span<const std::uint8_t> code, std::size_t at, std::uint64_t start,
                   std::uint64_t address) {
    std::int32_t value = 0;
    std::memcpy(&value, code.data() + at, sizeof value);
    const auto wide = static_cast<std::uint64_t>(std::int64_t{value});
    return wide == address || start + at + sizeof value + wide == address;
}

}  // namespace

Machine read_machine(Session& session) {
    Machine machine;
    machine.node = node_of(session);
    // kernel/printk/printk.c: dump_stack_arch_desc_str, 128 bytes (lib/dump_stack.c since 5.13).
    if (auto text = session.symbols().address_of("dump_stack_arch_desc_str"))
        machine.hardware = trim(session.read_string(*text, 128));
    if (auto clocks = clocks_at_crash(session)) {
        machine.time = clocks->wall;
        machine.uptime = clocks->uptime;
    }
    if (auto time = parse_dec(session.info().value("CRASHTIME")))
        machine.time = static_cast<std::int64_t>(*time);
    machine.load = load_of(session);
    machine.memory = memory_of(session);
    // A CPU that panic() stopped leaves the online mask (x86: stop_this_cpu), but stays in the active one.
    machine.cpus = bits_of(session, "__cpu_active_mask");
    if (machine.cpus.empty()) machine.cpus = bits_of(session, "__cpu_online_mask");
    for (unsigned cpu : bits_of(session, "__cpu_present_mask"))
        if (!machine.cpus.empty() && std::ranges::find(machine.cpus, cpu) == machine.cpus.end())
            machine.offline.push_back(cpu);
    return machine;
}

std::string panic_message(Session& session) {
    constexpr std::uint64_t kMostCode = 4096, kBuffer = 1024;
    if (session.arch().name != "x86_64") return "";
    std::vector<std::uint64_t> buffers;
    for (std::string_view name : {"buf.0", "buf.1", "buf.2", "buf.3", "buf.4", "buf.5", "buf"})
        for (const Symbol& symbol : session.symbols().named(name))
            if (symbol.size >= kBuffer) buffers.push_back(symbol.address);
    for (std::string_view name : {"vpanic", "panic"})
        for (const Symbol& function : session.symbols().named(name)) {
            std::vector<std::uint8_t> code(std::min(function.size, kMostCode));
            if (session.read(function.address, code) != ReadOutcome::present) continue;
            for (std::size_t at = 0; at + 4 <= code.size(); ++at)
                for (std::uint64_t buffer : buffers)
                    if (names_address(code, at, function.address, buffer))
                        return std::string(trim(session.read_string(buffer, kBuffer - 1)));
        }
    return "";
}

}  // namespace inquest
