#include "kernel/subsystems/module.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <elf.h>
#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "kernel/subsystems/module_tree.h"

namespace inquest {
namespace {

constexpr std::size_t kMostModules = 10000;
constexpr std::uint64_t kMostModuleSymbols = 1 << 20, kLongestName = 512;

struct Layout {
    std::uint64_t list = 0, name = 0, kallsyms = 0;
    std::optional<std::uint64_t> state, taints, symtab, num_symtab, strtab, typetab;
    std::optional<std::uint64_t> base, size, text_size;  // in struct module, up to 6.3
    std::optional<std::uint64_t> mem, mem_base, mem_size,
        mem_stride;  // mem[MOD_TEXT] is the first, since 6.4
    std::uint64_t mem_count = 0;
    std::optional<std::uint64_t> exports, export_count;
    std::optional<std::uint64_t> orc_ip, orc, orc_count;

    static std::optional<Layout> find(const Types& btf) {
        auto at = [&](std::string_view path) { return btf.offset_of("module", path); };
        auto list = at("list"), name = at("name"), kallsyms = at("kallsyms"), taints = at("taints");
        if (!list || !name || !kallsyms) return std::nullopt;
        Layout layout;
        layout.list = *list;
        layout.name = *name;
        layout.kallsyms = *kallsyms;
        layout.state = at("state");
        layout.taints = taints;
        layout.symtab = btf.offset_of("mod_kallsyms", "symtab");
        layout.num_symtab = btf.offset_of("mod_kallsyms", "num_symtab");
        layout.strtab = btf.offset_of("mod_kallsyms", "strtab");
        layout.typetab = btf.offset_of("mod_kallsyms", "typetab");
        layout.base = at("core_layout.base");
        layout.size = at("core_layout.size");
        layout.text_size = at("core_layout.text_size");
        if (auto id = btf.find_struct("module")) {
            if (auto mem = btf.member(*id, "mem")) {
                Type array = btf.type(btf.resolve(mem->type));
                layout.mem = mem->offset;
                layout.mem_count = array.count;
                layout.mem_stride = btf.size_of(array.target);
                layout.mem_base = btf.offset_of("module_memory", "base");
                layout.mem_size = btf.offset_of("module_memory", "size");
            }
        }
        layout.exports = at("syms");
        layout.export_count = at("num_syms");
        layout.orc_ip = at("arch.orc_unwind_ip");
        layout.orc = at("arch.orc_unwind");
        layout.orc_count = at("arch.num_orcs");
        return layout;
    }
};

// kernel/panic.c: the letters of taint_flags[], those that a module can carry.
std::string taint_letters(std::uint64_t taints) {
    static constexpr std::pair<unsigned, char> kLetters[] = {
        {0, 'P'}, {1, 'F'}, {10, 'C'}, {12, 'O'}, {13, 'E'}, {15, 'K'}, {16, 'X'}, {17, 'T'}, {18, 'N'}};
    std::string letters;
    for (auto [bit, letter] : kLetters)
        if (taints >> bit & 1) letters += letter;
    return letters;
}

ModuleView read_module(const Session& session, const Layout& layout, std::uint64_t address) {
    ModuleView module;
    module.address = address;
    auto pointer = [&](std::uint64_t at) { return session.read_pointer(at).value_or(0); };
    auto word = [&](std::uint64_t at) -> std::uint64_t {
        return session.read_as<std::uint32_t>(at).value_or(0);
    };
    module.name = session.read_string(address + layout.name, 64);
    if (layout.taints) module.taints = taint_letters(pointer(address + *layout.taints));
    if (layout.base && layout.size) {
        module.text = pointer(address + *layout.base);
        module.size = word(address + *layout.size);
        module.text_size = layout.text_size ? word(address + *layout.text_size) : module.size;
        module.memory.push_back({module.text, module.size});
    } else if (layout.mem && layout.mem_base && layout.mem_size) {
        module.text = pointer(address + *layout.mem + *layout.mem_base);
        module.text_size = word(address + *layout.mem + *layout.mem_size);
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(layout.mem_count, 16); ++i) {
            const std::uint64_t place = address + *layout.mem + i * *layout.mem_stride;
            module.memory.push_back({pointer(place + *layout.mem_base), word(place + *layout.mem_size)});
            module.size += module.memory.back().size;
        }
    }
    if (std::uint64_t kallsyms = pointer(address + layout.kallsyms);
        kallsyms && layout.symtab && layout.num_symtab && layout.strtab) {
        module.symbols = pointer(kallsyms + *layout.symtab);
        module.symbol_count = word(kallsyms + *layout.num_symtab);
        module.strings = pointer(kallsyms + *layout.strtab);
        module.types = layout.typetab ? pointer(kallsyms + *layout.typetab) : 0;
    }
    if (layout.exports && layout.export_count) {
        module.exports = pointer(address + *layout.exports);
        module.export_count = word(address + *layout.export_count);
    }
    if (layout.orc_ip && layout.orc && layout.orc_count) {
        module.orc_ip = pointer(address + *layout.orc_ip);
        module.orc = pointer(address + *layout.orc);
        module.orc_count = word(address + *layout.orc_count);
    }
    return module;
}

// struct kernel_symbol: two 4-byte place-relative references first (x86, arm64; since 4.19).
std::set<std::pair<std::uint64_t, std::string>> exported_symbols(Session& session, const ModuleView& module) {
    std::set<std::pair<std::uint64_t, std::string>> exported;
    const Types* types = session.types();
    auto value = types ? types->offset_of("kernel_symbol", "value_offset") : std::nullopt,
         name = types ? types->offset_of("kernel_symbol", "name_offset") : std::nullopt;
    if (!value || !name || module.export_count > kMostModuleSymbols) return exported;
    const std::uint64_t size = types->size_of(*types->find_struct("kernel_symbol"));
    auto target = [&](std::uint64_t place) {
        return place +
               static_cast<std::uint64_t>(std::int64_t{session.read_as<std::int32_t>(place).value_or(0)});
    };
    for (std::uint64_t i = 0; i < module.export_count; ++i) {
        const std::uint64_t at = module.exports + i * size;
        exported.emplace(target(at + *value), session.read_string(target(at + *name), kLongestName));
    }
    return exported;
}

// A list_head that is no empty list and whose neighbours point back to it.
bool is_list_head(const Session& session, std::uint64_t address) {
    auto next = session.read_pointer(address), previous = session.read_pointer(address + 8);
    return next && previous && *next != address && session.read_pointer(*next + 8) == address &&
           session.read_pointer(*previous) == address;
}

// Where `modules` is static and no symbol tells where it is: the address that arm64's print_modules()
// forms of it with ADRP, ADD and the offset of a load (Arm ARM C6.2), told from its other addresses by
// being the head of a list.
std::optional<std::uint64_t> head_in_code(const Session& session, const SymbolTable& symbols) {
    auto function = symbols.named("print_modules");
    if (session.arch().name != "arm64" || function.empty()) return std::nullopt;
    std::array<std::uint64_t, 32> value{};  // what each register holds, 0 unknown
    constexpr std::uint64_t kLongest = 1024;
    const std::uint64_t start = function.front().address,
                        end = start + std::min(function.front().size, kLongest);
    auto sign_extend = [](std::uint64_t field, unsigned bits) {
        return ((field ^ (std::uint64_t{1} << (bits - 1))) - (std::uint64_t{1} << (bits - 1)));
    };
    for (std::uint64_t at = start; at < end; at += 4) {
        auto word = session.read_as<std::uint32_t>(at);
        if (!word) return std::nullopt;
        const std::uint32_t to = *word & 31, from = *word >> 5 & 31;
        std::uint64_t candidate = 0;
        if ((*word & 0x9f000000) == 0x90000000) {  // ADRP
            value[to] = (at & ~std::uint64_t{0xfff}) +
                        (sign_extend((*word >> 29 & 3) | (*word >> 5 & 0x7ffff) << 2, 21) << 12);
        } else if ((*word & 0xffc00000) == 0x91000000) {  // ADD, immediate
            candidate = value[to] = value[from] ? value[from] + (*word >> 10 & 0xfff) : 0;
        } else if ((*word & 0xffc00000) == 0xf9400000) {  // LDR, unsigned offset
            candidate = value[from] ? value[from] + (*word >> 10 & 0xfff) * 8 : 0;
        } else if ((*word & 0xffe00c00) == 0xf8400c00) {  // LDR, pre-index
            candidate = value[from] ? value[from] + sign_extend(*word >> 12 & 0x1ff, 9) : 0;
        }
        if (candidate && is_list_head(session, candidate)) return candidate;
    }
    return std::nullopt;
}

// include/linux/module.h: MODULE_STATE_UNFORMED, a module that is not in the tree yet.
bool is_forming(const Session& session, const Layout& layout, std::uint64_t module) {
    constexpr std::uint32_t kUnformed = 3;
    return layout.state && session.read_as<std::uint32_t>(module + *layout.state) == kUnformed;
}

// A module that hides from the list, or a list that is torn.
void compare_with_tree(Session& session, const Layout& layout, ModuleList& list) {
    auto tree = modules_by_address(session);
    if (!tree) return;
    std::set<std::uint64_t> listed;
    for (const ModuleView& module : list.modules) {
        listed.insert(module.address);
        if (!std::ranges::binary_search(*tree, module.address) &&
            !is_forming(session, layout, module.address))
            list.problems.push_back("the module " + module.name +
                                    " is in the list of modules but not in the tree of their addresses");
    }
    for (std::uint64_t address : *tree) {
        if (listed.contains(address)) continue;
        list.modules.push_back(read_module(session, layout, address));
        list.problems.push_back("the module " + list.modules.back().name +
                                " is in the tree of modules' addresses but not in their list, added");
    }
}

}  // namespace

