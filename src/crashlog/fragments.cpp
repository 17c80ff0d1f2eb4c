#include "crashlog/fragments.h"

#include <algorithm>
#include <utility>

#include "base/scanner.h"
#include "crashlog/clean.h"

namespace inquest {
namespace {

std::size_t quote_length(std::string_view raw) {
    if (!raw.starts_with('>')) return 0;
    return std::min(raw.find_first_not_of("> "), raw.size());
}

// An object on a line of its own, behind "data: " or the separator of json-seq too.
std::string_view json_object(std::string_view raw) {
    if (raw.starts_with("data: ")) raw.remove_prefix(6);
    if (raw.starts_with('\x1e')) raw.remove_prefix(1);
    raw = trim_right(raw);
    return raw.starts_with("{\"") && raw.ends_with('}') ? raw : std::string_view();
}

// A field of an object that is printed over several lines (json-pretty, `dmesg -J`).
std::string_view json_message_field(std::string_view raw) {
    raw = trim(raw);
    if (raw.ends_with(',')) raw.remove_suffix(1);
    return raw.starts_with("\"MESSAGE\"") || raw.starts_with("\"msg\":") ? raw : std::string_view();
}

bool is_punctuation_only(std::string_view text) {
    static constexpr std::size_t kLongest = 8;
    return text.size() <= kLongest && std::ranges::none_of(text, is_alpha);
}

}  // namespace

void FragmentReader::restart() { inside_ = false; }

// The line's message as text_; false when it holds none.
bool FragmentReader::unpack(std::string_view raw) {
    unpacked_ = false;
    if (in_export_ || JournalExport::begins(raw)) {
        in_export_ = true;
        if (!export_.take(raw)) return false;
        entry_ = export_.entry();
    } else {
        auto object = json_object(raw);
        auto field = object.empty() ? json_message_field(raw) : std::string_view();
        if (object.empty() && field.empty()) return true;
        auto entry = read_json_entry(object.empty() ? "{" + std::string(field) + "}" : std::string(object));
        if (!entry) return true;
        entry_ = std::move(*entry);
    }
    if (!entry_.from_kernel || entry_.message.empty()) return false;
    unpacked_ = true;
    if (needs_cleaning(entry_.message)) {
        clean(entry_.message, text_);
    } else {
        text_ = entry_.message;
    }
    return true;
}

bool FragmentReader::next_physical() {
    while (physical_.next(piece_)) {
        if (!unpack(piece_.text)) continue;
        auto text = piece_.text;
        if (unpacked_) {
            text = text_;
        } else if (needs_cleaning(text)) {
            clean(text, text_);
            text = text_;
        }
        splitter_.begin(text);
        inside_ = true;
        first_ = true;
        return true;
    }
    return false;
}

// The host name outlives the line that it was read from.
std::string_view FragmentReader::keep_host(std::string_view host) {
    if (host.empty() || host == host_[0]) return host.empty() ? host : host_[0];
    std::swap(host_[0], host_[1]);
    host_[0] = host;
    return host_[0];
}

// Takes off a column of line numbers or of seconds: digits that do not fall from line to line.
void FragmentReader::strip_number(Line& line) {
    static constexpr std::size_t kWidest = 7;
    Scanner scan(line.text);
    auto digits = scan.take_while(is_digit);
    auto width = std::exchange(number_width_, digits.size());
    if (digits.empty() || digits.size() > kWidest) return;
    auto number = *parse_dec(digits);
    auto before = std::exchange(last_number_, number);
    if (!scan.done() && scan.peek() != ' ' && scan.peek() != '\t' && scan.peek() != ':') return;
    bool next = width != 0 && number == before + 1;
    bool column = digits.size() >= 4 && digits.front() == '0' && width == digits.size() && number >= before;
    if (!next && !column) return;
    scan.literal(":");
    if (!scan.literal("\t")) scan.literal(" ");
    line.text = scan.rest();
}

// What stands in front of a time stamp again and again is an envelope that nobody knows.
bool FragmentReader::repeats_prefix(std::string_view text) {
    static constexpr std::size_t kLongest = 60;
    text = trim(text);
    if (is_punctuation_only(text)) return true;
    if (text.size() > kLongest) return false;
    std::string shape;
    std::ranges::copy_if(text, std::back_inserter(shape), [](char c) { return !is_digit(c) && c != ' '; });
    bool repeated = shape == last_prefix_;
    last_prefix_ = std::move(shape);
    return repeated;
}

bool FragmentReader::next(Fragment& fragment) {
    for (;;) {
        if (!inside_ && !next_physical()) return false;
        Line part;
        auto more = splitter_.rest();
        if (!splitter_.next(part)) {
            inside_ = false;
            continue;
        }
        auto raw = more.substr(0, more.size() - splitter_.rest().size());
        fragment.first = std::exchange(first_, false);
        fragment.prefix = !part.enveloped && splitter_.at_stamp();
        if (fragment.prefix && repeats_prefix(part.text)) continue;
        if (!part.enveloped && fragment.first) strip_number(part);
        if (unpacked_) {
            part.enveloped = true;
            part.envelope = "journal";
            if (part.level < 0) part.level = entry_.level;
            if (!part.time_us) part.time_us = entry_.time_us;
            if (part.host.empty()) part.host = entry_.host;
        }
        fragment.line = part;
        fragment.line.host = keep_host(part.host);
        fragment.storage.assign(part.text);
        fragment.line.text = fragment.storage;
        fragment.line.number = piece_.number;
        fragment.origin = piece_;
        fragment.flattened = splitter_.flattened();
        fragment.width =
            fragment.flattened ? trim(raw).size() : piece_.text.size() - quote_length(piece_.text);
        fragment.soft_break = !fragment.flattened && piece_.text.ends_with(' ') && !trim(part.text).empty();
        return true;
    }
}

}  // namespace inquest
