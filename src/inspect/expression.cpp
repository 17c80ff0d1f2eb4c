#include "inspect/expression.h"

#include "base/text.h"

namespace inquest {
namespace {

constexpr int kMostDepth = 16;
constexpr std::uint64_t kMostIndex = 1 << 30;

class Parser {
  public:
    Parser(const ExpressionScope& scope, std::string_view text) : scope_(scope), rest_(trim(text)) {}

    Result<Meaning> whole() {
        auto meaning = unary(0);
        if (!meaning) return meaning;
        skip();
        if (!rest_.empty()) return fail("\"" + std::string(rest_) + "\" is not understood");
        return meaning;
    }

  private:
    void skip() { rest_ = trim_left(rest_); }
    bool eat(std::string_view token) {
        skip();
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    std::string_view take_while(bool (*belongs)(char)) {
        std::size_t length = 0;
        while (length < rest_.size() && belongs(rest_[length])) ++length;
        auto taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

    Result<Meaning> unary(int depth) {
        if (depth > kMostDepth) return fail("the expression is nested too deeply");
        if (eat("*")) {
            auto inner = unary(depth + 1);
            return inner ? follow(std::move(*inner)) : inner;
        }
        if (eat("&")) {
            auto inner = unary(depth + 1);
            if (!inner || !inner->type) return inner;
            if (inner->value || inner->bit_size || inner->type->elements)
                return fail("only something that lies in memory has an address");
            TypeRef pointer = *inner->type;
            ++pointer.stars;
            return Meaning{pointer, 0, 0, 0, inner->address, inner->symbol};
        }
        skip();
        if (auto type = cast()) {
            if (!*type) return std::unexpected(std::move(type->error()));
            auto operand = unary_of_cast(**type, depth + 1);
            return operand ? postfix(std::move(*operand)) : operand;
        }
        auto inner = primary(depth);
        return inner ? postfix(std::move(*inner)) : inner;
    }

    // "(struct x *)" when the parenthesis that is next holds a type.
    std::optional<Result<TypeRef>> cast() {
        if (!rest_.starts_with('(')) return std::nullopt;
        auto close = rest_.find(')');
        if (close == rest_.npos) return std::nullopt;
        std::string_view inside = rest_.substr(1, close - 1);
        if (!looks_like_type(scope_.types, inside)) return std::nullopt;
        rest_.remove_prefix(close + 1);
        return parse_type(scope_.types, inside);
    }

    // A cast gives a symbol or number its type; of what has one already it changes the type.
    Result<Meaning> unary_of_cast(const TypeRef& type, int depth) {
        skip();
        const bool nested = rest_.starts_with('(') || rest_.starts_with('*') || rest_.starts_with('&');
        auto operand = nested ? unary(depth) : primary(depth);
        if (!operand) return operand;
        if (operand->type && !nested) operand = postfix(std::move(*operand));
        if (!operand) return operand;
        if (!operand->type) {
            bool is_number = operand->symbol.empty() && (type.is_pointer() || !type.size());
            if (!is_number) return Meaning{type, operand->address, 0, 0, std::nullopt, operand->symbol};
            return Meaning{type, 0, 0, 0, operand->address, ""};
        }
        if (operand->value) return Meaning{type, 0, 0, 0, operand->value, operand->symbol};
        if (operand->type->is_pointer() && type.is_pointer()) {
            auto value = scalar_value(scope_.source, operand->place());
            if (!value) return fail("the pointer at " + hex(operand->address) + " is not in the dump");
            return Meaning{type, 0, 0, 0, *value, operand->symbol};
        }
        return Meaning{type, operand->address, 0, 0, std::nullopt, operand->symbol};
    }

    Result<Meaning> primary(int depth) {
        if (eat("(")) {
            auto inner = unary(depth + 1);
            if (inner && !eat(")")) return fail("a ) is missing");
            return inner;
        }
        skip();
        Meaning meaning;
        // A dot may belong to the symbol's name (foo.isra.0, __func__.12): the longest symbol wins.
        std::string_view word = take_while(is_symbol_char);
        if (word.empty())
            return fail(rest_.empty() ? "the expression is not complete"
                                      : "\"" + std::string(rest_) + "\" is not understood");
        for (std::string_view name = word;;) {
            if (auto number = name.starts_with("0x") ? parse_hex(name)
                              : is_digit(name[0])    ? number_of(name)
                                                     : std::nullopt) {
                meaning.address = *number;
            } else if (auto address = scope_.symbol(name)) {
                meaning.address = *address;
                meaning.symbol = name;
                meaning.type = scope_.type_of(name);
            } else if (auto dot = name.rfind('.'); dot != name.npos && dot > 0) {
                name = name.substr(0, dot);
                continue;
            } else if (auto bare = name.size() >= 8 ? parse_hex(name) : std::nullopt) {
                meaning.address = *bare;
            } else {
                return std::unexpected(std::move(address.error()));
            }
            rest_ = std::string_view(
                name.data() + name.size(),
                static_cast<std::size_t>(rest_.data() + rest_.size() - name.data() - name.size()));
            break;
        }
        if (!meaning.type && eat("+")) {
            skip();
            std::string_view digits = take_while(is_alnum);
            auto offset = digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
            if (!offset) return fail("\"" + std::string(digits) + "\" is no offset");
            meaning.address += *offset;
        }
        return meaning;
    }

    static std::optional<std::uint64_t> number_of(std::string_view text) {
        auto decimal = parse_dec(text);
        return decimal && text.size() < 16 ? decimal : parse_hex(text);
    }

    Result<Meaning> postfix(Meaning meaning) {
        for (int step = 0; step < 64; ++step) {
            skip();
            bool arrow = rest_.starts_with("->"), dot = rest_.starts_with("."),
                 index = rest_.starts_with("[");
            if (!arrow && !dot && !index) return meaning;
            if (!meaning.type) return untyped(meaning);
            rest_.remove_prefix(arrow ? 2 : 1);
            if (index) {
                auto close = rest_.find(']');
                std::string_view digits = trim(rest_.substr(0, close));
                auto number = digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
                if (close == rest_.npos || !number || *number > kMostIndex)
                    return fail("\"" + std::string(digits) + "\" is no index");
                rest_.remove_prefix(close + 1);
                auto element = element_of(std::move(meaning), *number);
                if (!element) return element;
                meaning = std::move(*element);
                continue;
            }
            // As gdb has it, a dot follows a pointer, too.
            if (arrow || meaning.type->is_pointer()) {
                auto followed = follow(std::move(meaning));
                if (!followed) return followed;
                meaning = std::move(*followed);
            }
            skip();
            std::string_view name = take_while([](char c) { return is_alnum(c) || c == '_'; });
            if (meaning.value) return fail(meaning.type->name() + " has no member " + std::string(name));
            auto place = member_of(meaning.place(), name);
            if (!place) return std::unexpected(std::move(place.error()));
            meaning.type = place->type;
            meaning.address = place->address;
            meaning.bit_offset = place->bit_offset;
            meaning.bit_size = place->bit_size;
        }
        return fail("the expression is too long");
    }

    static std::unexpected<Error> untyped(const Meaning& meaning) {
        std::string what = meaning.symbol.empty() ? hex(meaning.address) : meaning.symbol;
        return fail("the type of " + what + " is not known: say it with a cast, (struct x)" + what);
    }

    Result<Meaning> follow(Meaning meaning) {
        if (!meaning.type) return untyped(meaning);
        auto target = meaning.type->target();
        if (!target) return fail(meaning.type->name() + " is no pointer");
        std::uint64_t address = meaning.address;
        if (meaning.type->is_pointer()) {
            auto value = meaning.value ? meaning.value : scalar_value(scope_.source, meaning.place());
            if (!value) return fail("the pointer at " + hex(meaning.address) + " is not in the dump");
            if (*value == 0) return fail("the pointer is NULL");
            address = *value;
        }
        return Meaning{*target, address, 0, 0, std::nullopt, meaning.symbol};
    }

    Result<Meaning> element_of(Meaning meaning, std::uint64_t number) {
        auto element = follow(std::move(meaning));
        if (!element) return element;
        element->address += number * element->type->size();
        return element;
    }

    const ExpressionScope& scope_;
    std::string_view rest_;
};

}  // namespace

Result<Meaning> evaluate(const ExpressionScope& scope, std::string_view text) {
    return Parser(scope, text).whole();
}

}  // namespace inquest
