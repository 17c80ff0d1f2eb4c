#include "crashlog/unwrap.h"

#include <algorithm>

#include "base/scanner.h"
#include "crashlog/constructs.h"

namespace inquest {
namespace {

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](auto ending) { return text.ends_with(ending); });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
    return std::ranges::any_of(beginnings, [&](auto beginning) { return text.starts_with(beginning); });
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

std::string_view last_word(std::string_view text) { return text.substr(text.rfind(' ') + 1); }

bool is_hex_number(std::string_view word) { return word.size() >= 2 && std::ranges::all_of(word, is_hex); }

// "RAX:", "r10:", "GPR04:", "x29:", "EFLAGS:", "knlGS:" with nothing behind.
bool is_register_name(std::string_view word) {
    if (!word.ends_with(':') || word.size() < 3 || word.size() > 10) return false;
    word.remove_suffix(1);
    if (word == "knlGS" || word == "EFLAGS" || word == "ORIG_RAX" || word == "SS:ESP") return true;
    return word.size() <= 6 && std::ranges::all_of(word, is_alnum) &&
           (is_digit(word.back()) || (is_upper(word.front()) && is_upper(word.back())));
}

// A register that stands behind another one on its line.
bool is_never_first(std::string_view name) {
    static constexpr std::string_view kNeverFirst[] = {
        "RBX:", "RCX:",   "RSI:", "RDI:", "R08:", "R09:", "R11:", "R12:", "R14:",    "R15:",
        "GS:",  "knlGS:", "ES:",  "CR0:", "CR3:", "CR4:", "DR1:", "DR2:", "DR6:",    "DR7:",
        "EBX:", "ECX:",   "EDX:", "EDI:", "EBP:", "ESP:", "XER:", "CTR:", "EFLAGS:", "ORIG_RAX:"};
    return std::ranges::find(kNeverFirst, name) != std::end(kNeverFirst);
}

// A line of registers goes on with a value, or with a register that never begins one.
bool continues_registers(std::string_view text, std::string_view next) {
    auto last = last_word(text);
    auto first = first_word(next);
    if (is_register_name(last)) return is_hex_number(first.substr(0, first.find_first_of("(:")));
    auto number = last.substr(0, last.find('('));  // "0018:ffffc90021ebfc38", "00007f89c534e740(0000)"
    bool value = is_hex_number(number.substr(number.rfind(':') + 1));
    // i386 begins lines with two of them.
    bool own_line =
        (first == "CR0:" && !text.starts_with("CS:")) || (first == "DR6:" && !text.starts_with("DR3:"));
    if (value && !own_line && is_never_first(first)) return true;
    // Powerpc's rows of four numbers, of which the last one or two were moved to the next line.
    return text.starts_with("GPR") && is_hex_number(last) && is_hex_number(first) &&
           first.size() == last.size();
}

// "04/01/2014": a BIOS's, the end of its line.
bool is_date(std::string_view word) { return word.size() == 10 && word[2] == '/' && word[5] == '/'; }

// The bytes behind "Code:", one of them in <> or ().
bool are_code_bytes(std::string_view text) {
    static constexpr std::size_t kLookedAt = 24;
    std::size_t digits = 0;
    for (char c : text.substr(0, kLookedAt)) {
        if (is_hex(c))
            ++digits;
        else if (c != ' ' && c != '<' && c != '>' && c != '(' && c != ')')
            return false;
    }
    return digits >= 2;
}

// "snd_hda_intel ext4(E) vboxdrv(OE)": at least the first few words are names of modules.
bool are_module_names(std::string_view text) {
    if (text.starts_with("[last unloaded") || text.starts_with("last unloaded:")) return true;
    static constexpr int kLookedAt = 4;
    Scanner scan(text);
    for (int words = 0; words < kLookedAt && !scan.spaces().done(); ++words) {
        auto name = scan.take_while([](char c) { return is_alnum(c) || c == '_' || c == '-'; });
        if (name.empty() || !is_alnum(name.front())) return words > 0 && scan.rest().starts_with("[last");
        if (scan.literal("(")) scan.take_while([](char c) { return is_upper(c) || c == '+' || c == '-'; });
        scan.literal(")");
        if (!scan.done() && scan.peek() != ' ') return false;
        if (words == 0 && scan.done() && is_upper(name.front())) return false;
    }
    return true;
}

