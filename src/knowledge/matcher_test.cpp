#include "knowledge/matcher.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

Condition condition(Condition::Type type, std::vector<std::string> any,
                    Condition::Role role = Condition::Role::required, double weight = 1) {
    Condition made;
    made.type = type;
    made.any = std::move(any);
    made.role = role;
    made.weight = weight;
    return made;
}

Issue issue(std::vector<Condition> signature) {
    Issue made;
    made.signature = std::move(signature);
    return made;
}

Frame frame(std::string symbol, bool reliable = true, std::string module = {}) {
    Frame made;
    made.symbol = std::move(symbol);
    made.module = std::move(module);
    made.reliable = reliable;
    return made;
}

// A NULL dereference in _raw_spin_lock, called by d_delete.
CrashEvent lock_event() {
    CrashEvent event;
    event.id = 1;
    event.kind = Kind::null_pointer_dereference;
    event.headline = "BUG: unable to handle kernel NULL pointer dereference at 0000000000000088";
    event.ip.symbol = "_raw_spin_lock";
    event.ip.offset = 0xc;
    event.ip.size = 0x20;
    event.fault_address = 0x88;
    event.error_code = "0002";
    event.kernel.arch = "x86_64";
    event.trace = {frame("lockref_get", false), frame("d_delete"), frame("vfs_rmdir.isra.3"),
                   frame("__x64_sys_rmdir")};
    event.modules = {{"overlay", ""}, {"tampercfg", "OE"}};
    event.last_unloaded = "tampercore";
    event.excerpt = {{"RIP: 0010:_raw_spin_lock+0xc/0x20", "log line 47"}};
    event.lines = {40, 60};
    return event;
}

double score(const Issue& one, const CrashEvent& event) {
    auto matches = Matcher({one}).match(EventView(event));
    return matches.empty() ? 0 : matches.front().score;
}

bool matches(std::vector<Condition> signature, const CrashEvent& event) {
    return score(issue(std::move(signature)), event) > 0;
}

using Type = Condition::Type;
using Role = Condition::Role;
const Condition kFunction = condition(Type::function, {"_raw_spin_lock"});

}  // namespace

TEST(Matcher, MatchesFunctionsByTheirBareNames) {
    EXPECT_TRUE(matches({kFunction}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::function, {"spin_lock"})}, lock_event()));
    EXPECT_TRUE(matches({condition(Type::frames, {"d_delete", "vfs_rmdir", "sys_rmdir"})}, lock_event()));
}

TEST(Matcher, TakesFramesAsAnOrderedSubsequenceWithAlternatives) {
    EXPECT_TRUE(matches({condition(Type::frames, {"_raw_spin_lock", "vfs_unlink|vfs_rmdir"})}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::frames, {"vfs_rmdir", "d_delete"})}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::frames, {"d_delete", "d_delete"})}, lock_event()));
}

TEST(Matcher, TrustsDoubtfulFramesLess) {
    double sure = score(issue({condition(Type::frames, {"d_delete"})}), lock_event());
    double doubtful = score(issue({condition(Type::frames, {"lockref_get", "d_delete"})}), lock_event());
    EXPECT_GT(sure, doubtful);
    EXPECT_GT(doubtful, 0);
}

TEST(Matcher, CallerIsTheFirstReliableFrame) {
    EXPECT_TRUE(matches({condition(Type::caller, {"d_delete"})}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::caller, {"lockref_get"})}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::caller, {"vfs_rmdir"})}, lock_event()));
    auto arm64 = lock_event();
    arm64.trace.insert(arm64.trace.begin(), frame("_raw_spin_lock"));
    EXPECT_TRUE(matches({condition(Type::caller, {"d_delete"})}, arm64));
}

TEST(Matcher, OneFailedRequirementIsNoMatch) {
    EXPECT_FALSE(matches({kFunction, condition(Type::fault_address, {"0x90"})}, lock_event()));
    EXPECT_FALSE(matches({kFunction, condition(Type::kind, {"kernel-bug"})}, lock_event()));
    EXPECT_FALSE(matches({kFunction, condition(Type::module, {"xfs"})}, lock_event()));
    EXPECT_FALSE(matches({kFunction, condition(Type::arch, {"arm64"})}, lock_event()));
    EXPECT_FALSE(matches({kFunction, condition(Type::error_code, {"0x10"})}, lock_event()));
}

