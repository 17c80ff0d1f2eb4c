#include "knowledge/loader.h"

#include <optional>

#include "knowledge/map_reader.h"
#include "knowledge/yaml.h"

namespace inquest {
namespace {

using Need = MapReader::Need;

// The value of an enumeration by the name that name_of gives it.
template <typename Enum>
std::optional<Enum> named(std::string_view name, Enum last) {
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
        if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    return std::nullopt;
}

class IssueReader {
  public:
    IssueReader(const std::string& file, std::vector<LintProblem>& problems)
        : file_(file), problems_(problems) {}

    Issue read(const Node& root) {
        MapReader map = reader(root, "the issue");
        issue_.file = file_;
        issue_.id = map.text("id", Need::required);
        issue_.title = map.text("title", Need::required);
        issue_.area = map.text("area", Need::required);
        issue_.severity = severity(map);
        issue_.confidence = map.number("confidence", issue_.confidence, 1);
        issue_.cause = map.text("cause", Need::required);
        issue_.provenance = map.text("provenance", Need::required);
        issue_.licence = map.text("licence", Need::required);
        if (const Node* signature = map.child("signature", Need::required)) read_signature(*signature);
        if (const Node* mechanism = map.child("mechanism")) read_mechanism(*mechanism);
        for (const Node* item : map.list("affected")) read_range(*item);
        for (const Node* item : map.list("remedies")) read_remedy(*item);
        for (const Node* item : map.list("upstream")) read_commit(*item);
        for (const Node* item : map.list("references")) read_reference(*item);
        for (const Node* item : map.list("samples")) read_sample(*item);
        map.finish();
        return std::move(issue_);
    }

  private:
    MapReader reader(const Node& node, std::string_view what) { return {node, what, file_, problems_}; }

    static Severity severity(MapReader& map) {
        std::string name = map.text("severity", Need::required);
        auto value = named(name, Severity::fatal);
        if (!value && !name.empty()) map.complain(map.line(), "severity '" + name + "' is unknown");
        return value.value_or(Severity::fatal);
    }

    void read_signature(const Node& node) {
        MapReader map = reader(node, "signature");
        for (const Node* item : map.list("require")) read_condition(*item, Condition::Role::required);
        for (const Node* item : map.list("support")) read_condition(*item, Condition::Role::supporting);
        for (const Node* item : map.list("exclude")) read_condition(*item, Condition::Role::excluding);
        map.finish();
    }

    void read_condition(const Node& node, Condition::Role role) {
        MapReader map = reader(node, "condition");
        Condition condition;
        condition.role = role;
        condition.line = node.line;
        condition.weight = map.number("weight", role == Condition::Role::required ? 2 : 1, 10);
        unsigned tests = 0;
        for (unsigned i = 0; i <= static_cast<unsigned>(Condition::Type::error_code); ++i) {
            auto type = static_cast<Condition::Type>(i);
            auto any = map.texts(name_of(type));
            if (!node.find(name_of(type))) continue;
            ++tests;
            condition.type = type;
            condition.any = std::move(any);
        }
        if (tests != 1) map.complain(node.line, "a condition is exactly one test");
        if (tests == 1 && condition.any.empty())
            map.complain(node.line, "condition " + std::string(name_of(condition.type)) + " is empty");
        for (const auto& alternative : condition.any)
            if (alternative.empty()) map.complain(node.line, "condition holds an empty text");
        map.finish();
        if (tests == 1) issue_.signature.push_back(std::move(condition));
    }

    void read_mechanism(const Node& node) {
        MapReader map = reader(node, "mechanism");
        issue_.mechanism.lanes = map.texts("lanes");
        for (const Node* item : map.list("steps")) read_step(*item);
        map.finish();
    }

    // A step is a map of one key, the lane's name, to what happens there.
    void read_step(const Node& node) {
        MapReader map = reader(node, "step");
        const auto& lanes = issue_.mechanism.lanes;
        for (std::size_t lane = 0; lane < lanes.size(); ++lane)
            if (auto text = map.text(lanes[lane]); !text.empty())
                issue_.mechanism.steps.push_back({lane, text});
        map.finish();
        if (node.items.size() != 1) map.complain(node.line, "a step happens in exactly one lane");
    }

    void read_range(const Node& node) {
        MapReader map = reader(node, "affected range");
        AffectedRange range;
        range.product = map.text("product", Need::required);
        range.introduced = map.text("introduced");
        range.fixed = map.text("fixed");
        range.last_affected = map.text("last_affected");
        range.fixed_after = map.text("fixed_after");
        range.evidence = map.text("evidence");
        range.never = map.flag("never");
        range.line = node.line;
        map.finish();
        issue_.affected.push_back(std::move(range));
    }

    void read_remedy(const Node& node) {
        MapReader map = reader(node, "remedy");
        RemedyRule remedy;
        std::string type = map.text("type", Need::required);
        auto known = named(type, RemedyRule::Type::other);
        if (!known && !type.empty()) map.complain(node.line, "remedy type '" + type + "' is unknown");
        remedy.type = known.value_or(RemedyRule::Type::other);
        remedy.action = map.text("action", Need::required);
        remedy.command = map.text("command");
        remedy.risk = map.text("risk", Need::required);
        remedy.product = map.text("product");
        remedy.from = map.text("from");
        remedy.to = map.text("to");
        remedy.line = node.line;
        map.finish();
        issue_.remedies.push_back(std::move(remedy));
    }

    void read_commit(const Node& node) {
        MapReader map = reader(node, "upstream commit");
        issue_.upstream.push_back(
            {map.text("commit"), map.text("title", Need::required), map.text("mainline"), map.text("note")});
        map.finish();
    }

    void read_reference(const Node& node) {
        MapReader map = reader(node, "reference");
        issue_.references.push_back({map.text("title", Need::required), map.text("url")});
        map.finish();
    }

    void read_sample(const Node& node) {
        MapReader map = reader(node, "sample");
        IssueSample sample;
        sample.name = map.text("name", Need::required);
        sample.log = map.text("log", Need::required);
        std::string expect = map.text("expect", Need::required);
        if (!expect.empty() && expect != "match" && expect != "no-match")
            map.complain(node.line, "expect is neither match nor no-match");
        sample.matches = expect != "no-match";
        sample.status = map.text("status");
        sample.line = node.line;
        map.finish();
        issue_.samples.push_back(std::move(sample));
    }

    const std::string& file_;
    std::vector<LintProblem>& problems_;
    Issue issue_;
};

}  // namespace

Issue read_issue(const Node& root, const std::string& file, std::vector<LintProblem>& problems) {
    return IssueReader(file, problems).read(root);
}

Result<Issue> load_issue(std::string_view yaml, const std::string& file) {
    auto root = parse_yaml(yaml, file);
    if (!root) return std::unexpected(root.error());
    std::vector<LintProblem> problems;
    Issue issue = read_issue(*root, file, problems);
    if (!problems.empty()) return fail(text_of(problems.front()));
    return issue;
}

}  // namespace inquest
