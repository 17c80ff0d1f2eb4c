#include "cli/nearest.h"

#include <gtest/gtest.h>

namespace inquest {

TEST(Nearest, FindsWhatWasMeant) {
    std::vector<std::string_view> commands{"report", "issue list", "issue show"};
    EXPECT_EQ(nearest("reprot", commands), "report");
    EXPECT_EQ(nearest("issue lst", commands), "issue list");
    EXPECT_EQ(nearest("xyzzy", commands), "");
    EXPECT_EQ(nearest(std::string(100000, 'r'), commands), "");
}

}  // namespace inquest