TEST(Matcher, AnExcludingConditionThatHoldsIsNoMatch) {
    EXPECT_FALSE(matches({kFunction, condition(Type::module, {"overlay"}, Role::excluding)}, lock_event()));
    EXPECT_TRUE(matches({kFunction, condition(Type::module, {"xfs"}, Role::excluding)}, lock_event()));
}

TEST(Matcher, SupportRaisesTheScoreAndItsAbsenceLowersIt) {
    auto with = condition(Type::fault_address, {"null"}, Role::supporting);
    auto without = condition(Type::fault_address, {"poison"}, Role::supporting);
    EXPECT_EQ(score(issue({kFunction, with}), lock_event()), 1);
    EXPECT_LT(score(issue({kFunction, condition(Type::frames, {"d_delete"}), without}), lock_event()), 1);
}

TEST(Matcher, OffsetsOnlyAdd) {
    auto other_build = lock_event();
    other_build.ip.offset = 0x17;
    auto signature = issue({kFunction, condition(Type::comm, {"node"}, Role::supporting, 0.5),
                            condition(Type::offset, {"0xc/0x20"}, Role::supporting, 0.5)});
    EXPECT_GT(score(signature, lock_event()), score(signature, other_build));
    EXPECT_EQ(score(issue({kFunction, condition(Type::offset, {"0xc"}, Role::supporting)}), other_build), 1);
}

TEST(Matcher, ModulesAreLoadedInTheTraceOrJustUnloaded) {
    EXPECT_TRUE(matches({kFunction, condition(Type::module, {"tampercore"})}, lock_event()));
    EXPECT_TRUE(matches({kFunction, condition(Type::last_unloaded, {"tampercore"})}, lock_event()));
    EXPECT_FALSE(matches({kFunction, condition(Type::last_unloaded, {"tampercfg"})}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::module_in_trace, {"overlay"})}, lock_event()));
    auto in_trace = lock_event();
    in_trace.trace[1].module = "overlay";
    EXPECT_TRUE(matches({kFunction, condition(Type::module_in_trace, {"overlay"})}, in_trace));
}

TEST(Matcher, ClaimsLessOfDamagedEvents) {
    auto signature =
        issue({kFunction, condition(Type::fault_address, {"0x88"}), condition(Type::frames, {"d_delete"})});
    auto corrupted = lock_event();
    corrupted.corrupted = true;
    auto cut = lock_event();
    cut.trace.clear();
    EXPECT_EQ(score(signature, lock_event()), 1);
    EXPECT_LT(score(signature, corrupted), 1);
    EXPECT_LT(score(signature, cut), 0.8);
    EXPECT_GT(score(signature, cut), 0);
    auto headless = lock_event();
    headless.headline.clear();
    headless.kind = Kind::other;
    auto with_kind =
        issue({kFunction, condition(Type::frames, {"d_delete"}), condition(Type::kind, {"bad-page-fault"})});
    EXPECT_GT(score(with_kind, headless), 0);
    EXPECT_LT(score(with_kind, headless), 1);
    EXPECT_EQ(score(with_kind, lock_event()), 0);
}

TEST(Matcher, SomethingThatIdentifiesMustHold) {
    EXPECT_FALSE(
        matches({condition(Type::kind, {"null-pointer-dereference"}), condition(Type::arch, {"x86_64"})},
                lock_event()));
}

TEST(Matcher, FindsAnIssueByItsFunctionWhenTheTraceIsCut) {
    auto cut = lock_event();
    cut.trace.clear();
    EXPECT_TRUE(matches({kFunction, condition(Type::frames, {"d_delete"}, Role::required, 0.5)}, cut));
    auto no_ip = lock_event();
    no_ip.ip = {};
    EXPECT_TRUE(matches({condition(Type::function, {"_raw_spin_lock"}, Role::required, 0.5),
                         condition(Type::frames, {"d_delete", "vfs_rmdir"})},
                        no_ip));
}

