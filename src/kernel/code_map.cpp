#include "kernel/code_map.h"

#include <algorithm>

#include "kernel/subsystems/module_symbols.h"

namespace inquest {
namespace {
constexpr std::uint64_t kKernelHalf = std::uint64_t{1} << 63;
}

CodeMap::CodeMap(Session& session) : session_(session), modules_(list_modules(session)) {
    const SymbolTable& symbols = session.symbols();
    auto at = [&](std::string_view name) { return symbols.address_of(name).value_or(0); };
    start_ = at("_stext");
    end_ = at("_etext");
    init_start_ = at("_sinittext");
    init_end_ = at("_einittext");
    // Without CONFIG_KALLSYMS_ALL there are no symbols but those of code.
    image_end_ = std::max({at("_end"), end_, init_end_});
    std::uint64_t ip_table = at("__start_orc_unwind_ip"), ip_end = at("__stop_orc_unwind_ip"),
                  entries = at("__start_orc_unwind");
    if (ip_table && ip_end > ip_table && entries)
        if (auto table = OrcTable::open(session.memory(), ip_table, entries, (ip_end - ip_table) / 4))
            orc_ = std::move(*table);
}

bool CodeMap::is_own_text(std::uint64_t address) const {
    auto inside = [&](std::uint64_t first, std::uint64_t last) { return address >= first && address < last; };
    return inside(start_, end_) || inside(init_start_, init_end_);
}

bool CodeMap::is_text(std::uint64_t address) const {
    return is_own_text(address) || module_at(address) || generated_at(address);
}

const std::vector<GeneratedCode>& CodeMap::generated() const {
    if (!generated_) generated_ = list_generated_code(session_);
    return *generated_;
}

const GeneratedCode* CodeMap::generated_at(std::uint64_t address) const {
    // All of it lies in the kernel's half; most of what is asked for does not.
    if (address < kKernelHalf) return nullptr;
    for (const GeneratedCode& code : generated())
        if (code.holds(address)) return &code;
    return nullptr;
}

const ModuleView* CodeMap::module_at(std::uint64_t address) const {
    for (const ModuleView& module : modules_.modules)
        if (address >= module.text && address - module.text < module.text_size) return &module;
    return nullptr;
}

const SymbolTable& CodeMap::symbols_of(const ModuleView& module) {
    auto [known, is_new] = module_symbols_.try_emplace(module.address);
    if (is_new) {
        add_module_symbols(session_, module, known->second);
        known->second.seal();
    }
    return known->second;
}

std::optional<Symbol> CodeMap::symbol_at(std::uint64_t address) {
    for (const ModuleView& module : modules_.modules)
        for (const ModuleMemory& memory : module.memory) {
            if (!memory.holds(address)) continue;
            auto symbol = symbols_of(module).at(address);
            if (!symbol || !memory.holds(symbol->address)) return std::nullopt;
            // The last symbol of a block ends where the linker said, not where the next block's begins.
            const bool last = symbol->size == 0 || !memory.holds(symbol->address + symbol->size);
            auto size = last ? linked_size(session_, module, *symbol) : std::nullopt;
            return size && *size && address - symbol->address >= *size ? std::nullopt : symbol;
        }
    if (!is_own_text(address))
        if (const GeneratedCode* code = generated_at(address)) return symbol_of(*code);
    return address >= start_ && address < image_end_ ? session_.symbols().at(address) : std::nullopt;
}

CodeRef CodeMap::describe(std::uint64_t address, bool exact) {
    CodeRef place;
    place.address = address;
    const std::uint64_t looked_up = exact ? address : address - 1;
    const ModuleView* module = module_at(looked_up);
    if (!module && !is_own_text(looked_up)) {
        const GeneratedCode* code = generated_at(looked_up);
        if (!code) return place;
        place.symbol = code->name;
        place.offset = address - code->start;
        place.size = code->end - code->start;
        place.module = code->module;
        return place;
    }
    auto symbol = module ? symbols_of(*module).at(looked_up) : session_.symbols().at(looked_up);
    if (module) place.module = module->name;
    if (!symbol) return place;
    place.symbol = symbol->name;
    place.offset = address - symbol->address;
    // A module's last function ends where its text does (kernel/module/kallsyms.c: find_kallsyms_symbol).
    std::uint64_t size = module ? std::min(symbol->size ? symbol->size : UINT64_MAX,
                                           module->text + module->text_size - symbol->address)
                                : symbol->size;
    if (size) place.size = size;
    return place;
}

std::optional<OrcEntry> CodeMap::orc(std::uint64_t address) {
    const ModuleView* module = module_at(address);
    if (!module) {
        if (!is_own_text(address)) {
            const GeneratedCode* code = generated_at(address);
            address = code ? code->unwind_at : 0;
        }
        return orc_ && address ? orc_->find(address) : std::nullopt;
    }
    auto [known, is_new] = module_orc_.try_emplace(module->address);
    if (is_new && module->orc_ip && module->orc)
        if (auto table = OrcTable::open(session_.memory(), module->orc_ip, module->orc, module->orc_count))
            known->second = std::move(*table);
    return known->second ? known->second->find(address) : std::nullopt;
}

}  // namespace inquest
