// A cursor over one line: the tool with which the oops grammar is written. Each call either consumes what it
// names and says so, or leaves the cursor where it was.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace inquest {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool done() const { return rest_.empty(); }
    [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

    bool literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    Scanner& spaces() {
        rest_ = trim_left(rest_);
        return *this;
    }

    std::optional<std::uint64_t> dec() { return number(10); }
    // Hexadecimal digits, with or without 0x.
    std::optional<std::uint64_t> hex() {
        Scanner saved = *this;
        literal("0x") || literal("0X");
        auto value = number(16);
        if (!value) *this = saved;
        return value;
    }

    // The longest run of characters for which `belongs` holds; may be empty.
    template <typename Predicate>
    std::string_view take_while(Predicate belongs) {
        std::size_t length = 0;
        while (length < rest_.size() && belongs(rest_[length])) ++length;
        auto taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

    std::string_view word() {
        return take_while([](char c) { return !is_space(c); });
    }
    std::string_view symbol() { return take_while(is_symbol_char); }

    // Everything before `stop`, which is consumed too; nullopt (nothing consumed) when it does not come.
    std::optional<std::string_view> until(std::string_view stop) {
        auto end = rest_.find(stop);
        if (end == rest_.npos) return std::nullopt;
        auto taken = rest_.substr(0, end);
        rest_.remove_prefix(end + stop.size());
        return taken;
    }

    void skip(std::size_t count) { rest_.remove_prefix(count < rest_.size() ? count : rest_.size()); }

  private:
    std::optional<std::uint64_t> number(int base) {
        std::uint64_t value = 0;
        auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, base);
        if (error != std::errc{}) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    std::string_view rest_;
};

}  // namespace inquest
