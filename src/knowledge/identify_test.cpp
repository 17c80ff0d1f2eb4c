#include <gtest/gtest.h>

#include "knowledge/test_vectors.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

std::string without_epoch(std::string version) {
    return version.starts_with("0:") ? version.substr(2) : version;
}

// What the banner of such a package would say.
std::string banner_of(const std::string& family, const std::string& version) {
    if (family.starts_with("debian")) return "#1 SMP PREEMPT_DYNAMIC Debian " + version + " (2026-07-02)";
    auto dot = version.find('.', version.find('-'));
    return '#' + version.substr(dot + 1) + "-Ubuntu SMP Wed Jun 22 15:00:31 UTC 2022";
}

TEST(IdentifyKernel, AgreesWithTheTableOfNames) {
    auto rows = read_vectors("uname_map.tsv");
    EXPECT_GE(rows.size(), 39U);
    for (const auto& row : rows) {
        const auto &release = row[0], &family = row[1], &certainty = row[4];
        auto version = without_epoch(row[3]);
        auto found = identify_kernel(release, "");
        SCOPED_TRACE(release);
        if (certainty == "exact") {
            EXPECT_EQ(found.version, version);
            EXPECT_EQ(found.package, row[2]);
            EXPECT_TRUE(found.exact);
        } else if (certainty == "banner") {
            EXPECT_FALSE(found.exact);
            EXPECT_EQ(found.package, row[2]);
            auto with_banner = identify_kernel(release, banner_of(family, version));
            EXPECT_EQ(with_banner.version, version);
            EXPECT_TRUE(with_banner.exact);
        } else if (certainty == "ambiguous") {
            EXPECT_FALSE(found.exact);
            EXPECT_TRUE(version.starts_with(found.version + '.')) << found.version;
        } else if (certainty == "exact-ish") {
            EXPECT_FALSE(found.exact);
            EXPECT_EQ(found.version, version);
        } else if (certainty == "prefix") {
            EXPECT_FALSE(found.exact);
            EXPECT_EQ(found.package, row[2]);
            EXPECT_TRUE(version.starts_with(found.version + '.')) << found.version;
        } else if (certainty == "upstream" || certainty == "upstream+suffix") {
            EXPECT_EQ(found.product, "upstream");
            EXPECT_EQ(found.version, version);
            EXPECT_EQ(found.exact, release == "5.10.15");
        } else {  // guess, no-mapping, flavour: a product of its own, nothing exact
            EXPECT_FALSE(found.exact) << certainty;
            EXPECT_FALSE(found.product.empty());
            EXPECT_FALSE(found.note.empty());
        }
    }
}

TEST(IdentifyKernel, TellsTheProduct) {
    struct Case {
        std::string_view release, product, stream;
    };
    for (auto [release, product, stream] : std::initializer_list<Case>{
             {"2.6.32-504.16.2.el6.x86_64", "rhel6", "504"},
             {"3.10.0-957.21.3.el7.x86_64", "rhel7", "957"},
             {"4.18.0-305.12.1.el8_4.x86_64+debug", "rhel8", "305"},
             {"4.18.0-553.140.1.rt7.481.el8_10.x86_64", "rhel8-rt", "553"},
             {"4.18.0-477.27.1.el8_8.88ciq_lts.0.1.x86_64", "rhel8-ciq", "477"},
             {"3.10.0-514.6.1.el7.centos.plus.x86_64", "rhel7", "514"},
             {"5.14.0-427.26.1.el9_4.aarch64+64k", "rhel9", "427"},
             {"4.19.91-22.2.al7.x86_64", "alinux2", ""},
             {"5.10.134-16.1.al8.x86_64", "alinux3", ""},
             {"4.19.91-27.an8.x86_64", "anolis", "4.19"},
             {"4.19.90-2103.1.0.0059.oe1.x86_64", "openeuler-20.03", ""},
             {"5.10.0-136.105.0.186.oe2203sp1.x86_64", "openeuler-22.03", "136"},
             {"4.14.355-275.570.amzn2.x86_64", "amazon2", "4.14"},
             {"6.1.102-108.177.amzn2023.x86_64", "amazon2023", "6.1"},
             {"5.4.17-2136.320.7.1.el7uek.x86_64", "oracle", "5.4.17"},
             {"5.11.12-300.fc34.x86_64", "fedora", "5.11"},
             {"5.10.0-60.18.0.50.h734.eulerosv2r11.aarch64", "euleros", "60"},
             {"4.19.90-24.4.v2101.ky10.aarch64", "kylin", "24"},
             {"5.3.18-59.37-default", "suse", "5.3.18-59"},
             {"5.3.18-150300.59.93-default", "suse", "5.3.18-59"},
             {"5.14.21-150400.24.18-azure", "suse-azure", "5.14.21-24"},
             {"4.12.14-lp151.28.52-default", "suse", "4.12.14-lp151"},
             {"5.4.0-122-generic", "ubuntu", "5.4.0"},
             {"5.15.0-1052-azure", "ubuntu-azure", "5.15.0"},
             {"6.1.0-50-cloud-amd64", "debian", "6.1"},
             {"6.12.38+deb13-amd64", "debian", "6.12"},
             {"4.19.0-arm64-desktop", "uos", "4.19.0"},
             {"5.4.241-1-tlinux4-0017.3", "tencent", "5.4.241-1-tlinux4"},
             {"6.6.52-talos", "upstream", "6.6"},
             {"4.10.0-rc3-00259-g9881b02", "upstream", "4.10"},
         }) {
        auto found = identify_kernel(release, "");
        EXPECT_EQ(found.product, product) << release;
        EXPECT_EQ(found.stream, stream) << release;
    }
}

