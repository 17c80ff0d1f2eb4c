// Every fixture under its name: tests that hold for any report run over all of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/fixture_test.h"

namespace inquest::fixture {

inline std::vector<std::pair<std::string, Report>> all() {
    return {{"ceph", ceph()},       {"overlayfs", overlayfs()},     {"out-of-memory", out_of_memory()},
            {"kasan", kasan()},     {"unexplained", unexplained()}, {"many-machines", many_machines()},
            {"nothing", nothing()}, {"hostile", hostile()}};
}

}  // namespace inquest::fixture
