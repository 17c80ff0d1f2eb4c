#include "inspect/completion.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::size_t kMostWords = 500;
constexpr int kMostDepth = 8;  // anonymous structs in anonymous structs

class Collector {
  public:
    explicit Collector(std::string_view typed) : typed_(typed) {}

    // False when there is no room for more.
    bool offer(std::string_view word, std::string_view in_front = {}) {
        if (!word.starts_with(typed_)) return true;
        if (words_.size() >= kMostWords) {
            more_ = true;
            return false;
        }
        words_.insert(std::string(in_front).append(word));
        return true;
    }
    Completions take(std::size_t start) && { return {start, {words_.begin(), words_.end()}, more_}; }

  private:
    std::string_view typed_;
    std::set<std::string> words_;
    bool more_ = false;
};

void offer_members(const Types& types, TypeId id, std::string_view in_front, Collector& collector,
                   int depth = 0) {
    for (const Member& member : types.members(types.resolve(id))) {
        if (!member.name.empty()) {
            collector.offer(member.name, in_front);
        } else if (depth < kMostDepth) {
            offer_members(types, member.type, in_front, collector, depth + 1);
        }
    }
}

void offer_types(const Types& types, Collector& collector) {
    for (TypeId id = 1; id < types.end(); ++id) {
        Type type = types.type(id);
        bool wanted = type.kind == TypeKind::structure || type.kind == TypeKind::union_type ||
                      type.kind == TypeKind::type_def;
        if (wanted && !type.name.empty() && !collector.offer(type.name)) return;
    }
}

void offer_symbols(Workspace& workspace, Collector& collector) {
    auto offer_all = [&](const SymbolTable& symbols) {
        for (std::size_t i = 0; i < symbols.size(); ++i)
            if (!collector.offer(symbols[i].name)) return;
    };
    offer_all(workspace.session().symbols());
    for (const ModuleView& module : workspace.code().modules().modules)
        offer_all(workspace.code().symbols_of(module));
}

// "task_struct.se.lo": members of what stands before the last dot.
void offer_members_of_type(Workspace& workspace, std::string_view path, std::size_t dot,
                           Collector& collector) {
    std::string_view before = path.substr(0, dot);
    std::string_view name = before.substr(0, before.find('.'));
    auto type = workspace.type_named("struct " + std::string(name));
    if (!type) type = workspace.type_named(name);
    if (!type || !type->is_aggregate()) return;
    ValuePlace place{*type, 0, 0, 0};
    if (name.size() < before.size()) {
        auto inner = member_of(place, before.substr(name.size() + 1));
        if (!inner) return;
        place = *inner;
    }
    if (place.type.is_aggregate())
        offer_members(*place.type.types, place.type.id, path.substr(0, dot + 1), collector);
}

void offer_members_of_value(Workspace& workspace, std::string_view expression, std::string_view in_front,
                            Collector& collector) {
    auto meaning = evaluate(workspace.scope(0), expression);
    if (!meaning || !meaning->type) return;
    auto type = *meaning->type;
    if (type.is_pointer()) type = *type.target();
    if (type.is_aggregate()) offer_members(*type.types, type.id, in_front, collector);
}

bool takes_types(std::string_view command) {
    return command == "struct" || command == "union" || command == "whatis";
}

}  // namespace

Completions complete(Workspace& workspace, std::string_view line) {
    const std::size_t start = line.find_last_of(" \t") == line.npos ? 0 : line.find_last_of(" \t") + 1;
    const std::string_view typed = line.substr(start);
    auto before = split_words(line.substr(0, start));
    if (before.empty() || before == std::vector<std::string_view>{"help"}) {
        Collector commands(typed);
        for (const Inspection* inspection : all_inspections()) commands.offer(inspection->name);
        if (before.empty())
            for (std::string_view word : {"help", "quit"}) commands.offer(word);
        return std::move(commands).take(start);
    }
    const std::string_view last = before.back();
    const bool type_wanted =
        (takes_types(before[0]) && (before.size() == 1 || last == "struct" || last == "union")) ||
        last == "-s" || last == "-S" || last == "-o" || last == "-r" || last == "-l" ||
        last.ends_with("(struct");
    const auto dot = typed.find_last_of('.');
    if (type_wanted && dot != typed.npos) {
        Collector members(typed.substr(dot + 1));
        offer_members_of_type(workspace, typed, dot, members);
        return std::move(members).take(start);
    }
    if (type_wanted) {
        Collector types(typed);
        if (const Types* btf = workspace.session().types()) offer_types(*btf, types);
        if (before[0] == "whatis") offer_symbols(workspace, types);
        return std::move(types).take(start);
    }
    if (before[0] == "p" || before[0] == "whatis") {
        // The last member of an expression; the expression may hold blanks.
        std::string_view expression = trim_left(line.substr(line.find(before[0]) + before[0].size()));
        std::size_t arrow = expression.rfind("->"), point = expression.rfind('.');
        bool by_arrow = arrow != expression.npos && (point == expression.npos || arrow > point);
        std::size_t cut = by_arrow ? arrow : point;
        if (cut != expression.npos) {
            std::string_view member = expression.substr(cut + (by_arrow ? 2 : 1));
            if (member.find_first_of(" \t)") == member.npos) {
                Collector members(member);
                offer_members_of_value(workspace, expression.substr(0, cut), "", members);
                return std::move(members).take(line.size() - member.size());
            }
        }
        std::size_t name = typed.find_last_of("*&()") == typed.npos ? 0 : typed.find_last_of("*&()") + 1;
        Collector symbols(typed.substr(name));
        offer_symbols(workspace, symbols);
        return std::move(symbols).take(start + name);
    }
    Collector symbols(typed);
    offer_symbols(workspace, symbols);
    return std::move(symbols).take(start);
}

}  // namespace inquest
