#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

// The page tables of a task's own address space: mm->pgd.
Result<PageTables> tables_of_task(Workspace& workspace, std::string_view which) {
    const TaskList& list = workspace.tasks();
    auto chosen = std::ranges::find_if(list.tasks, [&](const TaskView& task) {
        return parse_signed(which) == task.pid || parse_hex(which) == task.address;
    });
    if (chosen == list.tasks.end()) return fail("no task " + std::string(which) + "; ps lists them");
    const Session& session = workspace.session();
    const Types* types = workspace.session().types();
    auto mm_at = types ? types->offset_of("task_struct", "mm") : std::nullopt,
         pgd_at = types ? types->offset_of("mm_struct", "pgd") : std::nullopt;
    if (!mm_at || !pgd_at) return fail("the dump's types do not tell where mm->pgd is");
    auto mm = session.read_pointer(chosen->address + *mm_at);
    if (mm == 0)
        return fail("task " + std::string(which) + " is a kernel thread: it has no address space of its own");
    auto pgd = mm ? session.read_pointer(*mm + *pgd_at) : std::nullopt;
    if (!pgd) return fail("mm->pgd of task " + std::string(which) + " is not in the dump");
    auto read_entry = [&](std::uint64_t place) -> std::optional<std::uint64_t> {
        std::uint64_t entry = 0;
        auto outcome = session.read_physical(place, {reinterpret_cast<std::uint8_t*>(&entry), sizeof entry});
        return outcome == ReadOutcome::present ? std::optional(entry) : std::nullopt;
    };
    auto root = walk(session.tables(), *pgd, read_entry);
    if (!root) return fail("the page tables of task " + std::string(which) + " are not in the dump");
    PageTables tables = session.tables();
    tables.root = *root;
    tables.upper_half = false;
    return tables;
}

std::string size_text(unsigned shift) {
    constexpr unsigned kMega = 20, kGiga = 30;
    if (shift >= kGiga) return fmt::format("{} GB", 1ull << (shift - kGiga));
    if (shift >= kMega) return fmt::format("{} MB", 1ull << (shift - kMega));
    return fmt::format("{} KB", 1ull << (shift - 10));
}

Json show(Workspace& workspace, const PageTables& tables, std::uint64_t address, InspectionAnswer& answer) {
    const Session& session = workspace.session();
    std::vector<std::pair<WalkStep, ReadOutcome>> steps;
    ReadOutcome last = ReadOutcome::present;
    auto read_entry = [&](std::uint64_t place) -> std::optional<std::uint64_t> {
        std::uint64_t entry = 0;
        last = session.read_physical(place, {reinterpret_cast<std::uint8_t*>(&entry), sizeof entry});
        return last == ReadOutcome::present ? std::optional(entry) : std::nullopt;
    };
    auto physical =
        walk(tables, address, read_entry, [&](const WalkStep& step) { steps.emplace_back(step, last); });

    if (steps.empty()) answer.text += "(no page table is for this address)\n";
    answer.text += fmt::format("{:<16}  {}\n{:<16x}  {}\n\n", "VIRTUAL", "PHYSICAL", address,
                               physical ? fmt::format("{:x}", *physical) : "(not mapped)");
    Json json;
    json.set("virtual", hex16(address));
    json.set("physical", physical ? Json(hex(*physical)) : Json());
    Json::Array levels;
    for (const auto& [step, outcome] : steps) {
        std::string_view name = level_name(tables, step.shift);
        auto flags = entry_flags(tables, step);
        std::string shown = step.entry ? fmt::format("{:016x}", *step.entry) : std::string(name_of(outcome));
        std::string meaning = !step.entry    ? ""
                              : step.present ? "  (" + join({flags.begin(), flags.end()}, "|") + ")"
                                             : "  (not present)";
        answer.text += fmt::format(
            "  {}: {:>12x} => {}{}{}\n", name, step.place, shown, meaning,
            step.leaf && step.shift != tables.page_shift ? "  " + size_text(step.shift) + " page" : "");
        if (!step.entry)
            answer.problems.push_back(fmt::format("the {} entry at {} is {}: what {} maps to cannot be told",
                                                  name, hex(step.place), name_of(outcome), hex(address)));
        Json level;
        level.set("name", name);
        level.set("place", hex(step.place));
        level.set("entry", step.entry ? Json(hex16(*step.entry)) : Json());
        Json::Array names;
        for (std::string_view flag : flags) names.emplace_back(flag);
        level.set("flags", std::move(names));
        levels.push_back(std::move(level));
    }
    json.set("levels", std::move(levels));
    if (physical) {
        const unsigned shift = steps.back().first.shift;
        std::uint8_t byte = 0;
        auto outcome = session.read_physical(*physical, {&byte, 1});
        std::string in_dump = outcome == ReadOutcome::present ? "in the dump"
                              : outcome == ReadOutcome::unmapped
                                  ? "no RAM of this machine"
                                  : std::string(name_of(outcome)) + ", not in the dump";
        std::uint64_t page = *physical >> tables.page_shift << tables.page_shift;
        answer.text += fmt::format(" PAGE: {:>12x}  {} page, {}\n", page, size_text(shift), in_dump);
        json.set("page_size", std::uint64_t{1} << shift);
        json.set("in_dump", name_of(outcome));
    }
    std::string symbol = workspace.symbol_text(address);
    if (!symbol.empty()) answer.text += "  SYM: " + escape_for_terminal(symbol) + "\n";
    json.set("symbol", symbol.empty() ? Json() : Json(symbol));
    return json;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("vtop", "kc:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (options->words().empty()) return fail("vtop takes an address or a symbol");
    PageTables tables = workspace.session().tables();
    if (auto task = options->value('c')) {
        auto own = tables_of_task(workspace, *task);
        if (!own) return std::unexpected(std::move(own.error()));
        tables = *own;
    }
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array translations;
    for (const std::string& word : options->words()) {
        auto addresses = workspace.addresses_of(word);
        if (!addresses) return std::unexpected(std::move(addresses.error()));
        for (const auto& place : *addresses) {
            if (!answer.text.empty()) answer.text += '\n';
            translations.push_back(show(workspace, tables, place.address, answer));
        }
    }
    answer.json.set("translations", std::move(translations));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_vtop;
const Inspection plugin_inspections_vtop{
    "vtop", "[-c PID|TASK] ADDRESS | SYMBOL[:CPUS]...", "virtual to physical: every page table on the way",
    "Each level with the physical address of its entry, the entry, and its flags; then the page, and\n"
    "whether the dump holds it. -c walks the tables of a task's own address space.",
    run};

}  // namespace inquest
