#include "knowledge/loader.h"

#include <gtest/gtest.h>

#include "knowledge/packed.h"
#include "knowledge/yaml.h"

namespace inquest {
namespace {

constexpr std::string_view kWhole = R"(id: a-b
title: A title
area: fs/x
severity: error
confidence: 0.5
cause: Because.
provenance: own
licence: CC0-1.0
signature:
  require:
    - function: f
    - frames: [g|h, i]
  support:
    - offset: 0xc/0x20
      weight: 0.5
  exclude:
    - module: [m]
mechanism:
  lanes: [one, two]
  steps:
    - one: begins
    - two: ends
affected:
  - {product: rhel7, introduced: 3.10.0-514.el7, fixed: 3.10.0-862.el7, evidence: changelog}
  - {product: debian, never: true}
remedies:
  - {type: livepatch, action: Patch., command: "do {release}", risk: none, product: rhel7, from: a, to: b}
upstream:
  - {commit: 0123456789ab, title: t, mainline: "5.1", note: n}
references:
  - {title: t, url: "https://example.org"}
samples:
  - {name: s, log: "x", expect: no-match, status: fixed}
)";

std::vector<std::string> problems_of(std::string_view yaml) {
    auto root = parse_yaml(yaml, "x.yaml");
    if (!root) return {root.error().message()};
    std::vector<LintProblem> problems;
    read_issue(*root, "x.yaml", problems);
    std::vector<std::string> texts;
    for (const auto& problem : problems) texts.push_back(text_of(problem));
    return texts;
}

std::string with(std::string_view from, std::string_view to) {
    std::string yaml(kWhole);
    yaml.replace(yaml.find(from), from.size(), to);
    return yaml;
}

}  // namespace

TEST(Loader, ReadsEveryFieldOfAnIssue) {
    auto issue = load_issue(kWhole, "x.yaml");
    ASSERT_TRUE(issue) << issue.error().message();
    EXPECT_EQ(issue->id, "a-b");
    EXPECT_EQ(issue->severity, Severity::error);
    EXPECT_EQ(issue->confidence, 0.5);
    ASSERT_EQ(issue->signature.size(), 4u);
    EXPECT_EQ(issue->signature[0].any, std::vector<std::string>{"f"});
    EXPECT_EQ(issue->signature[0].weight, 2);
    EXPECT_EQ(issue->signature[1].type, Condition::Type::frames);
    EXPECT_EQ(issue->signature[2].role, Condition::Role::supporting);
    EXPECT_EQ(issue->signature[2].weight, 0.5);
    EXPECT_EQ(issue->signature[3].role, Condition::Role::excluding);
    ASSERT_EQ(issue->mechanism.steps.size(), 2u);
    EXPECT_EQ(issue->mechanism.steps[1].lane, 1u);
    EXPECT_EQ(issue->affected[0].introduced, "3.10.0-514.el7");
    EXPECT_TRUE(issue->affected[1].never);
    EXPECT_EQ(issue->remedies[0].type, RemedyRule::Type::livepatch);
    EXPECT_EQ(issue->upstream[0].mainline, "5.1");
    EXPECT_FALSE(issue->samples[0].matches);
    EXPECT_EQ(issue->samples[0].status, "fixed");
}

TEST(Loader, NamesFileAndLineOfWhatIsWrong) {
    using Texts = std::vector<std::string>;
    EXPECT_EQ(problems_of(with("severity: error", "severity: awful")),
              Texts{"x.yaml:1: severity 'awful' is unknown"});
    EXPECT_EQ(problems_of(with("- function: f", "- funktion: f")),
              (Texts{"x.yaml:11: a condition is exactly one test",
                     "x.yaml:11: condition has an unknown key 'funktion'"}));
    EXPECT_EQ(problems_of(with("[g|h, i]", "[]")), Texts{"x.yaml:12: condition frames is empty"});
    EXPECT_EQ(problems_of(with("weight: 0.5", "weight: heavy")),
              Texts{"x.yaml:15: weight 'heavy' is not a number that fits"});
    EXPECT_EQ(problems_of(with("- two: ends", "- three: ends")),
              Texts{"x.yaml:22: step has an unknown key 'three'"});
    EXPECT_EQ(problems_of(with("never: true", "never: maybe")),
              Texts{"x.yaml:25: never is neither true nor false"});
    EXPECT_EQ(problems_of(with("type: livepatch", "type: prayer")),
              Texts{"x.yaml:27: remedy type 'prayer' is unknown"});
    EXPECT_EQ(problems_of(with("expect: no-match", "expect: perhaps")),
              Texts{"x.yaml:33: expect is neither match nor no-match"});
    EXPECT_EQ(problems_of(with("cause: Because.", "")), Texts{"x.yaml:1: the issue has no cause"});
}

TEST(Yaml, RefusesWhatCouldExplode) {
    EXPECT_EQ(problems_of("a: &x [1]\nb: *x\n")[0], "x.yaml:2: aliases are not allowed");
    EXPECT_EQ(problems_of("a: [[[[[[[[[[1]]]]]]]]]]\n")[0], "x.yaml:1: nested too deeply");
    EXPECT_EQ(problems_of("a: [" + std::string(50'000, ',') + "]\n").size(), 1u);
    EXPECT_EQ(problems_of(std::string(300 * 1024, ' '))[0], "x.yaml:1: larger than 256 KiB");
    EXPECT_EQ(problems_of(std::string(100'000, '[')).size(), 1u);
    EXPECT_EQ(problems_of(std::string(100'000, '{')).size(), 1u);
    EXPECT_EQ(problems_of(""), std::vector<std::string>{"x.yaml:1: empty"});
}

TEST(Yaml, RefusesKeysThatComeTwiceAndSecondDocuments) {
    EXPECT_EQ(problems_of("a: 1\nb: 2\na: 3\n")[0], "x.yaml:3: key 'a' twice");
    EXPECT_EQ(problems_of("a: 1\n---\nb: 2\n")[0], "x.yaml:1: more than one document");
    EXPECT_EQ(problems_of("[a]: 1\n")[0], "x.yaml:1: a key must be a plain word");
    EXPECT_EQ(problems_of("a: [b\n").size(), 1u);
    EXPECT_EQ(problems_of("just text\n")[0], "x.yaml:1: the issue is not a map of keys and values");
}

TEST(Packed, GivesTheSameTreeBack) {
    auto root = parse_yaml(kWhole, "x.yaml");
    ASSERT_TRUE(root);
    auto again = unpack(pack(*root));
    ASSERT_TRUE(again);
    EXPECT_EQ(pack(*again), pack(*root));
    std::vector<LintProblem> problems;
    EXPECT_EQ(read_issue(*again, "x.yaml", problems).title, "A title");
    EXPECT_TRUE(problems.empty());
}

TEST(Packed, RefusesDamage) {
    auto packed = pack(*parse_yaml(kWhole, "x.yaml"));
    for (std::size_t length = 0; length < packed.size(); ++length)
        EXPECT_FALSE(unpack(std::string_view(packed).substr(0, length))) << length;
    EXPECT_FALSE(unpack(packed + "x"));
    EXPECT_FALSE(unpack("\x02\xff\xff\xff\xff\x7f"));
    std::string nest;
    for (int i = 0; i < 1000; ++i) nest += "\x02\x01";
    EXPECT_FALSE(unpack(nest));
}

}  // namespace inquest
