#include <gtest/gtest.h>

#include "knowledge/imported/imported_test.h"
#include "knowledge/imported/osv_record.h"

namespace inquest {
namespace {

using imported_test::import_text;

std::string advisory(std::string_view ecosystem, std::string_view package, std::string_view version,
                     std::string_view id = "ALSA-2025:10379") {
    return R"({"id": ")" + std::string(id) +
           R"(", "related": ["CVE-2025-21759", "CVE-2025-21887", 7], "affected": [
      {"package": {"ecosystem": ")" +
           std::string(ecosystem) + R"(", "name": ")" + std::string(package) +
           R"("}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": ")" +
           std::string(version) + R"("}]}]}]})";
}

std::string product_of(std::string_view ecosystem, std::string_view package, std::string_view version) {
    ImportResult result;
    read_osv_record(advisory(ecosystem, package, version), "x", result);
    EXPECT_TRUE(result.problems.empty());
    return result.facts.empty() ? "" : result.facts.front().fix.product;
}

TEST(OsvRecord, TellsWhoseKernelAPackageIs) {
    EXPECT_EQ(product_of("AlmaLinux:9", "kernel", "5.14.0-570.25.1.el9_6"), "rhel9");
    EXPECT_EQ(product_of("AlmaLinux:9", "kernel-tools-libs-devel", "0:5.14.0-570.25.1.el9_6"), "rhel9");
    EXPECT_EQ(product_of("AlmaLinux:8", "kernel-rt", "4.18.0-553.69.1.rt7.410.el8_10"), "rhel8-rt");
    EXPECT_EQ(product_of("openEuler:20.03-LTS-SP4", "kernel", "4.19.90-2412.3.0.0308.oe2003sp4"),
              "openeuler-20.03");
    EXPECT_EQ(product_of("Debian:12", "linux", "6.1.176-1"), "debian");
    EXPECT_EQ(product_of("Ubuntu:22.04:LTS", "linux", "5.15.0-91.101"), "ubuntu");
    EXPECT_EQ(product_of("Ubuntu:22.04:LTS", "linux-aws", "5.15.0-1050.55"), "ubuntu-aws");
    EXPECT_EQ(product_of("AlmaLinux:9", "bpftool", "7.3.0-427.el9"), "");
    EXPECT_EQ(product_of("AlmaLinux:9", "httpd", "2.4.57-5.el9"), "");
    EXPECT_EQ(product_of("Debian:12", "nginx", "1.22.1-9"), "");
}

TEST(OsvRecord, CountsAndNamesWhatItCannotUse) {
    ImportResult result;
    read_osv_record(advisory("AlmaLinux:9", "httpd", "2.4.57-5.el9"), "a", result);
    read_osv_record(
        R"({"id": "ALBA-1", "affected": [{"package": {"ecosystem": "AlmaLinux:9", "name": "kernel"},
        "ranges": [{"events": [{"fixed": "5.14.0-570.25.1.el9_6"}]}]}]})",
        "b", result);
    ASSERT_EQ(result.notes.size(), 2u);
    EXPECT_EQ(result.notes[0].what, "are not about a kernel, or name no version that fixed it");
    EXPECT_EQ(result.notes[1].what, "are about a kernel and name no CVE");
    EXPECT_TRUE(result.facts.empty());
    for (const char* bad : {"", "{", "[]", R"({"id": "x y", "affected": []})", R"({"id": "x"})"})
        read_osv_record(bad, "bad.json", result);
    EXPECT_EQ(result.problems.size(), 5u);
}

TEST(OsvRecord, TakesNoVersionThatCouldNotBeOne) {
    ImportResult result;
    for (const char* version : {"", "5.14.0-1; rm -rf /.el9", "x", "5.14.0-570.25.1.el9_6`"})
        read_osv_record(advisory("AlmaLinux:9", "kernel", version), "x", result);
    EXPECT_TRUE(result.facts.empty());
}

TEST(OsvImporter, ReadsLinesAndSurvivesBadOnes) {
    auto line = advisory("AlmaLinux:9", "kernel", "5.14.0-570.25.1.el9_6");
    std::erase(line, '\n');
    auto result = import_text("osv", line + "\n{\"cut\n" + line + "\n",
                              [](std::string_view) { return std::vector<CrashEvent>(); });
    ASSERT_TRUE(result);
    EXPECT_EQ(result->records, 3u);
    EXPECT_EQ(result->facts.size(), 2u);
    EXPECT_EQ(result->problems.size(), 1u);
    EXPECT_EQ(result->source.name, "AlmaLinux advisories");
    EXPECT_NE(result->source.notice.find("MIT"), std::string::npos);
}

}  // namespace
}  // namespace inquest
