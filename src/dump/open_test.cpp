#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "dump/memory.h"
#include "synth/dump.h"

namespace inquest {
namespace {

using synth::kPage;

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "inquest-open-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, std::span<const std::uint8_t> bytes) const {
        std::ofstream((path_ / name).string(), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return (path_ / name).string();
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

synth::Memory some_memory() {
    synth::Memory memory;
    memory.vmcoreinfo = "OSRELEASE=6.1.0-synthetic\n";
    memory.frames = 300;
    for (std::uint64_t frame : {0, 5, 99, 100, 150, 299})
        memory.pages[frame].assign(kPage, static_cast<std::uint8_t>(frame));
    memory.filtered = {6, 101};
    return memory;
}

void expect_memory(const Dump& dump, const synth::Memory& memory) {
    std::vector<std::uint8_t> page(kPage);
    for (const auto& [frame, expected] : memory.pages) {
        EXPECT_EQ(dump.read_page(frame, page), ReadOutcome::present) << frame;
        EXPECT_EQ(page, expected) << frame;
    }
    for (std::uint64_t frame : memory.filtered)
        EXPECT_EQ(dump.read_page(frame, page), ReadOutcome::filtered) << frame;
    EXPECT_EQ(dump.read_page(7, page), ReadOutcome::unmapped);
    EXPECT_EQ(dump.facts().vmcoreinfo, memory.vmcoreinfo);
}

std::vector<std::string> write_parts(const Folder& folder, const synth::Memory& memory) {
    std::vector<std::string> paths;
    for (synth::Share share : {synth::Share{0, 100}, {100, 200}, {200, 300}})
        paths.push_back(folder.write("part" + std::to_string(share.first),
                                     synth::write_kdump(memory, synth::Compression::lzo, share)));
    return paths;
}

TEST(OpenDump, PutsTheFilesOfASplitDumpTogether) {
    const auto memory = some_memory();
    Folder folder;
    auto paths = write_parts(folder, memory);
    std::swap(paths[0], paths[2]);
    auto dump = open_dump(paths, tell_nobody);
    ASSERT_TRUE(dump) << dump.error().message();
    expect_memory(**dump, memory);
    EXPECT_TRUE((*dump)->facts().problems.empty());
}

TEST(OpenDump, FindsTheOtherPartsBesideOne) {
    const auto memory = some_memory();
    Folder folder;
    const auto paths = write_parts(folder, memory);
    folder.write("another", synth::write_kdump(memory, synth::Compression::zlib));
    std::vector<std::string> told;
    auto dump = open_dump({&paths[1], 1}, [&](const std::string& sentence) { told.push_back(sentence); });
    ASSERT_TRUE(dump) << dump.error().message();
    expect_memory(**dump, memory);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find(paths[0] + ", " + paths[2]), std::string::npos);
}

TEST(OpenDump, SaysWhichPartIsMissing) {
    const auto memory = some_memory();
    Folder folder;
    const auto paths = write_parts(folder, memory);
    std::filesystem::remove(paths[1]);
    auto dump = open_dump({&paths[0], 1}, tell_nobody);
    ASSERT_TRUE(dump);
    ASSERT_EQ((*dump)->facts().problems.size(), 1U);
    EXPECT_NE((*dump)->facts().problems[0].find("frames 100 to 199"), std::string::npos);
    std::vector<std::uint8_t> page(kPage);
    EXPECT_EQ((*dump)->read_page(150, page), ReadOutcome::torn);
    EXPECT_EQ((*dump)->read_page(101, page), ReadOutcome::filtered);
    EXPECT_EQ((*dump)->read_page(299, page), ReadOutcome::present);
}

TEST(OpenDump, RefusesFilesThatDoNotBelongTogether) {
    const auto memory = some_memory();
    Folder folder;
    auto paths = write_parts(folder, memory);
    auto other = memory;
    other.frames = 400;
    paths[1] =
        folder.write("other", synth::write_kdump(other, synth::Compression::lzo, synth::Share{100, 200}));
    EXPECT_FALSE(open_dump(paths, tell_nobody));
    paths[1] = folder.write("whole", synth::write_kdump(memory, synth::Compression::lzo));
    EXPECT_FALSE(open_dump(paths, tell_nobody));
}

TEST(OpenDump, UnpacksACompressedFileAndLeavesNothingBehind) {
    const auto memory = some_memory();
    Folder folder, temporary;
    ::setenv("TMPDIR", temporary.path().c_str(), 1);
    const auto packed = synth::gzip(synth::write_elf(memory));
    for (std::size_t size : {packed.size(), packed.size() - 20, packed.size() * 3 / 4}) {
        auto path = folder.write("vmcore.gz", std::span(packed).first(size));
        std::vector<std::string> told;
        auto dump = open_dump({&path, 1}, [&](const std::string& sentence) { told.push_back(sentence); });
        ASSERT_TRUE(dump) << dump.error().message();
        EXPECT_EQ(told.size(), 1U);
        EXPECT_EQ((*dump)->facts().problems.empty(), size == packed.size());
        if (size == packed.size()) expect_memory(**dump, memory);
        EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
    }
    auto text = folder.write("log.gz", synth::gzip(std::vector<std::uint8_t>(10000, 'a')));
    EXPECT_FALSE(open_dump({&text, 1}, tell_nobody));
    auto nowhere = folder.write("vmcore.gz", packed);
    ::setenv("TMPDIR", "/nowhere", 1);
    auto failed = open_dump({&nowhere, 1}, tell_nobody);
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message().find("TMPDIR"), std::string::npos);
    ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace inquest