TEST(IdentifyKernel, DoesNotTakeAVendorKernelForAnUpstreamOne) {
    for (auto release : {"6.8.12-4-pve", "4.19.0+1", "3.10.0-1127.8.2.vz7.151.14",
                         "5.4.96-1.el7.elrepo.x86_64", "5.18.10-1.dneg.x86_64"}) {
        auto found = identify_kernel(release, "");
        EXPECT_EQ(found.product, "") << release;
        EXPECT_FALSE(found.note.empty());
        EXPECT_FALSE(found.upstream.empty());
    }
}

TEST(IdentifyKernel, ReadsTheUploadOfAHardwareEnablementKernel) {
    auto found = identify_kernel("5.4.0-122-generic", "#138~18.04.1-Ubuntu SMP Fri Jun 24 14:14:03 UTC 2022");
    EXPECT_EQ(found.version, "5.4.0-122.138~18.04.1");
    EXPECT_TRUE(found.exact);
}

TEST(IdentifyKernel, TakesUbuntusMainlineBuildsForUpstream) {
    EXPECT_EQ(identify_kernel("5.15.7-051507-generic", "#202112080459 SMP").product, "upstream");
    EXPECT_EQ(identify_kernel("6.8.0-060800rc4-generic", "").version, "6.8.0-rc4");
}

TEST(IdentifyKernel, ReadsFedorasCandidates) {
    EXPECT_EQ(identify_kernel("5.4.0-0.rc6.git0.1.fc32.x86_64", "").upstream, "5.4.0-rc6");
    EXPECT_EQ(identify_kernel("2.6.32-0.51.rc7.git2.fc13.x86_64", "").upstream, "2.6.32-rc7");
    EXPECT_EQ(identify_kernel("5.11.12-300.fc34.x86_64", "").upstream, "5.11.12");
}

TEST(IdentifyKernel, ReadsDebianBanners) {
    auto found = identify_kernel("6.1.0-13-amd64", "#1  Debian 6.1.55-1");
    EXPECT_EQ(found.version, "6.1.55-1");
    EXPECT_EQ(found.upstream, "6.1.55");
    EXPECT_EQ(
        identify_kernel("6.1.0-rpi4-rpi-v8", "#1 SMP PREEMPT Debian 1:6.1.54-1+rpt2 (2023-10-05)").product,
        "debian-rpt");
    EXPECT_EQ(identify_kernel("6.1.0-0-amd64", "#1 SMP Debian 6.1~rc7-1~exp1").upstream, "6.1-rc7");
}

TEST(IdentifyKernel, KnowsAnIntervalFromDebiansAbi) {
    auto found = identify_kernel("6.1.0-11-amd64", "");
    EXPECT_EQ(found.version, "6.1.37-1");
    EXPECT_EQ(found.below, "6.1.52-1");
    EXPECT_EQ(identify_kernel("4.19.0-27-amd64", "").version, "");
    EXPECT_EQ(identify_kernel("6.1.0-99-amd64", "").version, "");
}

TEST(IdentifyKernel, RefusesWhatIsNoRelease) {
    for (std::string_view release :
         {"", "x;rm -rf /", "4.19.91;reboot", "4", "4.", "-4.19", "4.19 ", "4.19.0$(id)", "4.19\n"}) {
        EXPECT_FALSE(is_kernel_release(release)) << release;
        EXPECT_EQ(identify_kernel(release, "").product, "") << release;
    }
    EXPECT_FALSE(is_kernel_release("4." + std::string(63, '1')));
    EXPECT_TRUE(is_kernel_release("6.12.95+deb12-amd64"));
}

TEST(DistributionOf, NamesItForPeople) {
    EXPECT_EQ(distribution_of("5.4.0-122-generic", "#138-Ubuntu"), "Ubuntu");
    EXPECT_EQ(distribution_of("6.1.0-50-amd64", ""), "Debian");
    EXPECT_EQ(distribution_of("3.10.0-957.el7.x86_64", ""), "RHEL/CentOS 7");
    EXPECT_EQ(distribution_of("4.19.91-22.2.al7.x86_64", ""), "Alibaba Cloud Linux 2");
    EXPECT_EQ(distribution_of("5.10.0-136.105.0.186.oe2203sp1.x86_64", ""), "openEuler 22.03");
    EXPECT_EQ(distribution_of("5.10.15", ""), "");
}

TEST(IsKnownProduct, AsksTheSchemes) {
    EXPECT_TRUE(is_known_product("rhel7"));
    EXPECT_TRUE(is_known_product("openeuler-20.03"));
    EXPECT_TRUE(is_known_product("upstream"));
    EXPECT_FALSE(is_known_product("rhle7"));
    EXPECT_FALSE(is_known_product(""));
}

}  // namespace
}  // namespace inquest
