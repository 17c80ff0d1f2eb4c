#include <algorithm>
#include <fmt/format.h>

#include "base/json.h"
#include "report/compare.h"
#include "report/wording.h"

namespace inquest {
namespace {

std::string numbers_of(const std::vector<std::size_t>& cases) {
    std::string text;
    for (std::size_t i : cases) text += fmt::format("{}{}", text.empty() ? "" : ", ", i + 1);
    return text;
}

Section cases_section(const Comparison& all) {
    Fields fields;
    for (std::size_t i = 0; i < all.cases.size(); ++i) {
        const CrashCase& one = all.cases[i];
        auto uptime = one.event.time ? one.event.time : one.host.uptime;
        std::string text = one.event.title + "; " + one.kernel.release;
        if (uptime) text += (one.kernel.release.empty() ? "up " : ", up ") + duration(*uptime);
        if (one.free_memory && one.host.memory)
            text += fmt::format(", {} of {} free", byte_size(*one.free_memory), byte_size(*one.host.memory));
        fields.entries.emplace_back(std::to_string(i + 1), text + "; " + one.name);
    }
    return {.title = fmt::format("{} crashes compared", all.cases.size()), .blocks = {std::move(fields)}};
}

Table table_of(const Comparison& all, auto wanted) {
    Table table{{"Factor", "Value", "Crashes", "Note"}, {}};
    for (const SharedFactor& factor : all.factors) {
        if (!wanted(factor)) continue;
        const std::string count =
            fmt::format("{} of {}{}", factor.cases.size(), factor.known,
                        factor.cases.size() == all.cases.size() ? "" : ": " + numbers_of(factor.cases));
        table.rows.push_back({{factor.factor, clipped(factor.value, 60), count, factor.note},
                              factor.expected ? Tone::quiet : Tone::plain});
    }
    return table;
}

void add_section(std::vector<Section>& sections, std::string title, Table table, std::string text) {
    if (table.rows.empty()) return;
    Section section{.title = std::move(title), .blocks = {}};
    if (!text.empty()) section.blocks.emplace_back(Paragraph{std::move(text)});
    section.blocks.emplace_back(std::move(table));
    sections.push_back(std::move(section));
}

Json json_of(const SharedFactor& factor) {
    Json one;
    one.set("factor", factor.factor);
    one.set("value", factor.value);
    one.set("count", factor.cases.size());
    one.set("known", factor.known);
    Json::Array cases;
    for (std::size_t i : factor.cases) cases.emplace_back(i + 1);
    one.set("cases", std::move(cases));
    one.set("expected", factor.expected);
    one.set("note", factor.note.empty() ? Json() : Json(factor.note));
    return one;
}

}  // namespace

std::vector<Section> compose_comparison(const Comparison& all) {
    std::vector<Section> sections{cases_section(all)};
    const std::size_t count = all.cases.size();
    auto in_all = [count](const SharedFactor& factor) { return factor.cases.size() == count; };
    add_section(sections, "In common of all of them",
                table_of(all, [&](const SharedFactor& factor) { return in_all(factor) && !factor.expected; }),
                "");
    for (const LookAlikes& group : all.groups) {
        auto is_theirs = [&](const SharedFactor& factor) {
            return std::ranges::any_of(group.factors,
                                       [&](std::size_t f) { return &all.factors[f] == &factor; });
        };
        add_section(sections, fmt::format("Crashes {} look alike", numbers_of(group.cases)),
                    table_of(all, is_theirs),
                    "What they share; a count above theirs means that others have it too.");
    }
    add_section(
        sections, "In common of some",
        table_of(all, [&](const SharedFactor& factor) { return !in_all(factor) && !factor.expected; }), "");
    add_section(sections, "What machines of one fleet share anyway",
                table_of(all, [](const SharedFactor& factor) { return factor.expected; }), "");
    sections.push_back(
        {.title = "How to read this",
         .blocks = {Paragraph{"What crashes share is where to look, not why they happened: a factor counts "
                              "for something when machines that did not crash lack it, and none of those "
                              "is here."}}});
    return sections;
}

std::string comparison_json(const Comparison& all) {
    Json json, cases{Json::Array{}}, factors{Json::Array{}}, groups{Json::Array{}};
    for (const CrashCase& one : all.cases) {
        Json crash;
        auto uptime = one.event.time ? one.event.time : one.host.uptime;
        crash.set("name", one.name);
        crash.set("title", one.event.title);
        crash.set("kind", name_of(one.event.kind));
        crash.set("signature", one.event.signature);
        crash.set("kernel", one.kernel.release);
        crash.set("uptime", uptime ? Json(*uptime) : Json());
        crash.set("memory", one.host.memory ? Json(*one.host.memory) : Json());
        crash.set("free_memory", one.free_memory ? Json(*one.free_memory) : Json());
        cases.push(std::move(crash));
    }
    for (const SharedFactor& factor : all.factors) factors.push(json_of(factor));
    for (const LookAlikes& group : all.groups) {
        Json one, numbers{Json::Array{}}, theirs{Json::Array{}};
        for (std::size_t i : group.cases) numbers.push(i + 1);
        for (std::size_t f : group.factors) theirs.push(json_of(all.factors[f]));
        one.set("cases", std::move(numbers));
        one.set("factors", std::move(theirs));
        groups.push(std::move(one));
    }
    json.set("schema", "inquest.compare/1");
    json.set("cases", std::move(cases));
    json.set("factors", std::move(factors));
    json.set("look_alikes", std::move(groups));
    return json.dump(2) + "\n";
}

}  // namespace inquest
