#include "knowledge/lint.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace inquest {
namespace {

constexpr std::string_view kGood = R"(id: good-one
title: A title
area: fs/x
severity: error
cause: Because.
provenance: own
licence: CC0-1.0
signature:
  require:
    - function: f
affected:
  - {product: rhel7, introduced: 3.10.0-514.el7, fixed: 3.10.0-862.el7, evidence: changelog}
remedies:
  - {type: upgrade, action: Upgrade., command: "do {release}", risk: reboot, product: rhel7}
upstream:
  - {commit: 0123456789ab, title: t}
samples:
  - {name: hit, log: "f 3.10.0-693.el7.x86_64", expect: match, status: affected}
  - {name: miss, log: "g 3.10.0-693.el7.x86_64", expect: no-match}
)";

// "FUNCTION RELEASE" as an event.
std::vector<CrashEvent> events_of(std::string_view log) {
    auto blank = log.find(' ');
    if (blank == log.npos) return {};
    CrashEvent event;
    event.id = 1;
    event.headline = "headline";
    event.ip.symbol = log.substr(0, blank);
    event.kernel.release = log.substr(blank + 1);
    return {event};
}

class Lint : public ::testing::Test {
  protected:
    std::string folder_ = ::testing::TempDir() + "inquest_lint_test";

    void SetUp() override {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ + "/area");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, std::string_view text) {
        std::ofstream(folder_ + "/" + name) << text;
    }

    // The problems of the good issue with one part replaced, as "LINE: MESSAGE".
    std::vector<std::string> with(std::string_view from, std::string_view to) {
        std::string text(kGood);
        text.replace(text.find(from), from.size(), to);
        write("good-one.yaml", text);
        std::vector<std::string> found;
        for (const auto& problem : lint(folder_, events_of))
            found.push_back(std::to_string(problem.line) + ": " + problem.message);
        return found;
    }
};

using Texts = std::vector<std::string>;

TEST_F(Lint, FindsNothingWrongInAGoodIssue) { EXPECT_EQ(with("Because.", "Because."), Texts{}); }

TEST_F(Lint, ChecksTheSignature) {
    EXPECT_EQ(with("- function: f", "- log: '(f'")[0], "10: bad pattern '(f': missing ): (f");
    EXPECT_EQ(with("- function: f", "- {function: f}\n    - kind: awful")[0], "11: kind 'awful' is unknown");
    EXPECT_EQ(with("- function: f", "- {function: f}\n    - offset: 0x1")[0],
              "11: an offset is a build's, it may only support");
    EXPECT_TRUE(with("- function: f", "- kind: panic")[0].starts_with("1: the signature requires nothing"));
}

TEST_F(Lint, ChecksRangesByTheRulesOfTheirProduct) {
    EXPECT_EQ(with("fixed: 3.10.0-862.el7", "fixed: 3.10.0-99.el7")[0],
              "12: 3.10.0-99.el7 is older than 3.10.0-514.el7, which brought it");
    EXPECT_EQ(with("{product: rhel7, introduced", "{product: winnt, introduced")[0],
              "12: product 'winnt' is unknown");
    EXPECT_EQ(with(", evidence: changelog", "")[0], "12: the range has no evidence");
    EXPECT_EQ(with("fixed: 3.10.0-862.el7", "fixed: 3.10.0-862.el7, last_affected: 3.10.0-862.el7")[0],
              "12: a range has one of fixed, last_affected and fixed_after");
}

TEST_F(Lint, ChecksCommandsAndCommits) {
    EXPECT_EQ(with("{release}", "{relaese}"), Texts{"14: placeholder {relaese} is unknown"});
    EXPECT_EQ(with("0123456789ab", "0123XY6789ab"),
              Texts{"1: commit '0123XY6789ab' is not 12 to 40 lower case hexadecimal digits"});
}

TEST_F(Lint, ChecksWhatSamplesPromise) {
    EXPECT_EQ(with("{name: hit, log: \"f", "{name: hit, log: \"h"),
              Texts{"18: sample 'hit': does not match; event 1: function [f] fails"});
    EXPECT_EQ(with("{name: miss, log: \"g", "{name: miss, log: \"f"),
              Texts{"19: sample 'miss': is a near miss and matches"});
    EXPECT_EQ(with("f 3.10.0-693", "f 3.10.0-999")[0].substr(0, 52),
              "18: sample 'hit': the kernel is fixed, not affected:");
    EXPECT_EQ(with("f 3.10.0-693.el7.x86_64", "nothing"), Texts{"18: sample 'hit': no event is found in it"});
    EXPECT_EQ(with("expect: no-match", "expect: match")[0].substr(0, 32), "1: there is no near miss among t");
}

TEST_F(Lint, ChecksIdsAcrossFiles) {
    write("area/good-one.yaml", kGood);
    auto problems = with("Because.", "Because.");
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_TRUE(problems[0].starts_with("1: id 'good-one' is that of ")) << problems[0];
    EXPECT_EQ(with("id: good-one", "id: Good")[0].substr(0, 15), "1: id 'Good' is");
}

TEST_F(Lint, NamesTheLineOfBrokenYaml) {
    EXPECT_EQ(with("severity: error", "severity: [error"), Texts{"5: end of sequence flow not found"});
    EXPECT_EQ(lint(folder_ + "/nowhere", events_of).size(), 1u);
    std::filesystem::remove(folder_ + "/good-one.yaml");
    EXPECT_EQ(lint(folder_, events_of).front().message, "no *.yaml here");
}

}  // namespace
}  // namespace inquest
