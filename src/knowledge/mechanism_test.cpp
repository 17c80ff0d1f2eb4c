#include "knowledge/mechanism.h"

#include <gtest/gtest.h>

namespace inquest {

TEST(Mechanism, DrawsLanesSideBySideAndTimeDownwards) {
    Mechanism race{{"CPU 0", "CPU 1"},
                   {{0, "takes the lock of the parent"}, {1, "frees it"}, {0, "uses it"}}};
    EXPECT_EQ(draw_mechanism(race, 35),
              "CPU 0            | CPU 1\n"
              "-----------------+-----------------\n"
              "takes the lock   |\n"
              "  of the parent  |\n"
              "                 | frees it\n"
              "uses it          |\n");
}

TEST(Mechanism, ListsStepsWhenLanesWouldBeTooNarrow) {
    EXPECT_EQ(draw_mechanism({{"a", "b"}, {{1, "x"}, {0, "y"}}}, 20), "b: x\na: y\n");
}

TEST(Mechanism, CutsWordsThatAreWiderThanTheirLane) {
    EXPECT_EQ(draw_mechanism({{"a", "b"}, {{0, "abcdefghijklmnopqrstuvwxyz"}}}, 27),
              "a            | b\n"
              "-------------+-------------\n"
              "abcdefghijkl |\n"
              "  mnopqrstuv |\n"
              "  wxyz       |\n");
}

TEST(Mechanism, DrawsNothingOfNothing) { EXPECT_EQ(draw_mechanism({}), ""); }

}  // namespace inquest
