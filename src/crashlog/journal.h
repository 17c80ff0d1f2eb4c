// The journal's machine-readable forms, and the JSON in which container and log systems wrap lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inquest {

struct JournalEntry {
    std::string message;
    std::string host;
    std::optional<std::int64_t> time_us;
    int level = -1;
    bool from_kernel = true;  // false when the entry names another source
};

// An object as `journalctl -o json` prints it, or one with "message", "log" or "msg".
std::optional<JournalEntry> read_json_entry(std::string_view object);

// `journalctl -o export`: fields on lines, an empty line behind each entry.
class JournalExport {
  public:
    // Whether the line begins an export.
    static bool begins(std::string_view line);

    // Takes the next physical line; true when it completes an entry.
    bool take(std::string_view line);
    [[nodiscard]] const JournalEntry& entry() const { return entry_; }

  private:
    void set(std::string_view name, std::string_view value);
    void take_binary(std::string_view line);

    JournalEntry pending_;
    JournalEntry entry_;
    std::string binary_name_;  // not empty: inside a field in binary form
    std::string binary_;       // its size in eight bytes, then its value
    bool any_ = false;
};

}  // namespace inquest
