#include "dump/notes.h"

#include <gtest/gtest.h>

#include "dump/prstatus.h"
#include "dump/vmcoreinfo.h"
#include "synth/dump.h"

namespace inquest {
namespace {

TEST(Notes, ReadsEachNoteAndVmcoreinfo) {
    synth::Bytes bytes;
    std::vector<std::uint8_t> status(336);
    status[32] = 42;           // pr_pid
    status[112 + 16 * 8] = 9;  // ip, the 17th register
    bytes.append_bytes(synth::note("CORE", 1, status));
    bytes.append_bytes(synth::note("VMCOREINFO", 0, std::vector<std::uint8_t>{'A', '=', '1', '\n', 'x'}));
    EXPECT_EQ(vmcoreinfo_text(bytes.data()), "A=1\nx");
    auto cpus = cpu_registers(bytes.data());
    ASSERT_EQ(cpus.size(), 1U);
    EXPECT_EQ(cpus[0].pid, 42);
    ASSERT_GE(cpus[0].values.size(), 21U);
    EXPECT_EQ(cpus[0].values[16], 9U);
}

TEST(Notes, EndsAtDamage) {
    synth::Bytes bytes;
    bytes.append_bytes(synth::note("CORE", 1, std::vector<std::uint8_t>(336)));
    const auto good = bytes.data();
    for (std::uint64_t at = 0; at < 12; ++at)
        for (int value : {0, 0xff}) {
            auto damaged = good;
            damaged[at] = static_cast<std::uint8_t>(value);
            for_each_note(damaged, [](const Note&) { return true; });
        }
    for (std::size_t size = 0; size < good.size(); ++size)
        for_each_note(std::span(good).first(size), [](const Note& note) {
            ADD_FAILURE() << "a note of a section that is cut: " << note.name;
            return true;
        });
}

TEST(Vmcoreinfo, ReadsItsKindsOfLines) {
    auto info = Vmcoreinfo::parse(
        "OSRELEASE=6.1.0\nSYMBOL(_stext)=ffffffff81000000\nSIZE(page)=64\nOFFSET(page.flags)=0\n"
        "LENGTH(zone.free_area)=11\nNUMBER(phys_base)=-4096\nNUMBER(kimage_voffset)=0xffff7fc010000000\n"
        "no line\n=\nOFFSET(x)=-1\nSYMBOL(y)=zz\n");
    EXPECT_EQ(info.value("OSRELEASE"), "6.1.0");
    EXPECT_EQ(info.symbol("_stext"), 0xffffffff81000000);
    EXPECT_EQ(info.size("page"), 64U);
    EXPECT_EQ(info.offset("page.flags"), 0U);
    EXPECT_EQ(info.length("zone.free_area"), 11U);
    EXPECT_EQ(info.number("phys_base"), -4096);
    EXPECT_EQ(info.number("kimage_voffset"), static_cast<std::int64_t>(0xffff7fc010000000));
    EXPECT_EQ(info.offset("x"), std::nullopt);
    EXPECT_EQ(info.symbol("y"), std::nullopt);
    EXPECT_EQ(info.symbol("missing"), std::nullopt);
}

}  // namespace
}  // namespace inquest
