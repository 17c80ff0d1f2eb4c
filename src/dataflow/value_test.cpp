#include "dataflow/value.h"

#include <gtest/gtest.h>

namespace inquest::dataflow {
namespace {

TEST(ValueTable, TheSameQuestionHasTheSameAnswer) {
    ValueTable values;
    EXPECT_EQ(values.entry(7), values.entry(7));
    EXPECT_NE(values.entry(7), values.entry(6));
    EXPECT_EQ(values.constant(-1), values.constant(-1));
    EXPECT_NE(values.constant(8), values.stack(8)) << "a number is no place of the stack";
    const auto loaded = values.made(Value::Kind::loaded, 3, 0);
    EXPECT_EQ(values.made(Value::Kind::loaded, 3, 0), loaded);
    EXPECT_NE(values.made(Value::Kind::loaded, 3, 1), loaded) << "an instruction that makes two";
    EXPECT_NE(values.made(Value::Kind::computed, 3, 0), loaded);
    EXPECT_NE(values.merged(2, kNoRegister, -8), values.merged(2, kNoRegister, -16)) << "two slots";
}

TEST(ValueTable, NothingIsTheUnknownValue) {
    ValueTable values;
    EXPECT_NE(values.constant(0), kUnknownValue);
    EXPECT_NE(values.entry(0), kUnknownValue);
    EXPECT_EQ(values[kUnknownValue].type.kind, ValueType::Kind::unknown);
}

TEST(ValueTable, AddingFoldsConstantsAndPlacesOfTheStack) {
    ValueTable values;
    EXPECT_EQ(values.plus(values.constant(40), 2), values.constant(42));
    EXPECT_EQ(values.plus(values.stack(-8), -16), values.stack(-24));
    EXPECT_EQ(values.plus(kUnknownValue, 8), kUnknownValue);
}

TEST(ValueTable, AddingTwiceIsAddingTheSum) {
    ValueTable values;
    const ValueId base = values.entry(7), eight = values.plus(base, 8);
    EXPECT_EQ(values[eight].kind, Value::Kind::offset);
    EXPECT_EQ(values[eight].base, base);
    EXPECT_EQ(values[eight].number, 8);
    EXPECT_EQ(values.plus(eight, 16), values.plus(base, 24));
    EXPECT_EQ(values.plus(eight, -8), base) << "there and back (container_of)";
    EXPECT_EQ(values.plus(base, 0), base);
}

TEST(ValueTable, SumsWrapAsTheMachineDoes) {
    ValueTable values;
    EXPECT_EQ(values.plus(values.constant(INT64_MAX), 1), values.constant(INT64_MIN));
    const ValueId far = values.plus(values.entry(7), INT64_MAX);
    EXPECT_EQ(values[values.plus(far, INT64_MAX)].number, -2);
}

}  // namespace
}  // namespace inquest::dataflow
