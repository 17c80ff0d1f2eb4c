#include "crashlog/paste.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/scanner.h"
#include "crashlog/clock.h"
#include "crashlog/constructs.h"
#include "crashlog/envelope.h"
#include "crashlog/stamp.h"

namespace inquest {
namespace {

// A run of two or more quote marks inside a line ("> > > > "): its length, 0 when there is none at `text`.
std::size_t quote_run(std::string_view text) {
    std::size_t marks = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size() && (text[i] == '>' || text[i] == ' '); ++i) {
        if (text[i] == ' ') continue;
        ++marks;
        length = i + 1;
    }
    return marks >= 2 ? length : 0;
}

std::size_t find_quote_run(std::string_view text, std::size_t from) {
    for (auto at = text.find(" >", from); at != text.npos; at = text.find(" >", at + 1))
        if (quote_run(text.substr(at + 1)) != 0) return at;
    return text.npos;
}

bool holds_three_quote_runs(std::string_view text) {
    for (int found = 0; found < 3; ++found) {
        auto at = find_quote_run(text, 0);
        if (at == text.npos) return false;
        text.remove_prefix(at + 1 + quote_run(text.substr(at + 1)));
    }
    return true;
}

bool holds_many_messages(std::string_view text) {
    static constexpr int kEnough = 5;
    std::size_t at = 0;
    for (int found = 0; found < kEnough; ++found) {
        at = find_message(text, at);
        if (at == text.npos) return false;
    }
    return true;
}

// Where the envelope begins that ends where the stamp at `stamp` begins ("... Jul 31 13:23:12 host kernel:
// [").
std::size_t envelope_before(std::string_view text, std::size_t stamp) {
    auto before = text.substr(0, stamp);
    while (before.ends_with(' ')) before.remove_suffix(1);
    if (before.ends_with('>') && before.size() >= 3 && is_digit(before[before.size() - 2])) {  // "<4>["
        static constexpr std::size_t kLongestLevel = 5;                                        // "<191>"
        auto open = before.rfind('<', before.size() - 3);
        return open != before.npos && before.size() - open <= kLongestLevel ? open : stamp;
    }
    if (!before.ends_with(':')) return stamp;
    static constexpr std::size_t kLongest = 90;
    auto from = before.size() - std::min(before.size(), kLongest);
    auto shortest = stamp;
    for (auto at = before.size(); at-- > from;) {
        if (at > 0 && text[at - 1] != ' ') continue;
        Line head;
        head.text = text.substr(at, before.size() - at);
        bool with_clock = holds_clock(head.text);
        strip_envelopes(head);
        if (!head.enveloped || !trim(head.text).empty()) continue;
        if (with_clock) return at;
        if (shortest == stamp) shortest = at;
    }
    return shortest;
}

constexpr bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// A capital behind a hexadecimal digit, or a Chinese, Japanese or Korean character: prose may begin there.
// The compiler makes this compare 16 characters at a time.
bool may_hold_prose(std::string_view text) {
    // Comparisons of bytes only, without a branch.
    auto between = [](char c, char first, char last) {
        return static_cast<std::uint8_t>(static_cast<std::uint8_t>(c - first) <=
                                         static_cast<std::uint8_t>(last - first));
    };
    std::uint8_t found = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        auto hex_digit = between(text[i - 1], '0', '9') | between(text[i - 1], 'a', 'f');
        auto foreign = between(text[i], '\xe3', '\xff');
        found = static_cast<std::uint8_t>(found | (between(text[i], 'A', 'Z') & hex_digit) | foreign);
    }
    return found != 0;
}

// Where a message ends that prose was glued to: behind a register of 16 digits or the size of a frame's
// function
// ("0x44/0xa9Cause"), or before the first Chinese, Japanese or Korean character behind either.
std::size_t end_of_message(std::string_view text) {
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool foreign = static_cast<unsigned char>(text[i]) >= 0xe3;
        bool in_frame = digits > 0 && i >= digits + 3 && text.substr(i - digits - 3, 3) == "/0x";
        bool behind_bracket = i > 0 && (text[i - 1] == ']' || text[i - 1] == ')');
        if ((is_upper(text[i]) || foreign) && (digits == 16 || in_frame)) return i;
        if (foreign && behind_bracket) return i;
        digits = is_lower_hex(text[i]) ? digits + 1 : 0;
    }
    return text.size();
}

}  // namespace

void PasteSplitter::begin(std::string_view text) {
    text_ = rest_ = text;
    feed_ = stamp_ = quote_ = construct_ = {};
    bool is_long = text.size() > kLongLine;
    quoted_ = is_long && holds_three_quote_runs(text);
    constructs_ = is_long && !quoted_ && find_stamp(text, 0) == text.npos && holds_many_messages(text);
    prose_ = false;
    first_ = true;
}

// How much of `message`, with which the rest of the text begins, belongs to its first part.
std::size_t PasteSplitter::end_of_part(std::string_view message) {
    auto begin = text_.size() - message.size();
    auto end = std::min(feed_.from(begin, [&](auto from) { return text_.find('\n', from); }), text_.size());
    auto stamp = stamp_.from(begin, [&](auto from) { return find_stamp(text_, from); });
    bool stamped = stamp < end;
    if (stamped) end = begin + envelope_before(message, stamp - begin);
    stamp = end;
    if (quoted_)
        end = std::min(end, quote_.from(begin, [&](auto from) { return find_quote_run(text_, from); }));
    if (constructs_)
        end = std::min(end, construct_.from(begin + 1, [&](auto at) { return find_message(text_, at); }));
    at_stamp_ = stamped && end == stamp;
    bool stuck = end == begin && !message.starts_with('\n');
    return stuck ? message.size() : end - begin;
}

bool PasteSplitter::next(Line& part) {
    for (;;) {
        if (rest_.empty() && !first_) return false;
        bool was_first = std::exchange(first_, false);
        if (prose_) {
            part.text = std::exchange(rest_, {});
            prose_ = false;
            return true;
        }
        if (quoted_ && !was_first) rest_ = trim_left(rest_);
        part = {};
        part.text = rest_;
        strip_envelopes(part);
        auto message = part.text;
        auto end = end_of_part(message);
        part.text = message.substr(0, end);
        rest_ = message.substr(end);
        bool split = !rest_.empty();
        if (rest_.starts_with('\n')) rest_.remove_prefix(1);
        part.text = trim_right(part.text);
        if (!split && may_hold_prose(part.text)) {
            auto own = end_of_message(part.text);
            rest_ = part.text.substr(own);
            part.text = part.text.substr(0, own);
            prose_ = !rest_.empty();
        }
        bool empty = trim(part.text).empty() && !part.enveloped;
        if (!empty || (was_first && rest_.empty())) return true;
    }
}

}  // namespace inquest
