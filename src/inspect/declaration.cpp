#include "inspect/declaration.h"

#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

constexpr int kMostSteps = 64;               // pointers to pointers, typedefs of typedefs
constexpr int kMostDepth = 12;               // functions that take functions; structs in structs
constexpr std::size_t kMostMembers = 20000;  // of one definition, nested ones counted

bool is_aggregate(TypeKind kind) { return kind == TypeKind::structure || kind == TypeKind::union_type; }

std::string_view keyword(const Type& type) {
    switch (type.kind) {
        case TypeKind::structure:
            return "struct";
        case TypeKind::union_type:
            return "union";
        case TypeKind::enumeration:
        case TypeKind::enumeration64:
            return "enum";
        case TypeKind::forward:
            return type.count ? "union" : "struct";
        default:
            return "";
    }
}

// C's declarators read inside out: what comes off the type wraps the name.
class Declarator {
  public:
    Declarator(const Types& types, std::string_view name, int depth)
        : types_(types), text_(name), depth_(depth) {}

    void point(unsigned stars) {
        text_.insert(0, std::string(stars, '*'));
        after_star_ = after_star_ || stars > 0;
    }

    std::string of(TypeId id) {
        for (int step = 0; step < kMostSteps; ++step) {
            Type type = types_.type(id);
            switch (type.kind) {
                case TypeKind::pointer:
                    point(1);
                    break;
                case TypeKind::array:
                    suffix(type.count ? "[" + std::to_string(type.count) + "]" : "[]");
                    break;
                case TypeKind::function_prototype:
                    suffix("(" + parameters(id) + ")");
                    break;
                case TypeKind::const_type:
                    qualify("const", type.target);
                    break;
                case TypeKind::volatile_type:
                    qualify("volatile", type.target);
                    break;
                case TypeKind::restrict_type:
                case TypeKind::type_tag:
                case TypeKind::function:
                case TypeKind::variable:
                    break;
                default:
                    return finish(type);
            }
            id = type.target;
        }
        return finish({});
    }

  private:
    void suffix(const std::string& text) {
        if (after_star_) text_ = "(" + text_ + ")";
        text_ += text;
        after_star_ = false;
    }

    // A qualifier of a pointer stands behind its star, one of anything else in front of the type.
    void qualify(std::string_view word, TypeId qualified) {
        Type type = types_.type(qualified);
        if (type.kind == TypeKind::pointer) {
            text_ = std::string(word) + (text_.empty() ? "" : " ") + text_;
        } else {
            qualifiers_.append(word).append(" ");
        }
    }

    std::string parameters(TypeId prototype) {
        auto list = types_.members(prototype);
        if (list.empty()) return "void";
        if (depth_ >= kMostDepth) return "...";
        std::string text;
        for (const Member& parameter : list) {
            if (!text.empty()) text += ", ";
            bool variadic = parameter.type == 0 && parameter.name.empty();
            text += variadic ? "..." : Declarator(types_, parameter.name, depth_ + 1).of(parameter.type);
        }
        return text;
    }

    std::string finish(const Type& type) {
        std::string base = qualifiers_;
        if (auto word = keyword(type); !word.empty()) base.append(word).append(" ");
        base += type.kind == TypeKind::void_type ? "void"
                : type.name.empty()              ? "{...}"
                                                 : escape_for_terminal(type.name);
        if (text_.empty() || text_.front() == '[') return base + text_;
        return base + " " + text_;
    }

    const Types& types_;
    std::string text_, qualifiers_;
    int depth_;
    bool after_star_ = false;
};

class Definition {
  public:
    Definition(const Types& types, std::uint64_t base) : types_(types), base_(base) {}

    std::string of(TypeId id) {
        members(id, 0, 0);
        return std::move(text_);
    }

    Json json_members(TypeId id, std::uint64_t base, int depth) {
        Json::Array list;
        for (const Member& member : types_.members(id)) {
            if (++shown_ > kMostMembers) break;
            Json one;
            one.set("name", member.name);
            one.set("type", declaration(types_, member.type, ""));
            one.set("offset", base + member.bit_offset / 8);
            one.set("bit_size", member.bit_size);
            if (member.bit_size) one.set("bit_offset", member.bit_offset % 8);
            if (is_anonymous(member) && depth < kMostDepth)
                one.set("members",
                        json_members(types_.resolve(member.type), base + member.bit_offset / 8, depth + 1));
            list.push_back(std::move(one));
        }
        return list;
    }

