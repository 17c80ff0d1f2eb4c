#include "debuginfo/exports.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace inquest {
namespace {

constexpr std::uint64_t kStart = 0xffff800008000000;

// An image with a table of exports at 0x100 and its strings at 0x800.
class Exports : public testing::Test {
  protected:
    Exports() : image_(0x2000) {}

    std::uint64_t string(std::string_view text) {
        const std::uint64_t at = 0x801 + used_;
        std::memcpy(image_.data() + at, text.data(), text.size());
        used_ += text.size() + 1;
        return at;
    }
    // struct kernel_symbol: offsets of value, name and namespace, each from where it stands.
    void entry(std::uint64_t value, std::uint64_t name) {
        put(table_, value);
        put(table_ + 4, name);
        table_ += 12;
    }
    void put(std::uint64_t at, std::uint64_t target) {
        const auto offset = static_cast<std::int32_t>(target - at);
        std::memcpy(image_.data() + at, &offset, sizeof offset);
    }

    std::optional<std::uint64_t> find(std::string_view name) {
        TargetMemory memory([this](std::uint64_t address, std::span<std::uint8_t> out) {
            if (address < kStart || address - kStart + out.size() > image_.size()) return false;
            std::memcpy(out.data(), image_.data() + (address - kStart), out.size());
            return true;
        });
        return ImageBytes(memory, kStart, image_.size()).exported(name);
    }

    std::vector<std::uint8_t> image_;
    std::uint64_t used_ = 0, table_ = 0x100;
};

TEST_F(Exports, FindsANameOfItsOwn) {
    entry(0x1800, string("init_task"));
    EXPECT_EQ(find("init_task"), kStart + 0x1800);
    EXPECT_FALSE(find("task"));
}

TEST_F(Exports, FindsANameThatIsTheTailOfAnother) {
    const std::uint64_t whole = string("jbd2_submit_inode_data");
    entry(0x1000, string("node_clear"));
    entry(0x1800, whole + std::strlen("jbd2_submit_i"));
    entry(0x1010, string("node_reclaim"));
    EXPECT_EQ(find("node_data"), kStart + 0x1800);
}

TEST_F(Exports, TakesNoTailThatOnlyAWordPointsTo) {
    const std::uint64_t whole = string("jbd2_submit_inode_data");
    entry(0x1800, whole + std::strlen("jbd2_submit_i"));
    EXPECT_FALSE(find("node_data"));
}

}  // namespace
}  // namespace inquest
