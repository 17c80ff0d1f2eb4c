#include "report/renderer.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "base/text.h"
#include "report/first_screen.h"
#include "report/layout.h"
#include "report/samples_test.h"

namespace inquest {
namespace {

std::string rendered(std::string_view format, const Report& report, RenderOptions options = {}) {
    const Renderer* renderer = renderer_named(format);
    EXPECT_NE(renderer, nullptr) << format;
    return renderer ? renderer->render(report, options) : std::string();
}

// INQUEST_UPDATE_GOLDEN=1 writes the files anew; look at the difference before committing it.
void expect_golden(const std::string& name, const std::string& text) {
    std::string path = INQUEST_SOURCE_DIR "/tests/golden/report/" + name;
    if (std::getenv("INQUEST_UPDATE_GOLDEN")) std::ofstream(path) << text;
    std::ifstream file(path);
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(golden.str(), text) << path;
}

TEST(Renderers, KeepTheirGoldenOutput) {
    for (std::string name :
         {"ceph", "overlayfs", "out-of-memory", "kasan", "unexplained", "many-machines", "nothing"})
        for (const auto& [fixture, report] : fixture::all())
            if (fixture == name) expect_golden(name + ".txt", rendered("text", report));
}

TEST(Text, BriefIsTheContractsFirstScreen) {
    RenderOptions options;
    options.brief = true;
    EXPECT_EQ(rendered("text", fixture::ceph(), options),
              "NULL pointer dereference in __free_pages, called by ceph_aio_read   [high]\n"
              "known issue  ceph: NULL page freed on error    this kernel: AFFECTED\n"
              "do now       yum update kernel && reboot       risk: reboot\n"
              "why          rdi (page) = 0; page+0x1c written; log lines 64, 70\n"
              "machine      3.10.0-514.26.2.el7.x86_64, nginx[9377], CPU 29, up 3:43\n");
}

TEST(Text, StaysWithinItsColumns) {
    for (unsigned width : {60u, 80u, 120u})
        for (const auto& [name, report] : fixture::all()) {
            if (name == "hostile") continue;  // its command is one long word, and a command is never broken
            RenderOptions options;
            options.width = width;
            std::string text = rendered("text", report, options);
            for (std::string_view line : split_lines(text))
                EXPECT_LE(display_width(line), width) << name << ": " << line;
        }
}

TEST(Text, LetsNothingDriveTheTerminal) {
    std::string text = rendered("text", fixture::hostile());
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find('\r'), text.npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), text.npos);
    EXPECT_EQ(to_valid_utf8(text), text);
}

TEST(Text, ColoursOnlyWhenAsked) {
    RenderOptions options;
    options.colour = true;
    EXPECT_NE(rendered("text", fixture::ceph(), options).find("\x1b["), std::string::npos);
    EXPECT_EQ(rendered("text", fixture::ceph()).find("\x1b["), std::string::npos);
}

TEST(Text, ShowsEveryMachineThePrimaryEventFirst) {
    RenderOptions options;
    options.brief = true;
    std::string text = rendered("text", fixture::many_machines(), options);
    auto memory = text.find("system-wide panic_on_oom"), overlay = text.find("d_delete"),
         ceph = text.find("ceph_aio_read");
    EXPECT_LT(memory, overlay);
    EXPECT_LT(overlay, ceph);
    EXPECT_NE(ceph, text.npos);
}

TEST(FirstScreen, ClaimsNoCauseWhereNoneIsKnown) {
    Report report = fixture::unexplained();
    FirstScreen screen = first_screen(report, report.events[0]);
    EXPECT_EQ(screen.headline, "General protection fault in __free_pages");
    EXPECT_EQ(screen.confidence, "");
    EXPECT_EQ(screen.rows.front().label, "would tell");
}

TEST(FirstScreen, ProposesNoRemedyWhereTheKernelHasTheFix) {
    Report report = fixture::ceph();
    for (IssueStatus status : {IssueStatus::fixed, IssueStatus::not_affected}) {
        report.known_issues[0].status = status;
        for (const auto& row : first_screen(report, report.events[0]).rows) EXPECT_FALSE(row.command);
    }
    report.known_issues[0].status = IssueStatus::unknown;
    EXPECT_EQ(first_screen(report, report.events[0]).rows[1].label, "if affected");
}

}  // namespace
}  // namespace inquest
