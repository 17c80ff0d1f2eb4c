// Debian's order of versions, deb-version(7).
#include "base/text.h"
#include "knowledge/version.h"

namespace inquest {

namespace {

using std::strong_ordering;

// '~' before the end and before digits, letters before everything else.
int weight(std::string_view text) {
    if (text.empty() || is_digit(text.front())) return 0;
    char c = text.front();
    if (c == '~') return -1;
    return is_alpha(c) ? c : static_cast<unsigned char>(c) + 256;
}

bool in_text(std::string_view text) { return !text.empty() && !is_digit(text.front()); }

std::string_view take_number(std::string_view& text) {
    while (text.starts_with('0')) text.remove_prefix(1);
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    auto number = text.substr(0, length);
    text.remove_prefix(length);
    return number;
}

strong_ordering compare_part(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        while (in_text(a) || in_text(b)) {
            if (auto order = weight(a) <=> weight(b); order != 0) return order;
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
        auto x = take_number(a);
        auto y = take_number(b);
        if (x.size() != y.size()) return x.size() <=> y.size();
        if (auto order = x <=> y; order != 0) return order;
    }
    return strong_ordering::equal;
}

struct DebVersion {
    std::string_view epoch, upstream, revision;
};

DebVersion split_version(std::string_view text) {
    DebVersion version;
    auto colon = text.find(':');
    if (colon != text.npos) {
        version.epoch = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    auto dash = text.rfind('-');
    version.upstream = text.substr(0, dash);
    if (dash != text.npos) version.revision = text.substr(dash + 1);
    return version;
}

}  // namespace

strong_ordering compare_dpkg(std::string_view a, std::string_view b) {
    auto x = split_version(a);
    auto y = split_version(b);
    if (auto order = compare_part(x.epoch, y.epoch); order != 0) return order;
    if (auto order = compare_part(x.upstream, y.upstream); order != 0) return order;
    return compare_part(x.revision, y.revision);
}

}  // namespace inquest
