#include "inspect/inspection.h"

#include "base/text.h"

namespace inquest {

CodeMap& Workspace::code() {
    if (!code_) code_.emplace(session_);
    return *code_;
}

const TaskList& Workspace::tasks() {
    if (!tasks_) tasks_ = list_tasks(session_);
    return *tasks_;
}

std::vector<Symbol> Workspace::symbols_named(std::string_view name) {
    auto found = session_.symbols().named(name);
    for (const ModuleView& module : code().modules().modules)
        for (const Symbol& symbol : code().symbols_of(module).named(name)) found.push_back(symbol);
    return found;
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
    if (auto found = symbols_named(name); !found.empty()) {
        if (found.size() > 1)
            return fail(std::to_string(found.size()) + " symbols are called " + std::string(name) + "; sym " +
                        std::string(name) + " lists their addresses");
        return found.front().address + offset;
    }
    if (auto address = parse_hex(name)) return *address + offset;
    return fail("\"" + std::string(text) + "\" is neither a symbol nor an address");
}

const Inspection* inspection_named(std::string_view name) {
    for (const Inspection* inspection : all_inspections())
        if (inspection->name == name) return inspection;
    return nullptr;
}

}  // namespace inquest
