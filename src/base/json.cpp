#include "base/json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace inquest {
namespace {

const Json kNull;

void write_string(std::string& out, std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out += '"';
    for (char c : to_valid_utf8(text)) {
        auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            default:
                if (byte < 0x20 || byte == 0x7f) {
                    out.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

// Builds a Json from nlohmann's events, so that no second tree exists and depth is bounded before recursion.
class Builder : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Builder(int depth_limit) : depth_limit_(depth_limit) {}

    bool null() override { return add(Json()); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(static_cast<std::int64_t>(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(INT64_MAX)) return add(static_cast<double>(value));
        return add(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Json(Json::Object{})); }
    bool start_array(std::size_t) override { return open(Json(Json::Array{})); }
    bool key(string_t& value) override {
        open_.back().key = std::move(value);
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        error_ = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    Json root;
    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    struct Level {
        Json value;
        std::string key;
    };

    bool add(Json value) {
        if (open_.empty()) {
            root = std::move(value);
        } else if (open_.back().value.object()) {
            open_.back().value.set(std::move(open_.back().key), std::move(value));
        } else {
            open_.back().value.push(std::move(value));
        }
        return true;
    }
    bool open(Json value) {
        if (static_cast<int>(open_.size()) >= depth_limit_) {
            error_ = "JSON nested deeper than " + std::to_string(depth_limit_) + " levels";
            return false;
        }
        open_.push_back({std::move(value), {}});
        return true;
    }
    bool close() {
        Json value = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(value));
    }

    std::vector<Level> open_;
    std::string error_;
    int depth_limit_;
};

}  // namespace

const Json& Json::operator[](std::string_view name) const {
    if (const auto* members = object())
        for (const auto& [key, value] : *members)
            if (key == name) return value;
    return kNull;
}

std::string_view Json::text(std::string_view name) const {
    const auto* value = (*this)[name].string();
    return value ? std::string_view(*value) : std::string_view();
}

void Json::set(std::string name, Json value) {
    if (is_null()) value_ = Object{};
    std::get<Object>(value_).emplace_back(std::move(name), std::move(value));
}

void Json::push(Json value) {
    if (is_null()) value_ = Array{};
    std::get<Array>(value_).push_back(std::move(value));
}

std::string Json::dump(int indent) const {
    std::string out;
    write(out, indent, 0);
    return out;
}

void Json::write(std::string& out, int indent, int depth) const {
    auto new_line = [&](int levels) {
        if (indent >= 0) out.append("\n").append(static_cast<std::size_t>(indent * levels), ' ');
    };
    if (is_null()) {
        out += "null";
    } else if (const auto* flag = boolean()) {
        out += *flag ? "true" : "false";
    } else if (const auto* whole = integer()) {
        out += std::to_string(*whole);
    } else if (const auto* real = number()) {
        char digits[32];
        auto end = std::to_chars(digits, digits + sizeof digits, *real).ptr;
        out += std::isfinite(*real) ? std::string(digits, end) : "null";
    } else if (const auto* chars = string()) {
        write_string(out, *chars);
    } else if (const auto* elements = array()) {
        out += '[';
        for (const auto& element : *elements) {
            if (&element != &elements->front()) out += ',';
            new_line(depth + 1);
            element.write(out, indent, depth + 1);
        }
        if (!elements->empty()) new_line(depth);
        out += ']';
    } else if (const auto* members = object()) {
        out += '{';
        for (const auto& member : *members) {
            if (&member != &members->front()) out += ',';
            new_line(depth + 1);
            write_string(out, member.first);
            out += indent >= 0 ? ": " : ":";
            member.second.write(out, indent, depth + 1);
        }
        if (!members->empty()) new_line(depth);
        out += '}';
    }
}

Result<Json> parse_json(std::string_view text, int depth_limit) {
    Builder builder(depth_limit);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return fail(builder.error());
    return std::move(builder.root);
}

}  // namespace inquest
