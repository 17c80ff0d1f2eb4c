#include "knowledge/upstream_version.h"

#include <algorithm>

#include "base/scanner.h"
#include "knowledge/version.h"

namespace inquest {

namespace {

// Larger numbers than any real one stay in order up to this bound, which keeps the order total.
std::optional<std::uint32_t> take_number(Scanner& in) {
    auto digits = in.take_while(is_digit);
    if (digits.empty()) return std::nullopt;
    constexpr std::uint64_t kMost = UpstreamVersion::kRelease - 1;
    return static_cast<std::uint32_t>(std::min(parse_dec(digits).value_or(kMost), kMost));
}

}  // namespace

std::optional<UpstreamVersion> parse_upstream(std::string_view text) {
    Scanner in(text);
    in.literal("v");
    UpstreamVersion version;
    auto first = take_number(in);
    if (!first) return std::nullopt;
    version.number[0] = *first;
    for (std::size_t part = 1; part < version.number.size(); ++part) {
        Scanner saved = in;
        auto number = in.literal(".") ? take_number(in) : std::nullopt;
        if (!number) {
            in = saved;
            break;
        }
        version.number[part] = *number;
    }
    if (in.literal("-rc")) version.candidate = take_number(in).value_or(UpstreamVersion::kRelease);
    return version;
}

UpstreamVersion UpstreamVersion::branch() const {
    bool old = number[0] == 2 && number[1] == 6;
    return {{number[0], number[1], old ? number[2] : 0, 0}, kRelease};
}

UpstreamVersion UpstreamVersion::next_mainline() const {
    auto next = branch();
    if (number[0] == 2 && number[1] == 6) {
        if (number[2] >= 39) return {{3, 0, 0, 0}, kRelease};
        ++next.number[2];
        return next;
    }
    // 3.19, 4.20, 5.19 and 6.19 were the last of their first number.
    bool last = (number[0] == 4 && number[1] == 20) ||
                ((number[0] == 3 || number[0] == 5 || number[0] == 6) && number[1] == 19);
    return last ? UpstreamVersion{{number[0] + 1, 0, 0, 0}, kRelease}
                : UpstreamVersion{{number[0], number[1] + 1, 0, 0}, kRelease};
}

std::string UpstreamVersion::text() const {
    std::string out = std::to_string(number[0]) + '.' + std::to_string(number[1]);
    if (number[2] != 0 || number[3] != 0) out += '.' + std::to_string(number[2]);
    if (number[3] != 0) out += '.' + std::to_string(number[3]);
    if (is_candidate()) out += "-rc" + std::to_string(candidate);
    return out;
}

std::strong_ordering compare_upstream(std::string_view a, std::string_view b) {
    return parse_upstream(a) <=> parse_upstream(b);
}

}  // namespace inquest
