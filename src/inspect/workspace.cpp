#include "inspect/workspace.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/global_types.h"

namespace inquest {

Workspace::Workspace(Session& session, std::function<bool()> stopped)
    : session_(session), stopped_(std::move(stopped)) {
    values_.read = [this](std::uint64_t address, std::span<std::uint8_t> out) {
        return session_.read(address, out);
    };
    values_.symbol = [this](std::uint64_t address) { return symbol_text(address); };
}

CodeMap& Workspace::code() {
    if (!code_) code_.emplace(session_);
    return *code_;
}

SourceLines& Workspace::lines() {
    if (!lines_) lines_.emplace(session_, code());
    return *lines_;
}

Identifier& Workspace::identifier() {
    if (!identifier_) identifier_.emplace(session_, code(), tasks());
    return *identifier_;
}

dataflow::DataFlow& Workspace::flow() {
    if (!flow_) flow_.emplace(session_, code());
    return *flow_;
}

const TaskList& Workspace::tasks() {
    if (!tasks_) tasks_ = list_tasks(session_);
    return *tasks_;
}

std::vector<Symbol> Workspace::symbols_named(std::string_view name) {
    auto found = session_.symbols().named(name);
    for (const ModuleView& module : code().modules().modules)
        for (const Symbol& symbol : code().symbols_of(module).named(name)) found.push_back(symbol);
    for (const GeneratedCode& generated : code().generated())
        if (generated.name == name) found.push_back(symbol_of(generated));
    return found;
}

std::string Workspace::symbol_text(std::uint64_t address) {
    // Most words of memory are no addresses of the kernel's image or modules.
    constexpr std::uint64_t kLowestKernelAddress = std::uint64_t{0xffff} << 48;
    if (address < kLowestKernelAddress) return "";
    auto symbol = code().symbol_at(address);
    if (!symbol) return "";
    std::string text(symbol->name);
    if (address != symbol->address) text += "+" + hex(address - symbol->address);
    if (!symbol->module.empty()) text.append(" [").append(symbol->module).append("]");
    return text;
}

Result<Symbol> Workspace::symbol_named(std::string_view name) {
    auto found = symbols_named(name);
    if (found.empty()) return fail("there is no symbol " + std::string(name));
    auto same = [&](const Symbol& symbol) { return symbol.address == found.front().address; };
    if (!std::ranges::all_of(found, same))
        return fail(std::to_string(found.size()) + " symbols are called " + std::string(name) + "; sym " +
                    std::string(name) + " lists their addresses");
    return found.front();
}

Result<std::uint64_t> Workspace::address_of(std::string_view text) {
    std::uint64_t offset = 0;
    std::string_view name = text;
    if (auto plus = text.find('+'); plus != text.npos) {
        std::string_view digits = text.substr(plus + 1);
        auto value = digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
        if (!value) return fail("\"" + std::string(digits) + "\" is no offset (0x1c, 28)");
        offset = *value;
        name = text.substr(0, plus);
    }
    if (!name.starts_with("0x") && !symbols_named(name).empty()) {
        auto symbol = symbol_named(name);
        if (!symbol) return std::unexpected(std::move(symbol.error()));
        return symbol->address + offset;
    }
    if (auto address = parse_hex(name)) return *address + offset;
    return fail("\"" + std::string(text) + "\" is neither a symbol nor an address");
}

std::pair<std::string_view, std::optional<std::string_view>> split_cpus(std::string_view text) {
    auto colon = text.rfind(':');
    if (colon == text.npos) return {text, std::nullopt};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<std::vector<unsigned>> Workspace::cpus_of(std::string_view list) {
    const std::size_t count = cpu_offsets().size();
    if (count == 0) return fail("the dump does not tell where per-CPU variables are");
    std::vector<unsigned> cpus;
    auto add = [&](std::uint64_t first, std::uint64_t last) {
        for (; first <= last && first < count; ++first) cpus.push_back(static_cast<unsigned>(first));
    };
    if (list.empty()) {
        if (auto cpu = crashing_cpu(session_)) add(*cpu, *cpu);
        if (cpus.empty()) return fail("the dump does not tell which CPU crashed; name one behind the colon");
        return cpus;
    }
    for (std::string_view part : split(list, ',')) {
        if (part == "a" || part == "all") {
            add(0, count - 1);
            continue;
        }
        auto dash = part.find('-');
        auto first = parse_dec(part.substr(0, dash));
        auto last = dash == part.npos ? first : parse_dec(part.substr(dash + 1));
        if (!first || !last || *first > *last || *last >= count)
            return fail("\"" + std::string(part) + "\" is no CPU: there are 0 to " +
                        std::to_string(count - 1));
        add(*first, *last);
    }
    return cpus;
}

Result<std::vector<Workspace::CpuAddress>> Workspace::addresses_of(std::string_view text) {
    auto [name, list] = split_cpus(text);
    if (!list) {
        auto address = address_of(name);
        if (!address) return std::unexpected(std::move(address.error()));
        if (auto symbols = symbols_named(name); !symbols.empty() && is_per_cpu(symbols.front()))
            return fail(std::string(name) + " is a per-CPU variable; say of which CPU: " + std::string(name) +
                        ":0, or :a for all");
        return std::vector{CpuAddress{std::nullopt, *address}};
    }
    auto cpus = cpus_of(*list);
    if (!cpus) return std::unexpected(std::move(cpus.error()));
    auto address = address_of(name);
    if (!address) return std::unexpected(std::move(address.error()));
    std::vector<CpuAddress> addresses;
    for (unsigned cpu : *cpus) addresses.push_back({cpu, *address + cpu_offsets()[cpu]});
    return addresses;
}

std::optional<TypeRef> Workspace::find_type(std::string_view name, std::optional<TypeKind> kind) {
    const Types* types = session_.types();
    if (!types) return std::nullopt;
    if (auto id = types->find(name, kind)) return TypeRef{types, *id, 0, std::nullopt};
    if (!module_types_) module_types_ = read_module_types(session_);
    for (const ModuleTypes& module : *module_types_)
        if (auto id = module.types->find(name, kind))
            return TypeRef{module.types.get(), *id, 0, std::nullopt};
    return std::nullopt;
}

Result<TypeRef> Workspace::type_named(std::string_view text) {
    return parse_type([this](auto name, auto kind) { return find_type(name, kind); }, text);
}

std::optional<TypeRef> Workspace::type_of_symbol(std::string_view name) {
    auto symbol = symbol_named(name);
    if (!symbol) return std::nullopt;
    std::optional<TypeRef> type;
    if (auto variable = find_type(name, TypeKind::variable)) {
        type = TypeRef{variable->types, variable->types->type(variable->id).target, 0, std::nullopt};
    } else if (auto known = global_type(name); known && symbol->module.empty()) {
        if (auto parsed = type_named(*known)) type = *parsed;
    }
    if (!type) return std::nullopt;
    if (type->elements == 0) {  // of unknown length: a text ends itself, anything else where the symbol does
        std::uint64_t one = type->target()->size();
        type->elements =
            one == 1
                ? session_.read_string(symbol->address, std::min<std::uint64_t>(symbol->size, 4096)).size()
            : one ? symbol->size / one
                  : 0;
    }
    // A type that does not fit in front of the next symbol is the wrong one.
    if (symbol->size && type->size() > symbol->size) return std::nullopt;
    return type;
}

bool Workspace::is_per_cpu(const Symbol& symbol) {
    auto start = session_.symbols().address_of("__per_cpu_start"),
         end = session_.symbols().address_of("__per_cpu_end");
    return symbol.module.empty() && start && end && symbol.address >= *start && symbol.address < *end;
}

const std::vector<std::uint64_t>& Workspace::cpu_offsets() {
    if (!cpu_offsets_) {
        cpu_offsets_.emplace();
        auto table = session_.symbols().address_of("__per_cpu_offset");
        auto ids = session_.symbols().address_of("nr_cpu_ids");
        constexpr std::uint32_t kMostCpus = 8192;  // the largest CONFIG_NR_CPUS
        std::uint32_t count = ids ? session_.read_as<std::uint32_t>(*ids).value_or(0) : 0;
        for (std::uint32_t cpu = 0; table && cpu < std::min(count, kMostCpus); ++cpu) {
            auto offset = session_.read_pointer(*table + cpu * 8);
            if (!offset) break;
            cpu_offsets_->push_back(*offset);
        }
    }
    return *cpu_offsets_;
}

ExpressionScope Workspace::scope(std::optional<unsigned> cpu) {
    return {values_, [this](auto name, auto kind) { return find_type(name, kind); },
            [this, cpu](std::string_view name) -> Result<std::uint64_t> {
                auto symbol = symbol_named(name);
                if (!symbol) return std::unexpected(std::move(symbol.error()));
                if (!is_per_cpu(*symbol)) return symbol->address;
                if (!cpu || *cpu >= cpu_offsets().size())
                    return fail(std::string(name) + " is a per-CPU variable; say of which CPU: " +
                                std::string(name) + ":0, or :a for all");
                return symbol->address + cpu_offsets()[*cpu];
            },
            [this](std::string_view name) { return type_of_symbol(name); }};
}

}  // namespace inquest