TEST(Matcher, BugPlacesMatchWholePathsAndNumbers) {
    auto event = lock_event();
    event.kind = Kind::kernel_bug;
    event.headline = "kernel BUG at lib/idr.c:1163!";
    EXPECT_EQ(score(issue({condition(Type::bug_at, {"lib/idr.c:1163"})}), event), 1);
    EXPECT_EQ(score(issue({condition(Type::bug_at, {"lib/idr.c"})}), event), 1);
    EXPECT_LT(score(issue({condition(Type::bug_at, {"lib/idr.c:116"})}), event), 1);
    EXPECT_FALSE(matches({condition(Type::bug_at, {"idr.cc:1163"})}, event));
    event.headline = "kernel BUG at /build/linux/lib/idr.c:1163!";
    EXPECT_EQ(score(issue({condition(Type::bug_at, {"lib/idr.c:1163"})}), event), 1);
    event.headline = "kernel BUG at mylib/idr.c:1163!";
    EXPECT_FALSE(matches({condition(Type::bug_at, {"lib/idr.c:1163"})}, event));
}

TEST(Matcher, PatternsSearchTheLinesOfTheEvent) {
    EXPECT_TRUE(
        matches({condition(Type::log, {"NULL pointer dereference at 0+88"}), kFunction}, lock_event()));
    EXPECT_TRUE(matches({condition(Type::log, {"unable to handle"}), kFunction}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::log, {"paging request"}), kFunction}, lock_event()));
    EXPECT_FALSE(matches({condition(Type::log, {"(broken"}), kFunction}, lock_event()));
    auto wild = lock_event();
    wild.headline = std::string(1 << 20, 'a') + "\xff\x00";
    EXPECT_FALSE(matches({condition(Type::log, {"(a*)*b"}), kFunction}, wild));
}

TEST(Matcher, EachMatchShowsItsLines) {
    const CrashEvent event = lock_event();
    auto matches = Matcher({issue({kFunction, condition(Type::frames, {"d_delete", "vfs_rmdir"}),
                                   condition(Type::fault_address, {"null"})})})
                       .match(EventView(event));
    ASSERT_EQ(matches.size(), 1u);
    ASSERT_EQ(matches[0].matched.size(), 3u);
    EXPECT_EQ(matches[0].matched[0].condition, "function _raw_spin_lock");
    EXPECT_EQ(matches[0].matched[0].evidence, "RIP: 0010:_raw_spin_lock+0xc/0x20, log line 47");
    EXPECT_EQ(matches[0].matched[1].condition, "frames d_delete < vfs_rmdir");
    EXPECT_EQ(matches[0].matched[1].evidence, "d_delete < vfs_rmdir.isra.3, log lines 40-60");
    EXPECT_EQ(matches[0].matched[2].condition, "fault address null (0x88)");
}

TEST(AddressClass, TellsPointersApart) {
    EXPECT_TRUE(*address_is(0x88, "null", "x86_64"));
    EXPECT_FALSE(*address_is(0x1000, "null", "x86_64"));
    EXPECT_TRUE(*address_is(0xfffffffffffffffe, "error-pointer", "x86_64"));
    EXPECT_FALSE(*address_is(0xfffffffe, "error-pointer", "x86_64"));
    EXPECT_TRUE(*address_is(0xfffffffe, "error-pointer", "arm"));
    EXPECT_TRUE(*address_is(0xdead000000000108, "poison", ""));
    EXPECT_TRUE(*address_is(0x6b6b6b6b6b6b6b7b, "poison", ""));
    EXPECT_FALSE(*address_is(0xffff888012345678, "poison", ""));
    EXPECT_TRUE(*address_is(0xffff888012345678, "kernel", ""));
    EXPECT_TRUE(*address_is(0x100620100, "user", ""));
    EXPECT_TRUE(*address_is(0xffffffffc0b0ceef, "modules", "x86_64"));
    EXPECT_FALSE(*address_is(0xffffffff81000000, "modules", "x86_64"));
    EXPECT_FALSE(*address_is(0xffffffffc0b0ceef, "modules", "arm64"));
    EXPECT_TRUE(*address_is(0xd0, "0xd0", ""));
    EXPECT_EQ(address_is(0, "nirvana", ""), std::nullopt);
}

}  // namespace inquest