// The end of a row of words of memory: "00000000 c0ae2664".
bool all_hex_numbers(std::string_view text) {
    static constexpr std::size_t kShortest = 8;
    for (text = trim(text); !text.empty(); text = trim_left(text.substr(first_word(text).size())))
        if (first_word(text).size() < kShortest || !is_hex_number(first_word(text))) return false;
    return true;
}

// "[ext4]", "[ext4 0123abc]" alone.
bool is_module_tag(std::string_view text) {
    static constexpr std::size_t kLongest = 80;
    bool bracketed =
        text.size() > 2 && text.size() < kLongest && text.starts_with('[') && text.ends_with(']');
    return bracketed && (is_alpha(text[1]) || text[1] == '_') && !text.substr(1).contains('[');
}

// "[c01984ac]", "[<ffffffff8106dd4f>]": a frame's function follows.
bool is_address_tag(std::string_view word) {
    if (!word.starts_with('[') || !word.ends_with(']')) return false;
    word = word.substr(1, word.size() - 2);
    if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
    return word.size() >= 8 && is_hex_number(word);
}

// "fs/dcache.c:338", also with "[inline]" behind.
bool is_source_place(std::string_view text) {
    auto word = first_word(text);
    auto dot = word.rfind('.');
    return word.contains('/') && dot != word.npos && word.substr(dot).contains(':') &&
           !word.starts_with("http");
}

// "wombat_get lib/wombat.c:190 [inline]"
bool is_decoded_place(std::string_view text) {
    Scanner scan(text);
    return !scan.symbol().empty() && scan.literal(" ") && is_source_place(scan.rest());
}

// What grammar alone says: `text` needs something more, and `next` is that.
bool grammar_joins(std::string_view text, std::string_view next) {
    if (text.starts_with("Code:")) return are_code_bytes(next);
    if (text.starts_with("Modules linked in:")) return are_module_names(next);
    if (text.starts_with("Hardware name:"))
        return !is_date(last_word(text)) &&
               (text.ends_with(',') || next.starts_with("BIOS ") || is_date(last_word(next)));
    if (text.contains("CPU: ") && text.contains(" Comm:") && !text.contains('#')) {
        bool more = text.ends_with(':') || text.ends_with("ainted") || text.contains("Tainted:");
        return more || starts_with_any(next, {"Not tainted", "Tainted:", "Kdump:", "tainted"});
    }
    if (text.ends_with("[ cut here")) return next.starts_with(']');
    if (next.starts_with('(') && is_source_place(next.substr(1))) return is_symbol_char(text.back());
    if (next.starts_with("[#"))
        return starts_with_any(text, {"Internal error: ", "Oops", "Kernel BUG", "Kernel bug detected"});
    if (text.starts_with("kernel BUG at") && !text.ends_with('!'))
        return text.ends_with(" at") || next.ends_with('!');
    bool warning = text.starts_with("WARNING: ") && (text.contains(" at ") || text.ends_with(" at"));
    if (warning)
        return !text.contains("+0x")
                   ? frame_length(next) != 0 || is_source_place(next) || is_decoded_place(next)
                   : is_module_tag(next);
    if (continues_registers(text, next)) return true;
    bool frame = text.contains("+0x") && text.contains("/0x");
    if (frame && (is_module_tag(next) || next == "(unreliable)")) return true;
    if (is_address_tag(last_word(text))) return frame_length(next) != 0;
    bool list = text.starts_with("list_add ") || text.starts_with("list_del ");
    if (list && !text.contains(" but was ")) return next.contains("but was") || next.starts_with('(');
    if (text.ends_with("RIP:")) return is_digit(next.front()) || frame_length(next) != 0;
    if (text.starts_with("\"echo 0 >"))
        return starts_with_any(next, {"disables this", "this message", "message."});
    if (text.starts_with("---[ end")) return !text.ends_with("]---") && next.ends_with("]---");
    if (text.starts_with("REGS:")) return !text.ends_with(')') && next.ends_with(')');
    if (text.starts_with("Tainted:") || text.starts_with("Not tainted"))
        return !text.contains('#') && next.contains(" #");
    bool report =
        starts_with_any(text, {"BUG: ", "Unable to handle", "CPU ", "list_", "INFO: ", "Internal error",
                               "Oops: ", "Kernel panic", "general protection", "UBSAN:", "watchdog: "});
    return report && ends_with_any(text, {" at",     " address:", " at:",     ",",     " in",      " by",
                                          " for",    " to",       " blocked", " more", " virtual", " address",
                                          " kernel", " NULL",     " pointer", " be",   " was",     " than",
                                          " from",   " of",       " on",      " =="});
}

