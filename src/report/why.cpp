#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "report/first_screen.h"
#include "report/headline.h"
#include "report/wording.h"

namespace inquest {
namespace {

constexpr std::size_t kQuote = 100;  // bytes

// "log line 212" -> 212
std::optional<std::uint64_t> line_of(std::string_view source) {
    constexpr std::string_view kMark = "log line ";
    if (!source.starts_with(kMark)) return std::nullopt;
    return parse_dec(source.substr(kMark.size()));
}

std::string log_lines_of(const CrashEvent& event) {
    std::set<std::uint64_t> numbers;
    for (const Evidence& evidence : event.verdict.evidence)
        if (auto number = line_of(evidence.source)) numbers.insert(*number);
    if (numbers.empty()) {
        if (!event.lines.first) return {};
        if (event.lines.last <= event.lines.first) return fmt::format("log line {}", event.lines.first);
        return fmt::format("log lines {}-{}", event.lines.first, event.lines.last);
    }
    constexpr std::size_t kShown = 5;
    std::string text = numbers.size() == 1 ? "log line " : "log lines ";
    std::size_t shown = 0;
    for (auto number : numbers) {
        if (++shown > kShown) return text + ", ...";
        text += fmt::format("{}{}", shown == 1 ? "" : ", ", number);
    }
    return text;
}

// What the registers and the instruction say when nobody has put it into evidence.
std::vector<std::string> bare_reasons(const CrashEvent& event) {
    std::vector<std::string> reasons;
    const Instruction& instruction = event.instruction;
    if (auto value = event.reg(instruction.base_register); value && !instruction.base_register.empty())
        reasons.push_back(fmt::format("{} = {}", instruction.base_register, hex(*value)));
    if (!instruction.text.empty()) reasons.push_back(instruction.text);
    if (event.fault_address) {
        std::string_view verb = event.access == Access::unknown ? "accessed"
                                : event.access == Access::read  ? "read"
                                : event.access == Access::write ? "written"
                                                                : "executed";
        reasons.push_back(fmt::format("address {} {}", hex(*event.fault_address), verb));
    }
    if (!reasons.empty()) return reasons;
    // The log's own words, unless the headline has them already.
    std::string_view said = event.headline;
    for (const Evidence& evidence : event.verdict.evidence)
        if (line_of(evidence.source)) {
            said = trim(evidence.text);
            break;
        }
    if (!repeats_headline(event, said)) reasons.push_back(fmt::format("\"{}\"", clipped(said, kQuote)));
    return reasons;
}

}  // namespace

std::string why_of(const CrashEvent& event) {
    std::vector<std::string> reasons;
    for (const Evidence& evidence : event.verdict.evidence)
        if (!line_of(evidence.source) && !evidence.text.empty() && reasons.size() < 3)
            reasons.push_back(clipped(without_leading_zeros(evidence.text), kQuote));
    if (reasons.empty()) reasons = bare_reasons(event);
    if (auto lines = log_lines_of(event); !lines.empty()) reasons.push_back(std::move(lines));
    return join(reasons, "; ");
}

}  // namespace inquest
