#include "crashlog/clock.h"

namespace inquest {
namespace {

bool two_digits(std::string_view text, std::size_t at) {
    return at + 2 <= text.size() && is_digit(text[at]) && is_digit(text[at + 1]);
}

bool clock_at(std::string_view text) {
    return text.size() >= 8 && two_digits(text, 0) && text[2] == ':' && two_digits(text, 3) &&
           text[5] == ':' && two_digits(text, 6);
}

bool is_host_char(char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == ':'; }

// "kernel: ", "kernel[0]: ", "kernel:[ 12.3]", "kernel - - - ".
bool read_kernel_tag(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal("kernel")) return false;
    if (ahead.literal(" - - - ") || ahead.literal(": ") || ahead.literal(":")) {
        scan = ahead;
        return true;
    }
    if (!ahead.literal("[") || !ahead.dec() || !ahead.literal("]:")) return false;
    ahead.literal(" ");
    scan = ahead;
    return true;
}

// "warn", "err", "info": journal and BusyBox forms name the level in front of the tag.
int read_level_word(Scanner& scan) {
    static constexpr std::string_view kLevels[] = {"emerg", "alert",  "crit", "err",
                                                   "warn",  "notice", "info", "debug"};
    Scanner ahead = scan;
    ahead.literal("kern.");
    auto word = ahead.take_while(is_lower);
    if (!ahead.literal(" ")) return -1;
    for (int level = 0; level < 8; ++level) {
        if (!word.starts_with(kLevels[level]) || word.size() > 9) continue;
        scan = ahead;
        return level;
    }
    return -1;
}

// " 2024" behind the time, as OpenWrt's log has it.
bool read_year(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal(" ") || ahead.take_while(is_digit).size() != 4 || ahead.peek() != ' ') return false;
    scan = ahead;
    return true;
}

// " CEST", " +02" behind the time, as `journalctl -o short-full` has it.
bool read_zone(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal(" ")) return false;
    auto zone = ahead.take_while([](char c) { return is_upper(c) || is_digit(c) || c == '+' || c == '-'; });
    bool named = zone.size() >= 3 && zone.size() <= 5 && is_upper(zone.front()) && is_upper(zone.back());
    bool offset = zone.size() >= 3 && (zone.front() == '+' || zone.front() == '-');
    if ((!named && !offset) || ahead.peek() != ' ' || ahead.rest().starts_with(" kernel:")) return false;
    scan = ahead;
    return true;
}

}  // namespace

bool read_clock(Scanner& scan) {
    if (!clock_at(scan.rest())) return false;
    scan.skip(8);
    Scanner ahead = scan;
    if ((ahead.literal(".") || ahead.literal(",")) && !ahead.take_while(is_digit).empty()) scan = ahead;
    return true;
}

bool read_iso_time(Scanner& scan) {
    auto text = scan.rest();
    if (text.size() < 19 || !two_digits(text, 0) || !two_digits(text, 2) || !two_digits(text, 5) ||
        !two_digits(text, 8))
        return false;
    if ((text[4] != '-' && text[4] != '/') || text[7] != text[4] || (text[10] != 'T' && text[10] != ' '))
        return false;
    Scanner ahead(text.substr(11));
    if (!read_clock(ahead)) return false;
    if (!ahead.literal("Z") && (ahead.peek() == '+' || ahead.peek() == '-')) {
        Scanner zone = ahead;
        zone.skip(1);
        if (zone.take_while([](char c) { return is_digit(c) || c == ':'; }).size() >= 2) ahead = zone;
    }
    scan = ahead;
    return true;
}

bool read_month_day_time(Scanner& scan) {
    static constexpr int kMostWords = 4;  // "Mon May 25 20:50:48", "2024 May 25 20:50:48"
    static constexpr std::size_t kLongestWord = 12;
    if (!holds_clock(scan.rest().substr(0, kMostWords * (kLongestWord + 1) + 8))) return false;
    Scanner ahead = scan;
    bool day = false;
    bool name = false;
    for (int words = 0; !day || !name || !read_clock(ahead); ++words) {
        auto word = ahead.take_while([](char c) { return c != ' '; }).substr(0, kLongestWord + 1);
        if (words == kMostWords || word.empty() || word.size() > kLongestWord) return false;
        bool number =
            is_digit(word.front()) && (is_digit(word.back()) || word.back() == '.' || word.back() == ',');
        bool foreign = static_cast<unsigned char>(word.front()) >= 0x80 ||
                       static_cast<unsigned char>(word.back()) >= 0x80;
        if (!number && !foreign && !is_alpha(word.front())) return false;  // "8月" is foreign
        (number ? day : name) = true;
        if (ahead.take_while([](char c) { return c == ' '; }).empty()) return false;
    }
    read_year(ahead) || read_zone(ahead);
    scan = ahead;
    return true;
}

bool holds_clock(std::string_view text) {
    for (auto colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1))
        if (colon >= 2 && clock_at(text.substr(colon - 2))) return true;
    return false;
}

bool holds_year(std::string_view text) {
    std::size_t run = 0;
    for (char c : text) {
        if (is_digit(c)) {
            ++run;
            continue;
        }
        if (run == 4) return true;
        run = 0;
    }
    return run == 4;
}

bool strip_host_and_tag(Line& line, Scanner scan, Tag tag) {
    Scanner ahead = scan;
    ahead.spaces();
    int level = read_level_word(ahead);
    std::string_view host;
    if (!read_kernel_tag(ahead)) {
        host = ahead.take_while(is_host_char);
        bool tagged = !host.empty() && ahead.literal(" ");
        if (tagged && level < 0) level = read_level_word(ahead);
        tagged = tagged && read_kernel_tag(ahead);
        if (!tagged && tag == Tag::needed) return false;
        if (!tagged) {
            scan.literal(" ");
            line.text = scan.rest();
            return true;
        }
    }
    if (line.level < 0) line.level = level;
    if (!host.empty()) line.host = host;
    line.text = ahead.rest();
    line.enveloped = true;
    return true;
}

}  // namespace inquest
