#include "kernel/subsystems/sysctl.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kFree = synth::Kernel::kFree, kRoot = kFree, kNames = kFree + 0x800,
                        kValues = kFree + 0xc00, kPanic = kFree + 0x100, kNode = kFree + 0x200,
                        kKernel = kFree + 0x300, kTable = kFree + 0x400;
constexpr std::uint64_t kInt = synth::kKernelBase + 0x100000, kText = kInt + 8, kOwn = kInt + 16;
constexpr std::uint32_t kEntry = 40, kDirectoryMode = 0040555, kFileMode = 0100644;

// kernel.panic = 7, kernel.hostname = "oracle", kernel.own: by a handler that computes what it prints.
class Sysctls : public testing::Test {
  protected:
    Sysctls() {
        types();
        kernel.put(kFree, std::vector<std::uint8_t>(0x1000));
        kernel.add_symbol(kRoot, "Dsysctl_table_root");
        kernel.add_symbol(kInt, "Tproc_dointvec");
        kernel.add_symbol(kText, "Tproc_dostring");
        kernel.add_symbol(kOwn, "Tproc_of_its_own");
        // The root directory holds one: "kernel", whose header is that of its ctl_dir.
        directory(kRoot, kNode);
        node(kNode, 0, 0, 0, kKernel);
        header(kKernel, kTable, kNode);
        entry(kTable, "kernel", 0, 0, kDirectoryMode, 0);
        // In it three, of one header.
        constexpr std::uint64_t kFiles = kPanic, kSettings = kTable + 0x100, kFileHeader = kFree + 0x380;
        directory(kKernel, kFiles + 32);
        header(kFileHeader, kSettings, kFiles);
        node(kFiles, kFiles + 32, 0, 0, kFileHeader);
        node(kFiles + 32, 0, kFiles, kFiles + 64, kFileHeader);
        node(kFiles + 64, kFiles + 32, 0, 0, kFileHeader);
        entry(kSettings, "panic", kValues, 4, kFileMode, kInt);
        entry(kSettings + kEntry, "hostname", kValues + 8, 65, kFileMode, kText);
        entry(kSettings + 2 * kEntry, "own", kValues, 4, kFileMode, kOwn);
        kernel.put_word(kValues, 7);
        kernel.put_text(kValues + 8, "oracle");
    }

    // struct ctl_dir: its header (ctl_table, node), then root.
    void directory(std::uint64_t at, std::uint64_t first) { kernel.put_word(at + 16, first); }
    void header(std::uint64_t at, std::uint64_t table, std::uint64_t nodes) {
        kernel.put_word(at, table);
        kernel.put_word(at + 8, nodes);
    }
    void node(std::uint64_t at, std::uint64_t parent, std::uint64_t left, std::uint64_t right,
              std::uint64_t of) {
        kernel.put_word(at, parent | 1);
        kernel.put_word(at + 8, right);
        kernel.put_word(at + 16, left);
        kernel.put_word(at + 24, of);
    }
    void entry(std::uint64_t at, std::string_view name, std::uint64_t data, std::uint32_t length,
               std::uint32_t mode, std::uint64_t handler) {
        const std::uint64_t text = kNames + names_;
        names_ += name.size() + 1;
        kernel.put_text(text, name);
        kernel.put_word(at, text);
        kernel.put_word(at + 8, data);
        kernel.put_word(at + 16, length | std::uint64_t{mode} << 32);
        kernel.put_word(at + 24, handler);
    }

    std::vector<SysctlView> read() {
        session = session_of(kernel);
        EXPECT_TRUE(session);
        objects = std::make_unique<Objects>(*session);
        return sysctls(*objects);
    }

    synth::Kernel kernel;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;

  private:
    void types() {
        auto& all = kernel.types;
        auto number = all.integer("int", 4), mode = all.integer("unsigned short", 2),
             wide = all.integer("unsigned long", 8);
        auto text = all.pointer(all.integer("char", 1));
        auto header = all.structure("ctl_table_header", 16, {{"ctl_table", wide, 0}, {"node", wide, 64}});
        auto root = all.structure("rb_root", 8, {{"rb_node", wide, 0}});
        auto directory = all.structure("ctl_dir", 24, {{"header", header, 0}, {"root", root, 128}});
        auto set = all.structure("ctl_table_set", 24, {{"dir", directory, 0}});
        all.structure("ctl_table_root", 24, {{"default_set", set, 0}});
        auto links =
            all.structure("rb_node", 24, {{"up", wide, 0}, {"right", wide, 64}, {"left", wide, 128}});
        all.structure("ctl_node", 32, {{"node", links, 0}, {"header", all.pointer(header), 192}});
        all.structure("ctl_table", kEntry,
                      {{"procname", text, 0},
                       {"data", wide, 64},
                       {"maxlen", number, 128},
                       {"mode", mode, 160},
                       {"proc_handler", wide, 192}});
    }
    std::uint64_t names_ = 0;
};

TEST_F(Sysctls, ReadsWhatItsHandlerWouldPrint) {
    auto found = read();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].name, "kernel.hostname");
    EXPECT_EQ(found[0].value, "oracle");
    EXPECT_EQ(found[2].name, "kernel.panic");
    EXPECT_EQ(found[2].value, "7");
    EXPECT_TRUE(objects->problems().empty());
}

TEST_F(Sysctls, GuessesNoValueOfAHandlerThatItDoesNotKnow) {
    auto found = read();
    EXPECT_EQ(found.at(1).name, "kernel.own");
    EXPECT_EQ(found.at(1).handler, "proc_of_its_own");
    EXPECT_FALSE(found.at(1).value);
}

TEST_F(Sysctls, HasNoValueWhereTheDataIsNotInTheDump) {
    kernel.put_word(kTable + 0x108, 0xffffc90000000000);
    EXPECT_FALSE(read().at(2).value);
}

TEST_F(Sysctls, EndsAtADirectoryInItself) {
    directory(kKernel, kNode);
    EXPECT_TRUE(read().empty());
    ASSERT_FALSE(objects->problems().empty());
    EXPECT_NE(objects->problems()[0].find("circle"), std::string::npos);
}

}  // namespace
}  // namespace inquest
