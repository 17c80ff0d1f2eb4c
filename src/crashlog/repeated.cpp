#include "crashlog/repeated.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

constexpr std::uint64_t kOften = 20;
constexpr std::uint64_t kReportsOften = 10;
constexpr std::size_t kMostFindings = 3;
constexpr std::size_t kLongestLine = 200;  // what repeats is told apart by its beginning
constexpr Confidence kCounted = 0.9;

struct Repetition {
    std::uint64_t count = 0;
    std::string_view example;
    bool same = true;  // to the letter
    std::optional<std::int64_t> first_us, last_us;
};

// Lines that every report has.
bool is_of_report(std::string_view text) {
    static constexpr std::string_view kStarts[] = {
        "CPU: ",       "Call trace",    "Call Trace", "Hardware name", "Modules linked in",
        "---[",        "------------[", "WARNING",    "Code: ",        "pstate: ",
        "Workqueue: ", "RIP: ",         "RSP: ",      "<TASK>",        "</TASK>"};
    return text.find("+0x") != text.npos || text.find(" : ") != text.npos ||
           std::ranges::any_of(kStarts, [&](auto start) { return text.starts_with(start); });
}

// Whether a line lies between a report's first line and its end mark.
class InReport {
  public:
    bool covers(std::string_view text) {
        if (text.starts_with("------------[ cut here") || text.starts_with("WARNING: CPU"))
            left_ = kLongestReport;
        if (left_ == 0) return false;
        left_ = text.starts_with("---[ end") ? 0 : left_ - 1;
        return true;
    }

  private:
    static constexpr unsigned kLongestReport = 200;
    unsigned left_ = 0;
};

// Words that hold a digit differ from time to time.
std::string normalised(std::string_view text) {
    std::string out;
    text = text.substr(0, kLongestLine);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        bool number = false;
        while (end < text.size() && is_alnum(text[end])) number |= is_digit(text[end++]);
        if (end == at) {
            out += text[at++];
            continue;
        }
        out += number ? std::string_view("#") : text.substr(at, end - at);
        at = end;
    }
    return out;
}

bool has_words(std::string_view text) { return std::ranges::count_if(text, is_alpha) >= 8; }

// A burst that was over long before the crash: drivers list what they found at boot.
bool is_long_over(const Repetition& repetition, std::optional<double> crashed) {
    constexpr std::int64_t kBurst = 1'000'000;
    constexpr double kLong = 5;
    if (!repetition.first_us || !repetition.last_us || !crashed) return false;
    return *repetition.last_us -
           *repetition.first_us<kBurst&& * crashed - static_cast<double>(*repetition.last_us) / 1e6> kLong;
}

std::string span_before(const Repetition& repetition, std::optional<double> crashed) {
    if (!repetition.first_us || !crashed) return "before the crash";
    double seconds = *crashed - static_cast<double>(*repetition.first_us) / 1e6;
    if (seconds < 0) return "before the crash";
    return "in the " + std::to_string(std::max(1L, std::lround(seconds))) + " s before the crash";
}

}  // namespace

std::optional<Finding> find_repeated_message(std::string_view before, std::optional<double> crashed) {
    std::unordered_map<std::string, Repetition> seen;
    InReport inside;
    for (std::string_view raw : split_lines(before)) {
        Line line;
        line.text = raw;
        strip_envelopes(line);
        auto text = trim(line.text);
        if (inside.covers(text) || !line.enveloped || is_of_report(text)) continue;
        auto key = normalised(text);
        if (!has_words(key)) continue;
        Repetition& repetition = seen[std::move(key)];
        if (++repetition.count > 1 && text != repetition.example) repetition.same = false;
        repetition.example = text;
        if (!repetition.first_us) repetition.first_us = line.time_us;
        repetition.last_us = line.time_us;
    }
    std::erase_if(seen, [&](const auto& entry) { return is_long_over(entry.second, crashed); });
    auto most = std::ranges::max_element(seen, {}, [](const auto& entry) { return entry.second.count; });
    if (most == seen.end() || most->second.count < kOften) return std::nullopt;
    const Repetition& repetition = most->second;
    Finding finding;
    finding.id = "repeated-message";
    finding.title = "A message repeats before the crash";
    finding.confidence = kCounted;
    finding.statement = (repetition.same ? "The line '" : "Lines like '") +
                        std::string(repetition.example.substr(0, kLongestLine)) + "' " +
                        std::to_string(repetition.count) + " times " + span_before(repetition, crashed) + ".";
    finding.evidence.push_back(
        {std::string(repetition.example.substr(0, kLongestLine)), "log before the crash"});
    return finding;
}

std::vector<Finding> find_repeated_reports(const std::vector<CrashEvent>& events) {
    std::vector<Finding> findings;
    for (const CrashEvent& event : events) {
        if (event.repeats < kReportsOften || findings.size() >= kMostFindings) continue;
        Finding finding;
        finding.id = "repeated-report";
        finding.title = "The same report again and again";
        finding.confidence = kCounted;
        finding.statement = "'" + event.title + "' " + std::to_string(event.repeats) + " times";
        if (auto cpus = event.fact("repeated-on-cpus"); !cpus.empty())
            finding.statement += " on CPUs " + std::string(cpus);
        finding.statement += ".";
        finding.events.push_back(event.id);
        finding.evidence.push_back({event.headline, "log line " + std::to_string(event.lines.first)});
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace inquest
