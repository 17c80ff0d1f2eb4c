#include "knowledge/remedy.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

using Type = RemedyRule::Type;

const std::vector<RemedyRule> kRules = {
    {.type = Type::livepatch,
     .action = "Patch.",
     .command = "yum install -y kernel-hotfix-4375449-{build}",
     .risk = "none",
     .product = "alinux2",
     .from = "4.19.91-19.1.al7",
     .to = "4.19.91-22.2.al7"},
    {.type = Type::upgrade,
     .action = "Upgrade.",
     .command = "yum update -y kernel",
     .risk = "reboot",
     .product = "alinux2"},
    {.type = Type::upgrade, .action = "Take a newer kernel.", .risk = "reboot"},
    {.type = Type::sysctl, .action = "Switch it off.", .command = "sysctl -w kernel.x=0", .risk = "none"},
};

std::vector<Remedy> remedies(const std::string& release, IssueStatus status = IssueStatus::affected,
                             const std::vector<RemedyRule>& rules = kRules, std::string_view module = "") {
    Kernel kernel{.release = release, .arch = "x86_64"};
    auto package = identify_kernel(release, "");
    AffectedAnswer answer{status, "", "4.19.91-23.al7"};
    return remedies_for(rules, {kernel, package, answer, module});
}

std::string command_of(const std::string& command, const std::string& release, std::string_view module = "") {
    auto all = remedies(release, IssueStatus::affected, {{.action = "Do.", .command = command}}, module);
    return all.at(0).command;
}

TEST(Remedies, NameTheLivePatchAfterTheRelease) {
    auto all = remedies("4.19.91-22.1.al7.x86_64");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].command, "yum install -y kernel-hotfix-4375449-22.1.al7.x86_64");
    EXPECT_EQ(all[0].action, "Patch.");
    EXPECT_EQ(all[1].command, "yum update -y kernel");
    EXPECT_EQ(all[2].command, "sysctl -w kernel.x=0");
}

TEST(Remedies, KeepTheLivePatchToItsVersions) {
    for (auto release :
         {"4.19.91-19.1.al7.x86_64", "4.19.91-22.fc.1.al7.x86_64", "4.19.91-22.2.al7.x86_64"}) {
        EXPECT_EQ(remedies(release).at(0).action, "Patch.") << release;
    }
    for (auto release : {"4.19.91-19.al7.x86_64", "4.19.91-18.al7.x86_64", "4.19.91-23.al7.x86_64"}) {
        EXPECT_EQ(remedies(release).at(0).action, "Upgrade.") << release;
    }
}

TEST(Remedies, OfAnotherProductAreLeftOut) {
    auto all = remedies("3.10.0-957.el7.x86_64");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].action, "Take a newer kernel.");
}

TEST(Remedies, ForAnUnknownKernelSayForWhichTheyAreAndHoldTheCommand) {
    auto all = remedies("");
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].command, "");
    EXPECT_EQ(all[0].action,
              "Patch. (only for alinux2, from 4.19.91-19.1.al7 on, up to 4.19.91-22.2.al7; which kernel this "
              "is, is not "
              "known well enough to tell)");
    EXPECT_EQ(all[1].command, "");
    EXPECT_EQ(all[3].command, "sysctl -w kernel.x=0");
}

TEST(Remedies, ThatChangeTheKernelAreLeftOutForAKernelWithoutTheIssue) {
    for (auto status : {IssueStatus::fixed, IssueStatus::not_affected}) {
        auto all = remedies("4.19.91-22.1.al7.x86_64", status);
        ASSERT_EQ(all.size(), 1U);
        EXPECT_EQ(all[0].action, "Switch it off.");
    }
}

TEST(Remedies, NeverPutAHostileReleaseIntoACommand) {
    for (std::string release :
         {"x;rm -rf /", "4.19.91-22.2.al7;rm -rf /", "4.19.91-$(reboot)", "4.19.91-`id`", "4.19.91-a b",
          "4.19.91-a\nreboot", "4.19.91-{fixed}", "4.19.91-a|b", "4.19.91-a>b", "4.19.91-a'b", "4.19.91-a/b",
          "4.19.91-a*", "4.19.91-\xe2\x80\xae", "4.19.91--", "4.19.91-~root", "-4.19.91-x"}) {
        for (const auto& rule : {"install k-{build}", "install {build}"})
            EXPECT_EQ(command_of(rule, release), "") << release;
    }
    EXPECT_EQ(command_of("install linux-{release}", "4.19.91-22.2.al7;reboot"), "");
}

TEST(Remedies, SayWhyACommandIsLeftOut) {
    std::vector<RemedyRule> rules = {{.action = "Do.", .command = "do {release}"}};
    EXPECT_EQ(remedies("x;rm -rf /", IssueStatus::unknown, rules).at(0).action,
              "Do. (the command is left out: the release of the kernel is not known)");
    rules[0].command = "modprobe -r {module}";
    EXPECT_EQ(remedies("5.10.15", IssueStatus::unknown, rules, "a;b").at(0).action,
              "Do. (the command is left out: the module is not clean)");
}

TEST(Remedies, FillInEveryValue) {
    EXPECT_EQ(command_of("a {release} {build} {arch} {fixed} {package} {module}", "4.19.91-22.1.al7.x86_64",
                         "eudp"),
              "a 4.19.91-22.1.al7.x86_64 22.1.al7.x86_64 x86_64 4.19.91-23.al7 kernel eudp");
}

TEST(Remedies, LeaveTheShellsOwnBracesAlone) {
    EXPECT_EQ(command_of("awk '{print $1}' ${HOME} {} { x; }", "5.10.15"),
              "awk '{print $1}' ${HOME} {} { x; }");
}

TEST(Remedies, KnowPlaceholdersThatStandForNothing) {
    EXPECT_EQ(unknown_placeholders("a {release} {relaese} {x}"), (std::vector<std::string>{"relaese", "x"}));
    EXPECT_EQ(command_of("a {relaese}", "5.10.15"), "");
}

}  // namespace
}  // namespace inquest
