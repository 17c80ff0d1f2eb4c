#include "report/json_report.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "report/event_line.h"
#include "report/samples_test.h"

namespace inquest {
namespace {

TEST(JsonReport, CarriesTheContractsNames) {
    Json json = to_json(fixture::ceph());
    EXPECT_EQ(json.text("schema"), "inquest.report/1");
    const Json& event = json["events"].array()->at(0);
    EXPECT_EQ(event.text("kind"), "null-pointer-dereference");
    EXPECT_EQ(event["ip"].text("symbol"), "__free_pages");
    EXPECT_EQ(event["ip"].text("offset"), "0x5");
    EXPECT_EQ(event.text("fault_address"), "0x1c");
    EXPECT_EQ(event["registers"].text("rcx"), "0xffff881f66bbffd8");
    EXPECT_EQ(event["guilty"].text("function"), "ceph_aio_read");
    EXPECT_EQ(json["known_issues"].array()->at(0).text("status"), "affected");
    EXPECT_EQ(json["verdict"].text("cause"), "null-argument");
}

TEST(JsonReport, SaysNullForWhatIsNotKnown) {
    Json json = to_json(fixture::overlayfs());
    EXPECT_TRUE(json["kernel"]["release"].is_null());
    EXPECT_TRUE(json["kernel"]["taint"].is_null());
    EXPECT_TRUE(json["events"].array()->at(0)["lr"].is_null());
    EXPECT_TRUE(to_json(fixture::ceph())["events"].array()->at(0)["registers"]["r13"].is_null());
    EXPECT_TRUE(to_json(fixture::nothing())["verdict"].is_null());
}

TEST(JsonReport, ReadsBackWhateverTheStringsHold) {
    for (const auto& [name, report] : fixture::all()) {
        auto back = parse_json(to_json(report).dump());
        ASSERT_TRUE(back) << name << ": " << back.error().message();
        EXPECT_EQ(back->dump(2), to_json(report).dump(2)) << name;
    }
}

TEST(JsonReport, EventLineHasItsOwnIssuesOnly) {
    Report report = fixture::many_machines();
    std::string line = render_event_line(report.events[1], report.known_issues);
    EXPECT_EQ(line.find('\n'), line.npos);
    auto json = parse_json(line);
    ASSERT_TRUE(json);
    ASSERT_EQ((*json)["known_issues"].array()->size(), 1u);
    EXPECT_EQ((*json)["known_issues"].array()->at(0).text("id"), "ceph-read-free-null-page");
    EXPECT_EQ((*json)["kernel"].text("release"), "3.10.0-514.26.2.el7.x86_64");
}

// The published schema is checked by the reference implementation for Python.
TEST(JsonReport, ConformsToTheSchema) {
    if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0)
        GTEST_SKIP() << "python3-jsonschema is missing";
    std::string folder = testing::TempDir() + "inquest-reports-" + std::to_string(getpid()) + "-";
    std::string files;
    for (const auto& [name, report] : fixture::all()) {
        std::string file = folder + name + ".json";
        std::ofstream(file) << to_json(report).dump();
        files += " " + file;
    }
    std::string command = "python3 " INQUEST_SOURCE_DIR "/tests/schema/validate.py " INQUEST_SOURCE_DIR
                          "/docs/report-schema.json" +
                          files;
    EXPECT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(std::system(("rm -f" + files).c_str()), 0);
}

}  // namespace
}  // namespace inquest
