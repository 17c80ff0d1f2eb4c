// rpm's order of versions: runs of digits and of letters, compared one by one.
#include "base/text.h"
#include "knowledge/version.h"

namespace inquest {

namespace {

using std::strong_ordering;

bool belongs(char c) { return is_alnum(c) || c == '~' || c == '^'; }

void skip_separators(std::string_view& text) {
    while (!text.empty() && !belongs(text.front())) text.remove_prefix(1);
}

template <typename Predicate>
std::string_view take_run(std::string_view& text, Predicate of_run) {
    std::size_t length = 0;
    while (length < text.size() && of_run(text[length])) ++length;
    auto run = text.substr(0, length);
    text.remove_prefix(length);
    return run;
}

strong_ordering compare_digits(std::string_view a, std::string_view b) {
    while (a.starts_with('0')) a.remove_prefix(1);
    while (b.starts_with('0')) b.remove_prefix(1);
    if (a.size() != b.size()) return a.size() <=> b.size();
    return a <=> b;
}

// '~' before anything, the end included; '^' behind the end but before anything else. nullopt: neither is in
// front, or both were and are taken off (then `again` is set).
std::optional<strong_ordering> compare_marks(std::string_view& a, std::string_view& b, bool& again) {
    char x = a.empty() ? '\0' : a.front();
    char y = b.empty() ? '\0' : b.front();
    again = x == y && (x == '~' || x == '^');
    if (again) {
        a.remove_prefix(1);
        b.remove_prefix(1);
        return std::nullopt;
    }
    if (x == '~') return strong_ordering::less;
    if (y == '~') return strong_ordering::greater;
    if (x == '^') return b.empty() ? strong_ordering::greater : strong_ordering::less;
    if (y == '^') return a.empty() ? strong_ordering::less : strong_ordering::greater;
    return std::nullopt;
}

strong_ordering compare_part(std::string_view a, std::string_view b) {
    for (;;) {
        skip_separators(a);
        skip_separators(b);
        bool again = false;
        if (auto marked = compare_marks(a, b, again)) return *marked;
        if (again) continue;
        if (a.empty() || b.empty()) return a.size() <=> b.size();
        bool numeric = is_digit(a.front());
        if (numeric != is_digit(b.front())) return numeric ? strong_ordering::greater : strong_ordering::less;
        auto order = numeric ? compare_digits(take_run(a, is_digit), take_run(b, is_digit))
                             : take_run(a, is_alpha) <=> take_run(b, is_alpha);
        if (order != strong_ordering::equal) return order;
    }
}

struct Evr {
    std::string_view epoch = "0", version, release;
};

Evr split_evr(std::string_view text) {
    Evr evr;
    auto colon = text.find(':');
    if (colon != text.npos && parse_dec(text.substr(0, colon))) {
        evr.epoch = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    auto dash = text.rfind('-');
    evr.version = text.substr(0, dash);
    if (dash != text.npos) evr.release = text.substr(dash + 1);
    return evr;
}

}  // namespace

strong_ordering compare_rpm(std::string_view a, std::string_view b) {
    auto x = split_evr(a);
    auto y = split_evr(b);
    if (auto order = compare_part(x.epoch, y.epoch); order != 0) return order;
    if (auto order = compare_part(x.version, y.version); order != 0) return order;
    return compare_part(x.release, y.release);
}

}  // namespace inquest
