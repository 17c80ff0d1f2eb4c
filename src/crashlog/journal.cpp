#include "crashlog/journal.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kLongestMessage = 64 << 10;

// The fields that matter, whichever form they come in.
void take_field(JournalEntry& entry, std::string_view name, std::string_view value) {
    if (name == "MESSAGE") {
        entry.message = value.substr(0, kLongestMessage);
    } else if (name == "_HOSTNAME") {
        entry.host = value;
    } else if (name == "PRIORITY") {
        if (auto level = parse_dec(value); level && *level <= 7) entry.level = static_cast<int>(*level);
    } else if (name == "_TRANSPORT") {
        entry.from_kernel = value == "kernel";
    } else if (name == "_SOURCE_MONOTONIC_TIMESTAMP") {
        entry.time_us = parse_signed(value);
    } else if (name == "__MONOTONIC_TIMESTAMP" && !entry.time_us) {
        entry.time_us = parse_signed(value);
    }
}

// A string, or the bytes of one that is not printable.
std::string text_of(const Json& value) {
    if (auto* text = value.string()) return *text;
    std::string bytes;
    if (auto* array = value.array())
        for (const Json& byte : *array) {
            auto* number = byte.integer();
            if (number && *number >= 0 && *number < 256) bytes += static_cast<char>(*number);
        }
    if (auto* number = value.integer()) return std::to_string(*number);
    return bytes;
}

}  // namespace

std::optional<JournalEntry> read_json_entry(std::string_view object) {
    auto json = parse_json(object, 8);
    if (!json || !json->object()) return std::nullopt;
    JournalEntry entry;
    bool found = false;
    for (const auto& [name, value] : *json->object()) {
        bool message = name == "message" || name == "log" || name == "msg";
        take_field(entry, message ? "MESSAGE" : name, text_of(value));
        found = found || message || name == "MESSAGE";
    }
    if (!found) return std::nullopt;
    return entry;
}

bool JournalExport::begins(std::string_view line) {
    return line.starts_with("__CURSOR=") || line.starts_with("__REALTIME_TIMESTAMP=");
}

void JournalExport::set(std::string_view name, std::string_view value) {
    take_field(pending_, name, value);
    any_ = true;
}

void JournalExport::take_binary(std::string_view line) {
    static constexpr std::size_t kSizeBytes = 8;
    binary_ += line;
    binary_ += '\n';
    if (binary_.size() < kSizeBytes) return;
    std::uint64_t size = 0;
    for (std::size_t i = kSizeBytes; i-- > 0;) size = size << 8 | static_cast<unsigned char>(binary_[i]);
    bool complete = binary_.size() - kSizeBytes > size;
    if (!complete && size <= kLongestMessage) return;
    // A size that no message has means that we are lost: go on at the next field.
    if (complete) set(binary_name_, std::string_view(binary_).substr(kSizeBytes, size));
    binary_name_.clear();
    binary_.clear();
}

bool JournalExport::take(std::string_view line) {
    if (!binary_name_.empty()) {
        take_binary(line);
        return false;
    }
    if (line.empty()) {
        entry_ = std::exchange(pending_, {});
        return std::exchange(any_, false);
    }
    if (auto equals = line.find('='); equals != line.npos) {
        set(line.substr(0, equals), line.substr(equals + 1));
    } else if (std::ranges::all_of(line, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; })) {
        binary_name_ = line.substr(0, 64);
    }
    return false;
}

}  // namespace inquest