  private:
    [[nodiscard]] bool is_anonymous(const Member& member) const {
        Type type = types_.type(types_.resolve(member.type));
        return is_aggregate(type.kind) && type.name.empty() &&
               types_.type(member.type).kind != TypeKind::type_def;
    }

    void members(TypeId id, std::uint64_t base, int depth) {
        const std::string indent(static_cast<std::size_t>(depth) * 4, ' ');
        for (const Member& member : types_.members(id)) {
            if (++shown_ > kMostMembers) {
                text_ += "    ... (the rest is not shown)\n";
                return;
            }
            std::uint64_t offset = base + member.bit_offset / 8;
            std::string place = base_ ? fmt::format("[{:x}]", base_ + offset) : fmt::format("[{}]", offset);
            if (is_anonymous(member) && depth < kMostDepth) {
                TypeId inner = types_.resolve(member.type);
                text_ += fmt::format("  {:>6} {}{} {{\n", "", indent, keyword(types_.type(inner)));
                members(inner, offset, depth + 1);
                text_ += fmt::format("  {:>6} {}}}{}{};\n", "", indent, member.name.empty() ? "" : " ",
                                     escape_for_terminal(member.name));
                continue;
            }
            text_ += fmt::format("  {:>6} {}{}", place, indent,
                                 declaration(types_, member.type, escape_for_terminal(member.name)));
            if (member.bit_size)
                text_ += fmt::format(" : {}; /* bit {} */\n", member.bit_size, member.bit_offset % 8);
            else
                text_ += ";\n";
        }
    }

    const Types& types_;
    std::uint64_t base_;
    std::string text_;
    std::size_t shown_ = 0;
};

}  // namespace

std::string declaration(const Types& types, TypeId id, std::string_view name) {
    return Declarator(types, name, 0).of(id);
}

std::string declaration(const Types& types, TypeId id, unsigned stars, std::string_view name) {
    Declarator declarator(types, name, 0);
    declarator.point(stars);
    return declarator.of(id);
}

std::string definition(const Types& types, TypeId id, std::uint64_t base) {
    Type type = types.type(id);
    std::string head, tail;
    if (type.kind == TypeKind::type_def) {
        TypeId meant = types.resolve(id);
        Type target = types.type(meant);
        if ((!is_aggregate(target.kind) && keyword(target) != "enum") || !target.name.empty())
            return "typedef " + declaration(types, type.target, type.name) + ";\n" +
                   fmt::format("SIZE: {}\n", types.size_of(id));
        head = "typedef ";
        tail = " " + escape_for_terminal(type.name) + ";";
        id = meant;
        type = target;
    }
    std::string named(keyword(type));
    if (!type.name.empty()) named += " " + escape_for_terminal(type.name);
    if (is_aggregate(type.kind))
        return head + named + " {\n" + Definition(types, base).of(id) + "}" + tail +
               fmt::format("\nSIZE: {}\n", type.size);
    if (keyword(type) == "enum") {
        std::string text = head + named + " {\n";
        std::size_t shown = 0;
        for (auto [name, value] : types.enumerators(id)) {
            if (++shown > kMostMembers) break;
            text += fmt::format("  {} = {}\n", escape_for_terminal(name), value);
        }
        return text + "}" + tail + fmt::format("\nSIZE: {}\n", type.size);
    }
    return declaration(types, id, "") + fmt::format("\nSIZE: {}\n", types.size_of(id));
}

Json definition_json(const Types& types, TypeId id, std::uint64_t base) {
    Json json;
    json.set("type", declaration(types, id, ""));
    json.set("size", types.size_of(id));
    TypeId meant = types.resolve(id);
    if (is_aggregate(types.type(meant).kind))
        json.set("members", Definition(types, 0).json_members(meant, base, 0));
    if (keyword(types.type(meant)) == "enum") {
        Json::Array list;
        for (auto [name, value] : types.enumerators(meant)) {
            Json one;
            one.set("name", name);
            one.set("value", value);
            list.push_back(std::move(one));
        }
        json.set("enumerators", std::move(list));
    }
    return json;
}

}  // namespace inquest