ModuleList list_modules(Session& session) {
    ModuleList list;
    const Types* types = session.types();
    auto head = session.symbols().address_of("modules");
    if (!head) head = head_in_code(session, session.symbols());
    auto layout = types ? Layout::find(*types) : std::nullopt;
    if (!layout || !head) {
        list.problems.push_back("the list of modules cannot be read: the kernel's types or symbols lack it");
        return list;
    }
    std::set<std::uint64_t> visited;
    auto next = session.read_pointer(*head);
    for (; next && *next != *head; next = session.read_pointer(*next)) {
        if (!visited.insert(*next).second || visited.size() > kMostModules) {
            list.problems.push_back("the list of modules runs in a circle at " + hex(*next));
            break;
        }
        list.modules.push_back(read_module(session, *layout, *next - layout->list));
    }
    if (!next)
        list.problems.push_back(
            fmt::format("the list of modules breaks off after {} entries", visited.size()));
    compare_with_tree(session, *layout, list);
    return list;
}

void add_module_symbols(Session& session, const ModuleView& module, SymbolTable& symbols) {
    if (!module.symbols || module.symbol_count > kMostModuleSymbols) return;
    const auto exported = exported_symbols(session, module);
    for (std::uint64_t i = 1; i < module.symbol_count; ++i) {
        auto symbol = session.read_as<Elf64_Sym>(module.symbols + i * sizeof(Elf64_Sym));
        if (!symbol || symbol->st_shndx == SHN_UNDEF || symbol->st_value == 0) continue;
        std::string name = session.read_string(module.strings + symbol->st_name, kLongestName);
        // Up to 5.1 the type letter stood in st_info; now it has a table of its own.
        char type = module.types ? session.read_as<char>(module.types + i).value_or('?')
                                 : static_cast<char>(symbol->st_info);
        // A module's letters are capital where it exports the symbol, whatever the linker said.
        const auto as_number = static_cast<unsigned char>(type);
        type = static_cast<char>(exported.contains({symbol->st_value, name}) ? std::toupper(as_number)
                                                                             : std::tolower(as_number));
        if (name.empty()) continue;
        // Mapping symbols name no address (include/linux/module_symbol.h: is_mapping_symbol).
        bool mapping = name.starts_with("$") || name.starts_with(".L") || name.starts_with("L0\x01");
        (symbols.*(mapping ? &SymbolTable::add_name : &SymbolTable::add))(symbol->st_value, type, name,
                                                                          module.name);
    }
}

}  // namespace inquest
