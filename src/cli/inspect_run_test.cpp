#include "cli/inspect_run.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

using Words = std::vector<std::string>;

TEST(WordsOfLine, BlanksPartAndQuotesKeepTogether) {
    EXPECT_EQ(words_of_line("  bt -a\t7 ").value(), (Words{"bt", "-a", "7"}));
    EXPECT_EQ(words_of_line("p '(struct page *)0x1'->flags").value(),
              (Words{"p", "(struct page *)0x1->flags"}));
    EXPECT_EQ(words_of_line("ps \"\"").value(), (Words{"ps", ""}));
    EXPECT_TRUE(words_of_line("").value().empty());
    EXPECT_EQ(words_of_line("p 'x").error().message(), "a ' is not closed");
}

TEST(Inspections, HelpListsAndExplains) {
    EXPECT_NE(help_of_inspections({}).text.find("whatis"), std::string::npos);
    Words words{"struct"};
    EXPECT_TRUE(help_of_inspections(words).text.starts_with("usage: struct "));
    Words wrong{"strut"};
    EXPECT_EQ(help_of_inspections(wrong).problems.at(0),
              "no inspection command \"strut\"; did you mean \"struct\"?");
}

TEST(Inspections, EveryCommandHasItsHelp) {
    for (const Inspection* inspection : all_inspections()) {
        EXPECT_FALSE(inspection->summary.empty()) << inspection->name;
        EXPECT_FALSE(inspection->description.empty()) << inspection->name;
    }
}

}  // namespace
}  // namespace inquest
