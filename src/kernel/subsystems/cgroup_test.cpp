#include "kernel/subsystems/cgroup.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kFree = synth::Kernel::kFree, kTable = kFree, kRoots = kFree + 0x20,
                        kController = kFree + 0x40, kName = kFree + 0x60, kRoot = kFree + 0x100,
                        kGroups = kFree + 0x1000, kGroupSize = 0x200, kMemory = kFree + 0x3000;
// Of struct cgroup: self { cgroup, children, sibling, flags }, then the rest.
constexpr std::uint64_t kChildren = 8, kSibling = 24, kFlags = 40, kNode = 48, kSubsys = 56, kSets = 64;
constexpr std::uint64_t kUnlimited = INT64_MAX >> 12;  // PAGE_COUNTER_MAX

// A hierarchy with the memory controller: /, /a with a limit, /a/b without one.
class Cgroups : public testing::Test {
  protected:
    Cgroups() {
        types();
        kernel.put(kFree, std::vector<std::uint8_t>(0x4000));
        kernel.add_symbol(kTable, "Dcgroup_subsys");
        kernel.add_symbol(kRoots, "Dcgroup_roots");
        kernel.add_symbol(kRoot, "Dcgrp_dfl_root");
        words(kRoots, {kRoots, kRoots});
        kernel.put_word(kTable, kController);
        kernel.put_word(kController, kName);
        kernel.put_text(kName, "memory");
        kernel.put_word(kRoot + 8, 1);  // subsys_mask
        group(group_at(0), {group_at(1)}, "");
        group(group_at(1), {group_at(2)}, "a");
        group(group_at(2), {}, "b");
        memory(1, 100, 200);
        memory(2, 60, kUnlimited);
    }

    static std::uint64_t group_at(std::uint64_t i) { return i ? kGroups + i * kGroupSize : kRoot + 16; }

    void group(std::uint64_t at, const std::vector<std::uint64_t>& children, std::string_view name) {
        std::uint64_t before = at + kChildren;
        for (std::uint64_t child : children) {
            kernel.put_word(before, child + kSibling);
            kernel.put_word(child + kSibling + 8, before);
            before = child + kSibling;
        }
        kernel.put_word(before, at + kChildren);
        kernel.put_word(at + kChildren + 8, before);
        kernel.put_word(at + kFlags, 2);  // CSS_ONLINE
        words(at + kSets, {at + kSets, at + kSets});
        kernel.put_word(at + kNode, at + 0x100);
        kernel.put_word(at + 0x100, at + 0x110);
        kernel.put_text(at + 0x110, name);
    }

    void memory(std::uint64_t i, std::uint64_t usage, std::uint64_t limit) {
        const std::uint64_t at = kMemory + i * 0x100;
        kernel.put_word(group_at(i) + kSubsys, at);
        words(at, {usage, limit});
    }

    void words(std::uint64_t at, std::initializer_list<std::uint64_t> values) {
        for (std::uint64_t value : values) kernel.put_word(at, value), at += 8;
    }

    std::vector<CgroupHierarchy> read() {
        session = session_of(kernel);
        EXPECT_TRUE(session);
        objects = std::make_unique<Objects>(*session);
        return cgroups(*objects);
    }

    synth::Kernel kernel;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;

  private:
    void types() {
        auto& all = kernel.types;
        auto number = all.integer("unsigned int", 4), wide = all.integer("unsigned long", 8);
        auto text = all.pointer(all.integer("char", 1));
        auto pair = all.structure("pair", 16, {{"next", wide, 0}, {"prev", wide, 64}});
        auto css = all.structure("cgroup_subsys_state", 48,
                                 {{"cgroup", wide, 0},
                                  {"children", pair, kChildren * 8},
                                  {"sibling", pair, kSibling * 8},
                                  {"flags", number, kFlags * 8}});
        auto node = all.pointer(all.structure("kernfs_node", 8, {{"name", text, 0}}));
        auto group = all.structure("cgroup", 80,
                                   {{"self", css, 0},
                                    {"kn", node, kNode * 8},
                                    {"subsys", all.array(wide, 1), kSubsys * 8},
                                    {"cset_links", pair, kSets * 8}});
        all.structure("cgroup_root", 128,
                      {{"hierarchy_id", number, 0}, {"subsys_mask", number, 64}, {"cgrp", group, 128}});
        all.structure("cgroup_subsys", 8, {{"name", text, 0}});
        auto counter = all.structure("page_counter", 16, {{"usage", wide, 0}, {"max", wide, 64}});
        all.structure("mem_cgroup", 16, {{"memory", counter, 0}});
        all.structure("cgrp_cset_link", 16, {{"cset_link", pair, 0}});
    }
};

TEST_F(Cgroups, WalksTheTreeWithLimits) {
    auto found = read();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].unified);
    EXPECT_EQ(found[0].controllers, std::vector<std::string>{"memory"});
    const auto& groups = found[0].groups;
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[1].path, "/a");
    EXPECT_EQ(groups[2].path, "/a/b");
    ASSERT_TRUE(groups[1].memory && groups[2].memory);
    EXPECT_EQ(groups[1].memory->current, 100U << 12);
    EXPECT_EQ(groups[1].memory->maximum, 200U << 12);
    EXPECT_FALSE(groups[2].memory->maximum) << "what is not set is no limit";
    EXPECT_TRUE(groups[1].online);
    EXPECT_TRUE(objects->problems().empty());
}

TEST_F(Cgroups, ARemovedGroupIsSaidToBe) {
    kernel.put_word(group_at(2) + kFlags, 0);
    EXPECT_FALSE(read()[0].groups.at(2).online);
}

TEST_F(Cgroups, AChildThatIsItsOwnAncestorEndsTheWalk) {
    group(group_at(2), {group_at(1)}, "b");
    auto found = read();
    // Whoever linked it so tore the list of its old parent, too.
    EXPECT_LT(found[0].groups.size(), 6U);
    EXPECT_EQ(found[0].groups.at(1).path, "/a");
    EXPECT_FALSE(objects->problems().empty());
}

TEST_F(Cgroups, ChildrenThatAreNotThereAreSaid) {
    kernel.put_word(group_at(1) + kChildren, 0xffffc90000000000);
    auto found = read();
    ASSERT_EQ(found[0].groups.size(), 3U);
    EXPECT_EQ(found[0].groups[1].path, "/a");
    EXPECT_EQ(found[0].groups[2].path, "/a/(unknown)");
    EXPECT_FALSE(found[0].groups[2].memory);
    EXPECT_FALSE(objects->problems().empty());
}

}  // namespace
}  // namespace inquest
