#include "dataflow/state.h"

#include <gtest/gtest.h>

namespace inquest::dataflow {
namespace {

TEST(State, ASlotIsFoundByItsPlaceAndSizeOnly) {
    State state;
    state.store(-16, 8, 5);
    EXPECT_EQ(state.slot(-16, 8), 5U);
    EXPECT_EQ(state.slot(-16, 4), kUnknownValue) << "a part of it";
    EXPECT_EQ(state.slot(-12, 4), kUnknownValue);
    EXPECT_EQ(state.slot(-24, 8), kUnknownValue);
}

TEST(State, WhatOverlapsASlotEndsIt) {
    State state;
    state.store(-16, 8, 5);
    state.store(-8, 8, 6);
    state.store(-12, 4, 7);
    EXPECT_EQ(state.slot(-16, 8), kUnknownValue) << "its upper half is written";
    EXPECT_EQ(state.slot(-12, 4), 7U);
    EXPECT_EQ(state.slot(-8, 8), 6U) << "the one behind stays";
    state.store(-16, 8, 8);
    EXPECT_EQ(state.slot(-12, 4), kUnknownValue) << "covered by the larger one";
    EXPECT_EQ(state.slots().size(), 2U);
}

TEST(State, StoringWhatNobodyKnowsForgets) {
    State state;
    state.store(0, 8, 5);
    state.store(4, 1, kUnknownValue);
    EXPECT_TRUE(state.slots().empty());
    state.store(0, 8, 5);
    state.store(0, 16, 6);
    EXPECT_TRUE(state.slots().empty()) << "a vector's 16 bytes are no word, but overwrite one";
}

TEST(State, ForgetsARangeAndNothingBesideIt) {
    State state;
    for (std::int64_t at : {-32, -24, -16, -8}) state.store(at, 8, static_cast<ValueId>(-at));
    state.forget(-24, -8);
    EXPECT_EQ(state.slot(-32, 8), 32U);
    EXPECT_EQ(state.slot(-24, 8), kUnknownValue);
    EXPECT_EQ(state.slot(-16, 8), kUnknownValue);
    EXPECT_EQ(state.slot(-8, 8), 8U);
    state.forget(-1, 0);
    EXPECT_EQ(state.slot(-8, 8), kUnknownValue) << "one byte of it is enough";
    state.forget(-32, -32);
    EXPECT_EQ(state.slot(-32, 8), 32U) << "an empty range holds nothing";
}

TEST(State, TheOrderOfStoresDoesNotMatterToEquality) {
    State a, b;
    a.store(-8, 8, 1);
    a.store(-16, 8, 2);
    b.store(-16, 8, 2);
    b.store(-8, 8, 1);
    EXPECT_EQ(a, b);
    b.registers[3] = 9;
    EXPECT_NE(a, b);
}

TEST(State, HostileCodeFillsNoMemory) {
    State state;
    for (std::int64_t i = 0; i < 2000; ++i) state.store(-8 * i, 8, 1);
    EXPECT_LE(state.slots().size(), 512U);
}

TEST(State, PlacesWhereNoStackReachesAreNotKept) {
    State state;
    for (std::int64_t far : {INT64_MIN, INT64_MAX - 3}) state.store(far, 8, 1);
    EXPECT_TRUE(state.slots().empty());
}

}  // namespace
}  // namespace inquest::dataflow
