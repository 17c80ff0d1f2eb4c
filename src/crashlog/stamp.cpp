#include "crashlog/stamp.h"

#include "base/scanner.h"

namespace inquest {
namespace {

// "12.345678": at least three digits behind the point tell it from a version or a list number.
std::optional<std::int64_t> read_seconds(Scanner& scan) {
    auto whole = scan.take_while(is_digit);
    if (whole.empty() || whole.size() > 11 || !scan.literal(".")) return std::nullopt;
    auto fraction = scan.take_while(is_digit);
    if (fraction.size() < 3 || fraction.size() > 9) return std::nullopt;
    std::int64_t time_us = 0;
    for (char c : whole) time_us = time_us * 10 + (c - '0');
    for (std::size_t i = 0; i < 6; ++i)
        time_us = time_us * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    return time_us;
}

// "<    0.000014>": the time since the line before.
bool read_difference(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal("<")) return false;
    ahead.spaces();
    if (!read_seconds(ahead) || !ahead.spaces().literal(">")) return false;
    scan = ahead;
    return true;
}

}  // namespace

std::optional<Stamp> read_stamp(std::string_view text) {
    Scanner scan(text);
    if (!scan.literal("[")) return std::nullopt;
    auto blanks = scan.take_while([](char c) { return c == ' '; });
    if (blanks.size() > 12) return std::nullopt;
    std::optional<std::int64_t> time_us;
    if (scan.literal("+")) {
        if (!read_seconds(scan)) return std::nullopt;
    } else if (is_digit(scan.peek())) {
        Scanner whole = scan;
        time_us = read_seconds(scan);
        // "[  240.]" of kernels whose clock counts seconds
        if (!time_us && !blanks.empty()) {
            scan = whole;
            auto seconds = scan.dec();
            if (seconds && *seconds < 100'000 && scan.literal("."))
                time_us = static_cast<std::int64_t>(*seconds) * 1'000'000;
        }
        if (!time_us) return std::nullopt;
        scan.spaces();
        read_difference(scan);
    } else if (!read_difference(scan)) {
        return std::nullopt;
    }
    if (!scan.literal("]")) return std::nullopt;
    scan.literal(" ");
    return Stamp{text.size() - scan.rest().size(), time_us};
}

std::size_t find_stamp(std::string_view text, std::size_t from) {
    for (auto at = text.find('[', from); at != text.npos; at = text.find('[', at + 1))
        if (read_stamp(text.substr(at))) return at;
    return text.npos;
}

}  // namespace inquest
