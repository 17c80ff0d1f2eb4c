// Imported issues for tests.
#pragma once

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "knowledge/imported/catalogue.h"
#include "knowledge/imported/compile.h"
#include "knowledge/importer.h"

namespace inquest::imported_test {

inline CrashShape shape(Kind kind, std::string guilty, std::vector<std::string> functions) {
    return {kind, std::move(guilty), std::move(functions)};
}

inline const std::string kCommit = "31df8bc4d3feca9f9c6b2cd06fd64a111ae1a0e6";
inline const std::string kMainline = "9f38f03ae8d5f57371b71aa6b4275765b65454fd";

// Fixed in 5.10.37 and 5.13; its crash has functions of its own, and two that every issue of some_issues()
// has.
inline ImportedIssue drain_issue() {
    return {
        .id = "CVE-2021-47011",
        .fixes = {{"5.10.11", "5.10.37", kCommit}, {"5.11", "5.13", kMainline}, {"4.19.5", "0", ""}},
        .files = {"mm/drain.c", "include/linux/drain.h"},
        .modules = {"drainmod"},
        .crashes = {shape(Kind::null_pointer_dereference, "drain_stock",
                          {"drain_stock", "refill_stock", "uncharge_page", "vfs_read", "do_syscall_64"})}};
}

// That issue and forty others.
inline std::vector<ImportedIssue> some_issues() {
    std::vector<ImportedIssue> issues{drain_issue()};
    for (int i = 10; i < 50; ++i) {
        std::string number = std::to_string(i);
        issues.push_back(
            {.id = "CVE-2022-100" + number,
             .fixes = {{"5.0", "6.0", kMainline}},
             .files = {"drivers/d" + number + "/main.c"},
             .crashes = {shape(Kind::warning, "probe_" + number,
                               {"probe_" + number, "start_" + number, "vfs_read", "do_syscall_64"})}});
    }
    return issues;
}

inline std::string compiled(std::vector<ImportedIssue> issues) {
    return compile({{{"Test", "today", "Notice"}}, std::move(issues), {}, {}}).value();
}

// What an importer makes of a file with this text. `product` is put before its path.
inline Result<ImportResult> import_text(std::string_view source, std::string_view text,
                                        const EventsOf& events_of, const std::string& product = "") {
    auto path = testing::TempDir() + "import_" + std::string(source);
    std::ofstream(path, std::ios::binary) << text;
    for (const Importer* importer : all_importers())
        if (importer->name == source) return importer->read(product + path, events_of);
    return fail("no importer");
}

}  // namespace inquest::imported_test
