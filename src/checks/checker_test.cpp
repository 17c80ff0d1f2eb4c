#include "checks/checker.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

Report checked(Session& session, const CrashEvent& event) {
    Report report;
    report.events = {event};
    CodeMap code(session);
    run_checks(CheckLevel::all, session, code, list_tasks(session), std::nullopt, report);
    return report;
}

const CheckRun* run_of(const Report& report, std::string_view id) {
    auto run = std::ranges::find(report.checks, id, &CheckRun::id);
    return run == report.checks.end() ? nullptr : &*run;
}

constexpr std::array<std::string_view, 1> kEither{"no_such_thing|init_task"}, kNone{"no_such_thing|nor_this"},
    kMember{"task_struct.__state|task_struct.state"}, kNoMember{"task_struct.nothing"};

TEST(Checker, TellsThePreconditionThatDoesNotHold) {
    synth::Kernel kernel;
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    EXPECT_EQ(unmet(*session, {.symbols = kEither, .members = kMember}), "");
    EXPECT_EQ(unmet(*session, {.symbols = kNone}), "no symbol tells where no_such_thing or nor_this is");
    EXPECT_EQ(unmet(*session, {.members = kNoMember}), "this kernel has no task_struct.nothing");
}

TEST(Checker, SaysWhichChecksCouldNotBeMade) {
    synth::Kernel kernel;
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    const Report report = checked(*session, {});
    const CheckRun* run = run_of(report, "panic-settings");
    ASSERT_TRUE(run);
    EXPECT_EQ(run->not_run, "no symbol tells where panic_on_oops is");
}

TEST(PanicSettings, TellsOopsesThatPanicBySettingFromThoseThatMust) {
    synth::Kernel kernel;
    kernel.add_symbol(synth::Kernel::kFree, "Dpanic_on_oops");
    kernel.add_symbol(synth::Kernel::kFree + 8, "Dpanic_timeout");
    kernel.put_word(synth::Kernel::kFree, 1);
    kernel.put_word(synth::Kernel::kFree + 8, 10);
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    CrashEvent event;
    event.primary = true;
    event.kind = Kind::null_pointer_dereference;
    event.task.pid = 42;
    auto report = checked(*session, event);
    ASSERT_EQ(run_of(report, "panic-settings")->findings, 1U);
    EXPECT_EQ(report.findings.front().title, "kernel.panic_on_oops = 1 made a panic of this");
    event.task.pid = 0;
    EXPECT_EQ(run_of(checked(*session, event), "panic-settings")->findings, 0U);
}

}  // namespace
}  // namespace inquest
