#include "inspect/types.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "inspect/declaration.h"
#include "inspect/expression.h"
#include "inspect/fake_target_test.h"
#include "kernel/global_types.h"

namespace inquest {
namespace {

constexpr std::uint64_t kNode = 0xffff888000002000, kOther = 0xffff888000003000;

class Expressions : public testing::Test {
  protected:
    Expressions() {
        integer = types.integer("int", 4, true);
        node = types.structure("node", 40,
                               {{"next", 3, 0}, {"value", integer, 64}, {"slots", 4, 96}, {"link", 3, 256}});
        pointer = types.pointer(node);
        slots = types.array(integer, 4);
        types.integer("long unsigned int", 8);
        types.type_def("node_t", node);
        TypeId open = types.prototype(integer, {{"node", pointer}, {"", 0}});
        function = types.function("open_node", open);
        hook = types.pointer(types.prototype(0, {}));
        memory.put_value<std::uint64_t>(kNode, kOther);
        memory.put_value<std::int32_t>(kNode + 8, 17);
        memory.put_value<std::uint64_t>(kOther, 0);
        memory.put_value<std::int32_t>(kOther + 8, 18);
        for (int i = 0; i < 4; ++i)
            memory.put_value<std::int32_t>(kOther + 12 + static_cast<std::uint64_t>(i) * 4, 100 + i);
        btf = std::make_unique<Btf>(types.btf());
    }
    std::string eval(std::string_view text) {
        ValueSource source = memory.source();
        ExpressionScope scope{source, lookup_in(*btf),
                              [](std::string_view name) -> Result<std::uint64_t> {
                                  if (name == "known" || name == "unknown" || name == "f.isra.0")
                                      return kNode;
                                  return fail("there is no symbol " + std::string(name));
                              },
                              [this](std::string_view name) -> std::optional<TypeRef> {
                                  if (name != "known") return std::nullopt;
                                  return TypeRef{btf.get(), node, 0, std::nullopt};
                              }};
        auto meaning = evaluate(scope, text);
        if (!meaning) return "error: " + meaning.error().message();
        if (!meaning->type) return "number " + std::to_string(meaning->address);
        if (meaning->value) return meaning->type->name() + " value";
        if (meaning->type->is_aggregate())
            return meaning->type->name() + " at " + (meaning->address == kNode ? "node" : "other");
        return show_value(source, meaning->place()).text;
    }
    FakeTypes types;
    FakeMemory memory;
    TypeId integer = 0, node = 0, pointer = 0, slots = 0, function = 0, hook = 0;
    std::unique_ptr<Btf> btf;
};

TEST_F(Expressions, MembersArrowsIndicesAndStars) {
    EXPECT_EQ(eval("known.value"), "17");
    EXPECT_EQ(eval("known.next->value"), "18");
    EXPECT_EQ(eval("known.next->slots[3]"), "103");
    EXPECT_EQ(eval("*known.next"), "struct node at other");
    EXPECT_EQ(eval("&known"), "struct node * value");
    EXPECT_EQ(eval("known.next.value"), "18") << "a dot follows a pointer, as in gdb";
}

TEST_F(Expressions, CastsGiveNumbersAndSymbolsATpe) {
    EXPECT_EQ(eval("((struct node *)0xffff888000002000)->value"), "17");
    EXPECT_EQ(eval("(struct node)0xffff888000003000.value"), "18");
    EXPECT_EQ(eval("(struct node)unknown.value"), "17");
    EXPECT_EQ(eval("((struct node *)unknown)->value"), "18") << "the variable is the pointer";
    EXPECT_EQ(eval("(node_t)unknown.value"), "17");
    EXPECT_EQ(eval("*(struct node *)known.next"), "struct node at other");
}

TEST_F(Expressions, AnUnknownTypeIsAskedFor) {
    EXPECT_EQ(eval("unknown.value"),
              "error: the type of unknown is not known: say it with a cast, (struct x)unknown");
}

TEST_F(Expressions, ErrorsSayWhatIsWrong) {
    EXPECT_EQ(eval("nobody"), "error: there is no symbol nobody");
    EXPECT_EQ(eval("known.nothing"), "error: struct node has no member nothing");
    EXPECT_EQ(eval("known.next->next->value"), "error: the pointer is NULL");
    EXPECT_EQ(eval("known.link->value"), "error: the pointer at 0xffff888000002020 is not in the dump");
    EXPECT_EQ(eval("known.value->x"), "error: int is no pointer");
    EXPECT_EQ(eval("known.value extra"), "error: \"extra\" is not understood");
    EXPECT_EQ(eval(""), "error: the expression is not complete");
    EXPECT_EQ(eval("(known"), "error: a ) is missing");
    EXPECT_EQ(eval(std::string(1000, '*') + "known"), "error: the expression is nested too deeply");
}

TEST_F(Expressions, ASymbolMayHoldDots) { EXPECT_EQ(eval("f.isra.0"), "number " + std::to_string(kNode)); }

TEST_F(Expressions, TypesAreReadAsPeopleWriteThem) {
    auto name = [&](std::string_view text) {
        auto type = parse_type(lookup_in(*btf), text);
        return type ? type->name() : "error: " + type.error().message();
    };
    EXPECT_EQ(name("struct node *"), "struct node *");
    EXPECT_EQ(name("unsigned long"), "long unsigned int");
    EXPECT_EQ(name("const struct node**"), "struct node **");
    EXPECT_EQ(name("int[3]"), "int[3]");
    EXPECT_EQ(name("node"), "struct node");
    EXPECT_EQ(name("struct nothing"), "error: no type is called struct nothing");
    EXPECT_EQ(name(""), "error: a type's name is missing");
}

TEST_F(Expressions, DeclarationsReadAsInC) {
    EXPECT_EQ(declaration(*btf, function, "open_node"), "int open_node(struct node *node, ...)");
    EXPECT_EQ(declaration(*btf, slots, "slots"), "int slots[4]");
    EXPECT_EQ(declaration(*btf, hook, "hook"), "void (*hook)(void)");
    EXPECT_EQ(definition(*btf, node),
              "struct node {\n"
              "     [0] struct node *next;\n"
              "     [8] int value;\n"
              "    [12] int slots[4];\n"
              "    [32] struct node *link;\n"
              "}\nSIZE: 40\n");
}

TEST(GlobalTypes, TheTableIsInOrder) {
    EXPECT_TRUE(std::ranges::is_sorted(global_types(), {}, &GlobalType::symbol));
    EXPECT_EQ(global_type("init_task"), "struct task_struct");
    EXPECT_FALSE(global_type("init_tas"));
}

}  // namespace
}  // namespace inquest
