// JSON as a value. The parser underneath is nlohmann's, which only json.cpp includes (3.6 s of compile time).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace inquest {

class Json {
  public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;  // keeps the order it was written in

    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(static_cast<std::int64_t>(value)) {}
    Json(unsigned value) : value_(static_cast<std::int64_t>(value)) {}
    Json(std::int64_t value) : value_(value) {}
    Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value_); }
    [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
    [[nodiscard]] const double* number() const { return std::get_if<double>(&value_); }
    [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
    [[nodiscard]] const Object* object() const { return std::get_if<Object>(&value_); }

    // The member of that name, a null value when there is none or this is no object.
    [[nodiscard]] const Json& operator[](std::string_view name) const;
    // A member's string, "" when it is missing or of another type.
    [[nodiscard]] std::string_view text(std::string_view name) const;

    // Sets a member; turns null into an object first.
    void set(std::string name, Json value);
    // Appends an element; turns null into an array first.
    void push(Json value);

    // Valid UTF-8 whatever the strings hold. indent < 0: one line.
    [[nodiscard]] std::string dump(int indent = -1) const;

  private:
    void write(std::string& out, int indent, int depth) const;
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// At most `depth_limit` levels deep; the error names the byte.
Result<Json> parse_json(std::string_view text, int depth_limit = 64);

}  // namespace inquest