// A message after which nothing can come on the same line.
bool is_complete(std::string_view text) {
    if (text.starts_with("---[ end") || text.ends_with("]---") || text.ends_with("]------------"))
        return true;
    if (ends_with_any(text, {"Call Trace:", "Call trace:", "<TASK>", "<IRQ>", "Stack:"})) return true;
    auto bare = trim_left(text);
    while (is_address_tag(first_word(bare))) bare = trim_left(bare.substr(first_word(bare).size()));
    if (bare.starts_with("? ")) bare.remove_prefix(2);
    return frame_length(bare) != 0;
}

// A line that only a mailer makes: it begins in the middle of a message.
bool is_torn_off(std::string_view line) {
    auto first = first_word(line);
    if (first.empty() || first.front() == '[') return false;
    if (is_never_first(first) || line.starts_with("BIOS ")) return true;
    if (is_date(last_word(line))) return !line.contains("Hardware name:");
    bool release = is_digit(first.front()) && first.contains('.') && last_word(line).starts_with('#');
    bool bytes = first.size() == 2 && line.size() >= 8 && are_code_bytes(line);
    return release || bytes || all_hex_numbers(line) || line == "]------------" ||
           frame_length(line) == line.size();
}

std::size_t indentation(std::string_view text) { return text.size() - trim_left(text).size(); }

}  // namespace

Joint find_joint(const Neighbours& pair) {
    static constexpr std::size_t kIndentOfTables = 4;
    if (pair.next.enveloped || pair.next.text.empty()) return Joint::none;
    auto text = trim(pair.line.text);
    auto next = trim(pair.next.text);
    if (next.empty() || begins_message(next)) return Joint::none;
    if (text.empty()) {  // "host kernel:" alone, the frame did not fit behind it
        bool frame = frame_length(next.starts_with("? ") ? next.substr(2) : next) != 0;
        return frame && pair.line.enveloped && pair.mail ? Joint::blank : Joint::none;
    }
    // printk cuts a list of modules wherever its buffer of 1 KB ends.
    static constexpr std::size_t kBufferFull = 900;
    bool cut_list = text.size() > kBufferFull && pair.line.enveloped && are_module_names(next);
    if (cut_list || (pair.full_row && pair.line.enveloped)) return Joint::tight;
    bool hyphen = text.size() > 1 && text.back() == '-' && is_alnum(text[text.size() - 2]);
    auto joint = hyphen ? Joint::tight : Joint::blank;
    // A program's "[init]" between kernel messages.
    if (is_module_tag(next) && pair.line.enveloped && !pair.mail) return Joint::none;
    bool cut_byte = text.starts_with("Code:") && last_word(text).size() == 1 && first_word(next).size() == 1;
    if (grammar_joins(text, next)) return cut_byte ? Joint::tight : joint;
    if (pair.refilled) return Joint::none;
    if (indentation(pair.next.text) >= kIndentOfTables) return Joint::none;
    if (!pair.line.enveloped || !pair.mail || is_complete(text)) return Joint::none;
    if (pair.soft_break || all_hex_numbers(next)) return joint;
    // The first word would not have had room: a mailer broke the line here.
    static constexpr std::size_t kNarrowest = 64;
    static constexpr std::size_t kWidest = 84;
    bool no_room = pair.broken_at <= kWidest && pair.broken_at + 1 + first_word(next).size() >= kNarrowest;
    return no_room ? joint : Joint::none;
}

bool looks_wrapped(std::string_view raw) {
    static constexpr std::size_t kTooLong = 84;
    int torn = 0;
    int too_long = 0;
    int other = 0;
    while (!raw.empty()) {
        auto line = raw.substr(0, raw.find('\n'));
        raw.remove_prefix(std::min(raw.size(), line.size() + 1));
        while (line.starts_with("> ")) line.remove_prefix(2);
        // A word may be as long as it likes; a mailer breaks in front of it.
        auto last_blank = line.substr(0, kTooLong).rfind(' ');
        bool breakable = last_blank != line.npos && last_blank > kTooLong / 2;
        ++(line.size() > kTooLong && breakable ? too_long : other);
        torn += is_torn_off(trim(line));
    }
    return torn > 0 && too_long * 10 <= other;
}

}  // namespace inquest
