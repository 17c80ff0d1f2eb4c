#include "debuginfo/sources/source_path.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(SourcePath, BeginsAtTheTopOfTheKernelTree) {
    const std::string_view objects = "/build/linux-6.1.176/debian/build/build_amd64";
    EXPECT_EQ(source_path("/build/linux-6.1.176/arch/x86/kernel/head_64.S", objects),
              "arch/x86/kernel/head_64.S");
    EXPECT_EQ(source_path("/build/linux-6.1.176/arch/x86/kernel/../../x86/xen/xen-head.S", objects),
              "arch/x86/xen/xen-head.S");
    EXPECT_EQ(source_path("/build/linux-6.1.176/debian/build/build_amd64/../../../mm/slub.c", objects),
              "mm/slub.c");
    EXPECT_EQ(source_path("debian/build/x/mm/slub.c", "debian/build/x"), "mm/slub.c");
    EXPECT_EQ(source_path("./include/linux/fs.h", ""), "include/linux/fs.h");
    EXPECT_EQ(source_path("/usr/src/linux/mm/slub.c", "/usr/src/linux"), "mm/slub.c");
    EXPECT_EQ(source_path("/home/u/linux/mm/slub.c", "/home/u/objects"), "mm/slub.c");
}

TEST(SourcePath, KeepsWhatIsInNoKernelTree) {
    EXPECT_EQ(source_path("/home/u/driver/main.c", "/usr/src/linux"), "/home/u/driver/main.c");
    EXPECT_EQ(source_path("main.c", "/home/u"), "main.c");
    EXPECT_EQ(source_path("", ""), "");
}

}  // namespace
}  // namespace inquest
