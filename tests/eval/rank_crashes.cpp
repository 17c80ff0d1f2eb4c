// rank_crashes CATALOGUE: for each line {"id", "text"} on standard input, how the issues of the catalogue
// rank for the primary crash in the text. One JSON line each; measure_known_issues.py makes tables of them.
#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/json.h"
#include "crashlog/parser.h"
#include "knowledge/imported/rank.h"

using namespace inquest;

namespace {

Json to_json(const Catalogue& catalogue, const RankedCrash& one) {
    return Json::Object{{"id", catalogue.id(one.issue)},
                        {"matched", one.matched},
                        {"functions", static_cast<unsigned>(one.functions.size())},
                        {"event_share", one.event_share},
                        {"crash_share", one.crash_share},
                        {"guilty", one.guilty},
                        {"same_kind", one.kind == KindFit::same},
                        {"innermost", one.innermost},
                        {"at_home", one.at_home},
                        {"victim", one.victim},
                        {"score", one.score},
                        {"confidence", one.confidence}};
}

Json ranking(const Catalogue& catalogue, const CrashEvent& event, std::string_view without) {
    auto started = std::chrono::steady_clock::now();
    auto ranked = rank(catalogue, shape_of(EventView(event)));
    std::erase_if(ranked, [&](const RankedCrash& one) { return catalogue.id(one.issue) == without; });
    rate(ranked);
    std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - started;
    Json::Array list;
    for (const RankedCrash& one : ranked) list.push_back(to_json(catalogue, one));
    return Json::Object{{"us", took.count()}, {"title", event.title}, {"ranked", std::move(list)}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    auto catalogue = Catalogue::open(argv[1]);
    if (!catalogue) {
        std::cerr << catalogue.error().message() << '\n';
        return 2;
    }
    for (std::string line; std::getline(std::cin, line);) {
        auto job = parse_json(line);
        if (!job) continue;
        std::string text(job->text("text"));
        auto source = open_text(text);
        LogContents contents = read_log(*source);
        Json::Array with, without;
        for (const CrashEvent& event : contents.events) {
            with.push_back(ranking(*catalogue, event, ""));
            without.push_back(ranking(*catalogue, event, job->text("id")));
        }
        Json answer = Json::Object{{"id", job->text("id")}, {"variant", job->text("variant")}};
        answer.set("events", std::move(with));
        answer.set("without", std::move(without));
        std::cout << answer.dump() << '\n';
    }
}
