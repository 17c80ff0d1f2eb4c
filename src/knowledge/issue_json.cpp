#include "knowledge/issue_json.h"

namespace inquest {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json texts(const std::vector<std::string>& list) { return Json::Array(list.begin(), list.end()); }

std::string_view name_of(Condition::Role role) {
    switch (role) {
        case Condition::Role::required:
            return "require";
        case Condition::Role::supporting:
            return "support";
        case Condition::Role::excluding:
            break;
    }
    return "exclude";
}

Json signature_json(const Issue& issue) {
    Json::Array conditions;
    for (const Condition& condition : issue.signature)
        conditions.push_back(Json::Object{{"role", name_of(condition.role)},
                                          {"type", inquest::name_of(condition.type)},
                                          {"any", texts(condition.any)},
                                          {"weight", condition.weight}});
    return conditions;
}

Json affected_json(const Issue& issue) {
    Json::Array ranges;
    for (const AffectedRange& range : issue.affected)
        ranges.push_back(Json::Object{{"product", range.product},
                                      {"introduced", text_or_null(range.introduced)},
                                      {"fixed", text_or_null(range.fixed)},
                                      {"last_affected", text_or_null(range.last_affected)},
                                      {"fixed_after", text_or_null(range.fixed_after)},
                                      {"never", range.never},
                                      {"evidence", text_or_null(range.evidence)}});
    return ranges;
}

Json mechanism_json(const Mechanism& mechanism) {
    if (mechanism.empty()) return {};
    Json::Array steps;
    for (const auto& step : mechanism.steps)
        steps.push_back(Json::Object{{"lane", mechanism.lanes[step.lane]}, {"text", step.text}});
    return Json::Object{{"lanes", texts(mechanism.lanes)}, {"steps", std::move(steps)}};
}

Json remedies_json(const Issue& issue) {
    Json::Array remedies;
    for (const RemedyRule& rule : issue.remedies)
        remedies.push_back(Json::Object{{"type", inquest::name_of(rule.type)},
                                        {"action", rule.action},
                                        {"command", text_or_null(rule.command)},
                                        {"risk", rule.risk},
                                        {"product", text_or_null(rule.product)},
                                        {"from", text_or_null(rule.from)},
                                        {"to", text_or_null(rule.to)}});
    return remedies;
}

Json upstream_json(const Issue& issue) {
    Json::Array commits;
    for (const UpstreamCommit& commit : issue.upstream)
        commits.push_back(Json::Object{{"commit", text_or_null(commit.commit)},
                                       {"title", commit.title},
                                       {"mainline", text_or_null(commit.mainline)},
                                       {"note", text_or_null(commit.note)}});
    return commits;
}

}  // namespace

Json issue_summary_json(const Issue& issue) {
    return Json::Object{{"id", issue.id},
                        {"title", issue.title},
                        {"area", issue.area},
                        {"severity", inquest::name_of(issue.severity)}};
}

Json issue_json(const Issue& issue) {
    Json json = issue_summary_json(issue);
    json.set("confidence", issue.confidence);
    json.set("signature", signature_json(issue));
    json.set("affected", affected_json(issue));
    json.set("cause", issue.cause);
    json.set("mechanism", mechanism_json(issue.mechanism));
    json.set("remedies", remedies_json(issue));
    json.set("upstream", upstream_json(issue));
    Json::Array references;
    for (const Reference& reference : issue.references)
        references.push_back(Json::Object{{"title", reference.title}, {"url", text_or_null(reference.url)}});
    json.set("references", std::move(references));
    json.set("provenance", issue.provenance);
    json.set("licence", issue.licence);
    return json;
}

}  // namespace inquest
