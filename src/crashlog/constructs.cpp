#include "crashlog/constructs.h"

#include <algorithm>
#include <array>

#include "base/scanner.h"

namespace inquest {
namespace {

// Each begins a line of its own in an oops of some architecture.
constexpr std::string_view kBeginnings[] = {"BUG: ",
                                            "CPU: ",
                                            "CR2: ",
                                            "CS: ",
                                            "Call Trace:",
                                            "Call trace:",
                                            "Code: ",
                                            "DR0: ",
                                            "DR3: ",
                                            "EAX: ",
                                            "EIP: ",
                                            "ESI: ",
                                            "ESR = ",
                                            "Exception stack",
                                            "FS: ",
                                            "GPR00: ",
                                            "Hardware name:",
                                            "INFO: ",
                                            "IP: [<",
                                            "Internal error: ",
                                            "Kernel Offset: ",
                                            "Kernel panic - ",
                                            "LR [",
                                            "MSR: ",
                                            "Mem abort info:",
                                            "Mem-Info:",
                                            "Modules linked in:",
                                            "NIP: ",
                                            "NIP [",
                                            "Oops: ",
                                            "PC is at ",
                                            "LR is at ",
                                            "PGD ",
                                            "PKRU: ",
                                            "Pid: ",
                                            "R10: ",
                                            "R13: ",
                                            "RAX: ",
                                            "RBP: ",
                                            "RDX: ",
                                            "RIP: ",
                                            "RSP: ",
                                            "Stack:",
                                            "Unable to handle kernel",
                                            "WARNING: ",
                                            "Workqueue: ",
                                            "[<ffff",
                                            "epc : ",
                                            "general protection fault",
                                            "invalid opcode: ",
                                            "kernel BUG at ",
                                            "lr : ",
                                            "note: ",
                                            "pc : ",
                                            "pstate: ",
                                            "sp : ",
                                            "task: ",
                                            "watchdog: ",
                                            "---[ end ",
                                            "------------[ cut here ]",
                                            "<IRQ>",
                                            "</IRQ>",
                                            "<TASK>",
                                            "</TASK>",
                                            "<NMI>",
                                            "</NMI>",
                                            "#PF: ",
                                            "x29: ",
                                            "x26: ",
                                            "x27: ",
                                            "x23: "};

constexpr auto kFirstCharacters = [] {
    std::array<bool, 256> first{};
    for (auto phrase : kBeginnings) first[static_cast<unsigned char>(phrase.front())] = true;
    return first;
}();

}  // namespace

bool begins_message(std::string_view text) {
    if (text.empty() || !kFirstCharacters[static_cast<unsigned char>(text.front())]) return false;
    return std::ranges::any_of(kBeginnings,
                               [&](std::string_view phrase) { return text.starts_with(phrase); });
}

std::size_t frame_length(std::string_view text) {
    Scanner scan(text);
    auto symbol = scan.symbol();
    if (symbol.empty() || is_digit(symbol.front())) return 0;
    if (!scan.literal("+0x") || scan.take_while(is_hex).empty()) return 0;
    if (!scan.literal("/0x") || scan.take_while(is_hex).empty()) return 0;
    return text.size() - scan.rest().size();
}

std::size_t find_message(std::string_view text, std::size_t from) {
    static constexpr std::string_view kLeads[] = {"at", "in", "by", "from", "for", "is", "of", "to"};
    for (auto blank = text.find(' ', from); blank != text.npos; blank = text.find(' ', blank + 1)) {
        auto begin = blank + 1;
        auto word = text.substr(begin);
        auto before = trim_right(text.substr(0, blank));
        if (word.starts_with("? ") && frame_length(word.substr(2)) != 0) word.remove_prefix(2);
        auto last = before.substr(before.find_last_of(' ') + 1);
        // "IP: [<...", "RIP: f+0x1/0x2", "watchdog: BUG: ...": the same message goes on.
        bool goes_on = last.ends_with(':') && last != "Trace:" && last != "trace:" && last != "Stack:";
        if (goes_on) continue;
        if (begins_message(word)) return begin;
        if (frame_length(word) == 0 || last.ends_with(']') || last == "?") continue;
        if (std::ranges::find(kLeads, last) == std::end(kLeads)) return begin;
    }
    return text.npos;
}

}  // namespace inquest
