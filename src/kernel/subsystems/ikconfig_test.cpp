#include "kernel/subsystems/ikconfig.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::string_view kText = "# Linux/x86 6.1\nCONFIG_SLUB=y\n# CONFIG_KASAN is not set\n";
constexpr std::uint64_t kData = synth::Kernel::kFree + 0xff8;  // its mark lies in the page before

class Configured {
  public:
    // `head` and `tail` stand around the gzip file, as IKCFG_ST and IKCFG_ED do.
    explicit Configured(std::string_view tail = "IKCFG_ED") {
        auto bytes = synth::gzip({reinterpret_cast<const std::uint8_t*>(kText.data()), kText.size()});
        kernel.put_text(kData - 8, "IKCFG_ST");
        kernel.put(kData, bytes);
        kernel.put(kData + bytes.size(), {reinterpret_cast<const std::uint8_t*>(tail.data()), tail.size()});
        size = bytes.size();
    }
    Result<std::string> read() {
        session = session_of(kernel);
        if (!session) return fail("no session");
        Objects objects(*session);
        return kernel_config(objects);
    }
    synth::Kernel kernel;
    std::size_t size = 0;
    std::unique_ptr<Session> session;
};

TEST(Ikconfig, GivesTheTextThatTheSymbolNames) {
    Configured configured;
    configured.kernel.add_symbol(kData, "Rkernel_config_data");
    EXPECT_EQ(configured.read().value_or(""), kText);
}

TEST(Ikconfig, FindsItByItsMarkWhereKallsymsHoldTextOnly) {
    Configured configured;
    EXPECT_EQ(configured.read().value_or(""), kText);
}

TEST(Ikconfig, SaysThatAKernelHasNone) {
    synth::Kernel kernel;
    kernel.add_symbol(synth::Kernel::kFree, "Dinit_mm");
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    Objects objects(*session);
    auto text = kernel_config(objects);
    ASSERT_FALSE(text);
    EXPECT_NE(text.error().message().find("without CONFIG_IKCONFIG"), std::string::npos);
}

TEST(Ikconfig, SaysThatItsEndIsMissing) {
    Configured configured("IKCFG_XX");
    configured.kernel.add_symbol(kData, "Rkernel_config_data");
    auto text = configured.read();
    ASSERT_FALSE(text);
    EXPECT_NE(text.error().message().find("not in the dump"), std::string::npos) << text.error().message();
}

TEST(Ikconfig, SaysThatItIsDamaged) {
    Configured configured;
    configured.kernel.add_symbol(kData, "Rkernel_config_data");
    configured.kernel.put_word(kData + configured.size / 2, 0x5555555555555555);
    auto text = configured.read();
    ASSERT_FALSE(text);
    EXPECT_NE(text.error().message().find("damaged"), std::string::npos) << text.error().message();
}

}  // namespace
}  // namespace inquest
