#include "crashlog/header.h"

#include <algorithm>

#include "crashlog/guilty.h"
#include "crashlog/place.h"

namespace inquest {
namespace {

constexpr std::size_t kLongestPrefix = 64;
constexpr std::size_t kMostStacks = 64;
constexpr std::size_t kMostFacts = 400;
constexpr Address kFirstPage = 4096;
constexpr std::size_t kLongestLine = 4096;

// "rcu: ", "watchdog: ", "NMI watchdog: "; "anything: " in a line that a log wrote.
bool is_subsystem(std::string_view prefix, bool enveloped) {
    if (prefix.empty() || !prefix.ends_with(": ")) return false;
    prefix.remove_suffix(2);
    for (std::string_view known : {"rcu", "watchdog", "NMI watchdog"})
        if (prefix == known) return true;
    if (!enveloped) return false;
    auto belongs = [](char c) {
        return is_alnum(c) || c == '_' || c == '-' || c == ' ' || c == '(' || c == ')' || c == '.';
    };
    return std::ranges::all_of(prefix, belongs);
}

}  // namespace

std::optional<Scanner> after_header(const Line& line, std::string_view header) {
    const auto text = trim_left(line.text);
    const auto at = text.substr(0, header.size() + kLongestPrefix).find(header);
    if (at == text.npos) return std::nullopt;
    const auto prefix = text.substr(0, at);
    if (!prefix.empty() && prefix != "[ " && !is_subsystem(prefix, line.enveloped)) return std::nullopt;
    return Scanner(text.substr(at + header.size()));
}

void open_event(const Line& line, CrashEvent& event, Kind kind) {
    event.kind = kind;
    event.headline = trim(line.text);
}

void add_fact(CrashEvent& event, const Line& line, std::string_view name, std::string_view value) {
    if (event.facts.size() < kMostFacts)
        event.facts.push_back({std::string(name), std::string(trim(value)), line.number});
}

Stack& begin_stack(CrashEvent& event, std::string_view title) {
    if (event.stacks.size() < kMostStacks) {
        event.stacks.emplace_back();
    } else {
        event.stacks.back() = {};
    }
    event.stacks.back().title = trim(title);
    return event.stacks.back();
}

std::optional<CodeRef> scan_code(Scanner& scan) {
    CodeRef code;
    if (scan_place(scan, code)) return code;
    Scanner saved = scan;
    code.symbol = scan.symbol();
    if (!code.symbol.empty() && !is_digit(code.symbol.front())) return code;
    scan = saved;
    return std::nullopt;
}

std::optional<CodeRef> find_code(std::string_view text) {
    const auto at = text.substr(0, kLongestLine).find("+0x");
    if (at == text.npos) return std::nullopt;
    auto start = at;
    while (start > 0 && is_symbol_char(text[start - 1])) --start;
    Scanner scan(text.substr(start));
    CodeRef code;
    return scan_place(scan, code) ? std::optional(code) : std::nullopt;
}

std::optional<Task> scan_task(std::string_view text, char separator) {
    const auto at = text.rfind(separator);
    if (at == text.npos) return std::nullopt;
    const auto pid = parse_dec(trim(text.substr(at + 1)));
    if (!pid || *pid > 0x7fffffff) return std::nullopt;
    return Task{static_cast<int>(*pid), std::string(trim(text.substr(0, at)))};
}

bool takes_access(const Line& line, CrashEvent& event) {
    Scanner scan(trim(line.text));
    Access access = Access::unknown;
    if (scan.literal("Read "))
        access = Access::read;
    else if (scan.literal("Write "))
        access = Access::write;
    else
        return false;
    std::optional<std::uint64_t> size;
    if (scan.literal("of size ")) {
        size = scan.dec();
        if (!size) return false;
        scan.spaces();
    }
    std::optional<std::uint64_t> address;
    if (scan.literal("at addr ")) address = scan.hex();
    if (!size && !address) return false;
    event.access = access;
    if (size) add_fact(event, line, "access-size", std::to_string(*size));
    if (address) event.fault_address = address;
    if (auto who = scan.spaces(); who.literal("by task "))
        if (auto task = scan_task(who.rest(), '/')) event.task = *task;
    return true;
}

bool takes_preemption(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("Preemption disabled at:")) {
        add_fact(event, line, "preemption-disabled-at", text.substr(23));
        return true;
    }
    if (!event.facts.empty() && event.facts.back().name == "preemption-disabled-at" &&
        event.facts.back().value.empty()) {
        event.facts.back().value = text;
        event.facts.back().line = line.number;
        return true;
    }
    return false;
}

bool takes_backtrace(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    Scanner scan(text);
    // The first backtrace is the event's own.
    const bool own = event.trace.empty();
    if (scan.literal("NMI backtrace for cpu ")) {
        const auto cpu = scan.dec();
        if (!cpu) return false;
        const int number = static_cast<int>(*cpu & 0xffff);
        if (own)
            event.cpu = number;
        else
            begin_stack(event, text).cpu = number;
        return true;
    }
    if (scan.literal("task:")) {
        const auto name = scan.until("state:");
        if (!name) return false;
        if (own) return true;
        Stack& stack = begin_stack(event, "task " + std::string(trim(*name)));
        if (scan.until("pid:"))
            if (auto pid = scan.spaces().dec()) stack.pid = static_cast<int>(*pid & 0x7fffffff);
        return true;
    }
    return false;
}

void default_ip(CrashEvent& event) {
    // A jump to nowhere has an address and rightly no function.
    const bool nowhere = event.ip.address && *event.ip.address < kFirstPage;
    if (!event.ip.symbol.empty() || nowhere) return;
    if (const Frame* frame = reporting_frame(event.trace)) event.ip = *frame;
}

}  // namespace inquest
