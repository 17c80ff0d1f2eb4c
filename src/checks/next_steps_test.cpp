#include "checks/next_steps.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

TEST(NextSteps, TakeOnlyNamesThatAShellReadsAsOneWord) {
    EXPECT_TRUE(is_plain_name("kmalloc-rcl-96"));
    EXPECT_TRUE(is_plain_name("btrfs_inode.v2"));
    for (std::string_view name :
         {"", "a b", "x;reboot", "$(id)", "`id`", "a'b", "-rf", ":0000192", "a\nb", "a\"b"})
        EXPECT_FALSE(is_plain_name(name)) << name;
    EXPECT_FALSE(is_plain_name(std::string(65, 'a')));
    EXPECT_FALSE(debug_cache("x reboot"));
    ASSERT_TRUE(debug_cache("dentry"));
    EXPECT_TRUE(debug_cache("dentry")->starts_with("slub_debug=FZPU,dentry  # "));
}

TEST(NextSteps, TraceFreesWhereTheTracepointTellsTheCache) {
    synth::Kernel with, without;
    auto number = with.types.integer("unsigned int", 4);
    with.types.structure("trace_event_raw_kmem_cache_free", 8, {{"__data_loc_name", number, 0}});
    without.types.structure("trace_event_raw_kmem_cache_free", 8, {});
    auto newer = session_of(with), older = session_of(without);
    ASSERT_TRUE(newer && older);
    auto step = trace_frees(*newer, "dentry");
    ASSERT_TRUE(step);
    EXPECT_NE(step->find("str(args->name) == \"dentry\"/"), std::string::npos) << *step;
    EXPECT_FALSE(trace_frees(*older, "dentry"));
    EXPECT_FALSE(trace_frees(*newer, "x\"/{system(\"id\")}"));
}

TEST(NextSteps, NameTheTracepointThatSeesTheCache) {
    EXPECT_NE(trace_allocations(192, false).find("kmem:kmem_cache_alloc /args->bytes_alloc == 192/"),
              std::string::npos);
    EXPECT_NE(trace_allocations(64, true).find("kmem:kmalloc /args->bytes_alloc == 64/"), std::string::npos);
}

}  // namespace
}  // namespace inquest
