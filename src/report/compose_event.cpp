#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <ranges>

#include "base/text.h"
#include "model/excerpt_text.h"
#include "report/compose.h"
#include "report/wording.h"

namespace inquest {
namespace {

constexpr std::size_t kStacksShown = 16;

void add(Fields& fields, std::string name, std::string value) {
    if (!value.empty()) fields.entries.emplace_back(std::move(name), std::move(value));
}

void add(std::vector<Section>& sections, Section section) {
    if (!section.blocks.empty()) sections.push_back(std::move(section));
}

std::string lines_of(const LineRange& lines) {
    if (!lines.first) return {};
    return lines.last > lines.first ? fmt::format("{}-{}", lines.first, lines.last)
                                    : fmt::format("{}", lines.first);
}

Section what_happened(const CrashEvent& event) {
    Section section{"What happened", {}};
    const Verdict& verdict = event.verdict;
    if (!verdict.summary.empty()) section.blocks.emplace_back(Paragraph{verdict.summary});
    if (event.corrupted)
        section.blocks.emplace_back(
            Paragraph{"The log is damaged here" + (event.corruption.empty() ? "." : ": " + event.corruption),
                      Tone::caution});
    Fields fields;
    add(fields, "Title", event.title);
    add(fields, "Kind", std::string(name_of(event.kind)) + ", " + std::string(name_of(event.severity)));
    if (verdict.cause != Cause::unknown)
        add(fields, "Cause",
            fmt::format("{} ({}, {:.0f}%)", phrase(verdict.cause), confidence_word(verdict.confidence),
                        verdict.confidence * 100));
    for (const Alternative& other : verdict.alternatives)
        add(fields, "Or",
            fmt::format("{} ({}, {:.0f}%): {}; {}", phrase(other.cause), confidence_word(other.confidence),
                        other.confidence * 100, other.summary, other.decides));
    if (!event.guilty.function.empty())
        add(fields, "To blame",
            event.guilty.function + (event.guilty.module.empty() ? "" : " [" + event.guilty.module + ']') +
                (event.guilty.reason.empty() ? "" : ": " + event.guilty.reason));
    bool suspected = !verdict.suspect.module.empty() || !verdict.suspect.function.empty();
    if (suspected &&
        (verdict.suspect.function != event.guilty.function || verdict.suspect.module != event.guilty.module))
        add(fields, "Suspect",
            verdict.suspect.function +
                (verdict.suspect.module.empty() ? "" : " [" + verdict.suspect.module + ']'));
    add(fields, "Object", verdict.object.type);
    add(fields, "Slab cache", verdict.object.cache);
    add(fields, "Object state", verdict.object.state);
    add(fields, "Member", verdict.member.path);
    if (event.repeats > 1) add(fields, "Repeated", count_of(event.repeats, "time"));
    add(fields, "Log lines", lines_of(event.lines));
    add(fields, "Signature", event.signature);
    section.blocks.emplace_back(std::move(fields));
    return section;
}

std::optional<Marked> marked_instruction(const CrashEvent& event) {
    const Instruction& instruction = event.instruction;
    if (instruction.text.empty()) return std::nullopt;
    Marked marked{instruction.text};
    if (auto at = instruction.text.find(instruction.operand);
        !instruction.operand.empty() && at != std::string::npos)
        marked.begin = at, marked.length = instruction.operand.size();
    if (auto base = event.reg(instruction.base_register); base && !instruction.base_register.empty())
        marked.note = fmt::format("{} = {}", instruction.base_register, hex(*base));
    if (instruction.effective_address) {
        if (!marked.note.empty()) marked.note += ", ";
        marked.note += "address " + hex(*instruction.effective_address);
        if (instruction.matches_fault_address) marked.note += ": the address of the fault";
    }
    return marked;
}

std::string meaning_of(const CrashEvent& event, const Register& reg) {
    std::string source = "register " + reg.name;
    for (const Evidence& evidence : event.verdict.evidence)
        if (evidence.source == source) return evidence.text;
    if (reg.name == event.instruction.base_register) return "base of the operand";
    if (reg.value && event.fault_address && *reg.value == *event.fault_address && *reg.value != 0 &&
        reg.name != "cr2")
        return "the address of the fault";
    return {};
}

// As many digits as the machine's registers have; selectors are never long.
std::string register_text(const Register& reg, bool narrow) {
    static constexpr std::array<std::string_view, 4> kSelectors{"cs", "ds", "es", "ss"};
    if (!reg.value) return "torn";
    if (std::ranges::find(kSelectors, reg.name) != kSelectors.end()) return hex(*reg.value);
    return narrow ? fmt::format("0x{:08x}", *reg.value) : hex16(*reg.value);
}

Registers registers_of(const CrashEvent& event) {
    bool narrow = std::ranges::all_of(event.registers,
                                      [](const Register& r) { return r.value.value_or(0) <= UINT32_MAX; });
    Registers registers;
    for (const Register& reg : event.registers)
        registers.rows.push_back({reg.name, register_text(reg, narrow), meaning_of(event, reg)});
    return registers;
}

Section fault(const CrashEvent& event) {
    bool only_a_place = !event.fault_address && event.registers.empty() && event.instruction.text.empty();
    Section section{only_a_place ? "Where" : "The fault", {}};
    Fields fields;
    fields.code = true;
    add(fields, "In", place(event.ip));
    if (event.ip.address && !event.ip.symbol.empty()) add(fields, "At address", hex16(*event.ip.address));
    if (event.lr) add(fields, "Link register", place(*event.lr));
    if (event.fault_address)
        add(fields, "Fault address",
            hex16(*event.fault_address) +
                (event.access == Access::unknown ? "" : fmt::format(" ({})", name_of(event.access))));
    add(fields, "Error code", event.error_code);
    if (!fields.entries.empty()) section.blocks.emplace_back(std::move(fields));
    if (auto marked = marked_instruction(event)) section.blocks.emplace_back(std::move(*marked));
    if (!event.registers.empty()) {
        section.blocks.emplace_back(registers_of(event));
    }
    if (!event.code.text.empty()) section.blocks.emplace_back(Fields{{{"Code", event.code.text}}, true});
    return section;
}

// The code around the fault and the calls that led there, with what operands access.
Section code_of(const CrashEvent& event) {
    constexpr std::size_t kMostListings = 4;
    Section section{"The code, from the dump", {}};
    for (std::size_t i = 0; i < std::min(event.listings.size(), kMostListings); ++i) {
        const Listing& listing = event.listings[i];
        std::size_t widest = 0;
        for (const ListedInstruction& one : listing.instructions)
            if (!one.note.empty()) widest = std::max(widest, one.text.size());
        std::string text = (listing.fault ? "" : "called by ") + place(listing.place) + "\n";
        for (const ListedInstruction& one : listing.instructions) {
            std::string line = fmt::format("{}+{:#x}: ",
                                           one.marked     ? "=> "
                                           : one.led_here ? " | "
                                                          : "   ",
                                           one.offset);
            line += one.note.empty() ? one.text : fmt::format("{:{}}  # {}", one.text, widest, one.note);
            text += line + "\n";
        }
        section.blocks.emplace_back(Verbatim{std::move(text)});
    }
    return section;
}

// The lines of the source around the fault, and around the calls that led there.
Section source_of(const CrashEvent& event) {
    constexpr std::size_t kMostFunctions = 4;  // those inlined into them not counted
    Section section{"The source", {}};
    std::string text;
    std::size_t functions = 0;
    for (const SourceExcerpt& source : event.sources) {
        if (functions == kMostFunctions) break;
        text += excerpt_text(source, !text.empty());
        if (source.inlined) continue;
        section.blocks.emplace_back(Verbatim{std::move(text)});
        text.clear();
        ++functions;
    }
    if (!text.empty()) section.blocks.emplace_back(Verbatim{std::move(text)});
    return section;
}

Section reasons(const CrashEvent& event) {
    Section section{"Evidence", {}};
    if (!event.verdict.evidence.empty()) {
        Table table{{"Seen", "Where"}, {}};
        for (const Evidence& evidence : event.verdict.evidence)
            table.rows.push_back({{std::string(trim(evidence.text)), evidence.source}});
        section.blocks.emplace_back(std::move(table));
    }
    if (!event.verdict.next_steps.empty()) {
        section.blocks.emplace_back(Paragraph{"Next steps:"});
        Bullets steps;
        for (const std::string& step : event.verdict.next_steps) steps.items.push_back(step_in_words(step));
        section.blocks.emplace_back(std::move(steps));
    }
    return section;
}

Section running(const Report& report, const CrashEvent& event) {
    Section section{"Who was running", {}};
    Fields fields;
    add(fields, "Task", task_label(event.task));
    if (event.cpu) add(fields, "CPU", fmt::format("{}", *event.cpu));
    add(fields, "Work queue", event.workqueue);
    if (event.time) add(fields, "Up", fmt::format("{} (at {:.6f})", duration(*event.time), *event.time));
    const Kernel& kernel = event.kernel;
    add(fields, "Kernel", kernel.release + (kernel.version.empty() ? "" : " " + kernel.version));
    add(fields, "Distribution", kernel.distribution);
    add(fields, "Architecture", kernel.arch);
    if (kernel.taint.known) {
        std::string words = taint_in_words(kernel.taint);
        add(fields, "Taint", words.empty() ? "not tainted" : kernel.taint.flags + " (" + words + ")");
    }
    add(fields, "Hardware", event.hardware.empty() && event.primary ? report.host.hardware : event.hardware);
    if (!fields.entries.empty()) section.blocks.emplace_back(std::move(fields));
    return section;
}

Section facts(const CrashEvent& event) {
    Section section{"Facts", {}};
    Fields fields;
    for (const Fact& fact : event.facts) add(fields, label_of(fact.name), fact.value);
    if (!fields.entries.empty()) section.blocks.emplace_back(std::move(fields));
    return section;
}

Section excerpt(const CrashEvent& event) {
    Section section{"Log lines", {}};
    LogLines lines;
    for (const Evidence& line : event.excerpt) {
        std::string_view number = line.source;
        if (number.starts_with("log line ")) number.remove_prefix(9);
        lines.lines.emplace_back(number, line.text);
    }
    if (!lines.lines.empty()) section.blocks.emplace_back(std::move(lines));
    return section;
}

Section modules(const CrashEvent& event) {
    Section section{"Modules", {}, true};
    std::vector<std::string> foreign, own;
    for (const Module& module : event.modules) {
        std::string name = module.name + (module.flags.empty() ? "" : "(" + module.flags + ")");
        (module.out_of_tree() || module.proprietary() ? foreign : own).push_back(std::move(name));
    }
    Fields fields;
    if (!foreign.empty()) add(fields, fmt::format("Out of tree ({})", foreign.size()), join(foreign, " "));
    if (!own.empty()) add(fields, fmt::format("Others ({})", own.size()), join(own, " "));
    add(fields, "Last unloaded", event.last_unloaded);
    if (!fields.entries.empty()) section.blocks.emplace_back(std::move(fields));
    return section;
}

}  // namespace

std::vector<Section> event_sections(const Report& report, const CrashEvent& event) {
    std::vector<Section> sections;
    add(sections, what_happened(event));
    for (const IssueMatch& issue : report.known_issues)
        if (std::ranges::find(issue.events, event.id) != issue.events.end())
            add(sections, issue_section(issue));
    add(sections, fault(event));
    add(sections, source_of(event));
    add(sections, code_of(event));
    add(sections, reasons(event));
    if (!event.trace.empty()) add(sections, Section{"Call trace", {trace_block(event)}});
    for (const Stack& stack : event.stacks | std::views::take(kStacksShown)) {
        Section section{stack.title.empty() ? "Further stack" : stack.title, {}};
        if (!stack.frames.empty()) section.blocks.emplace_back(stack_block(stack));
        add(sections, std::move(section));
    }
    if (event.stacks.size() > kStacksShown)
        sections.push_back({"More stacks",
                            {Paragraph{count_of(event.stacks.size() - kStacksShown, "more stack") +
                                       " in the JSON report."}}});
    add(sections, facts(event));
    add(sections, running(report, event));
    add(sections, excerpt(event));
    add(sections, modules(event));
    return sections;
}

}  // namespace inquest
