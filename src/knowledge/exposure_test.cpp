#include "knowledge/exposure.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace inquest {
namespace {

using Names = std::vector<std::string>;

std::string issue_yaml(const std::string& id, const std::string& require, const std::string& affected) {
    return "id: " + id +
           "\ntitle: An issue\narea: test\nseverity: fatal\nconfidence: 0.9\nsignature:\n  require:\n    - " +
           require + "\naffected:\n  - " + affected +
           "\ncause: It is wrong.\nremedies:\n  - type: upgrade\n    action: Upgrade.\n    risk: reboot\n"
           "provenance: test\nlicence: GPL-3.0-or-later\n";
}

class ExposureTest : public testing::Test {
  protected:
    void add(const std::string& id, const std::string& require, const std::string& affected) {
        auto added = knowledge_.add_yaml(issue_yaml(id, require, affected), id + ".yaml");
        ASSERT_TRUE(added) << added.error().message();
    }
    void SetUp() override {
        add("core", "function: d_delete", "{product: alinux2, last_affected: 4.19.91-22.2.al7, evidence: x}");
        add("newer", "function: d_delete", "{product: alinux2, fixed: 4.19.91-19.1.al7, evidence: x}");
        add("other", "function: d_delete", "{product: rhel7, fixed: 3.10.0-957.el7, evidence: x}");
        add("ceph", "module_in_trace: ceph",
            "{product: alinux2, last_affected: 4.19.91-22.2.al7, evidence: x}");
        add("vendor", "module: eudp", "{product: any, evidence: x}");
        add("setting", "function: panic", "{product: any, evidence: x}");
    }
    std::string told(const std::string& release, const Names& modules) {
        Names lines;
        for (const auto& each : exposure(knowledge_, {.release = release}, modules)) {
            lines.push_back(each.issue->id + ' ' + std::string(name_of(each.answer.status)) + ": " +
                            each.relevance_reason);
        }
        return join(lines, "\n");
    }
    Knowledge knowledge_;
};

TEST_F(ExposureTest, ListsAffectedFirstAndTheNearestOfThem) {
    EXPECT_EQ(told("4.19.91-22.2.al7.x86_64", {"eudp", "xfs"}),
              "vendor affected: module eudp is loaded\n"
              "core affected: it is tied to no module\n"
              "ceph affected: module ceph is not loaded (it may be built in)\n"
              "other unknown: it is tied to no module\n"
              "newer fixed: it is tied to no module");
}

TEST_F(ExposureTest, DoesNotGuessWhatIsLoaded) {
    EXPECT_EQ(told("4.19.91-22.2.al7.x86_64", {}),
              "core affected: it is tied to no module\n"
              "ceph affected: it is in module ceph; which modules are loaded is not known\n"
              "other unknown: it is tied to no module\n"
              "newer fixed: it is tied to no module");
}

TEST_F(ExposureTest, IsUnknownForAHostileRelease) {
    for (const auto& each : exposure(knowledge_, {.release = "x;rm -rf /"}, {})) {
        EXPECT_EQ(each.answer.status, IssueStatus::unknown);
    }
}

TEST(ParseModules, ReadsProcModulesLsmodAndLists) {
    EXPECT_EQ(parse_modules("overlay 155648 2 - Live 0xffffffffc0a0e000\neudp 16384 0 - Live 0x0 (OE)\n"),
              (Names{"overlay", "eudp"}));
    EXPECT_EQ(parse_modules("Module                  Size  Used by\nnf_nat 4 1 x_tables\n"),
              (Names{"nf_nat"}));
    EXPECT_EQ(parse_modules("overlay,ceph eudp(OE)"), (Names{"overlay", "ceph", "eudp"}));
    EXPECT_EQ(parse_modules(""), Names{});
    EXPECT_EQ(parse_modules(",, a;b \x01"), Names{});
}

}  // namespace
}  // namespace inquest
