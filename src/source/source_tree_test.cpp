#include "source/source_tree.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/beneath.h"
#include "source/source_trees.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder() {
        static int count = 0;
        path_ = fs::temp_directory_path() /
                ("inquest-source-" + std::to_string(getpid()) + "-" + std::to_string(++count));
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    void write(const std::string& name, std::string_view text) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    fs::path path_;
};

constexpr std::string_view kMakefile =
    "# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\nEXTRAVERSION =\n";

SourceTree tree_of(const Folder& folder) { return std::move(*SourceTree::open(folder.path())); }

TEST(ReadBeneath, StaysInTheFolder) {
    Folder outer;
    outer.write("tree/fs/wombat.c", "inside");
    outer.write("secret", "outside");
    fs::create_symlink("../secret", outer / "tree/up");
    fs::create_symlink("/etc", outer / "tree/etc");
    fs::create_directory_symlink("fs", outer / "tree/here");
    ASSERT_EQ(mkfifo((outer / "tree/pipe").c_str(), 0600), 0);
    const std::string tree = (outer / "tree").string();
    EXPECT_EQ(read_beneath(tree, "fs/wombat.c", 100), "inside");
    EXPECT_EQ(read_beneath(tree, "here/wombat.c", 100), "inside");
    for (const char* path :
         {"../secret", "up", "etc/passwd", "fs", "pipe", "fs/../../secret", "", "fs/none.c"})
        EXPECT_FALSE(read_beneath(tree, path, 100)) << path;
    EXPECT_FALSE(read_beneath(tree, "fs/wombat.c", 5));  // larger
    EXPECT_FALSE(read_beneath(tree, std::string_view("fs/wombat.c\0x", 13), 100));
}

TEST(SourceTree, FindsFilesAsCompilersAndLogsNameThem) {
    Folder folder;
    folder.write("Makefile", kMakefile);
    folder.write("fs/wombat.c", "a\n\tb\n");
    SourceTree tree = tree_of(folder);
    for (std::string file :
         {std::string("fs/wombat.c"), std::string("./fs/wombat.c"), (folder / "fs/wombat.c").string(),
          std::string("/build/linux-azure-5.4.0/fs/wombat.c"), std::string("fs/../fs/wombat.c")}) {
        const auto* lines = tree.lines(file);
        ASSERT_TRUE(lines) << file;
        EXPECT_EQ(*lines, (std::vector<std::string>{"a", "        b"}));
    }
    // A module's own file of that name is not the kernel's.
    for (const char* file : {"/home/me/mine/fs/wombat.c", "../fs/wombat.c", "fs", "/", "..", "wombat.c"})
        EXPECT_FALSE(tree.lines(file)) << file;
    EXPECT_FALSE(tree.may_have("/home/me/mine/fs/wombat.c"));
}

TEST(SourceTree, OfAModuleTakesWhatIsThere) {
    Folder folder;
    folder.write("src/main.c", "int x;\n");
    SourceTree tree = tree_of(folder);
    EXPECT_FALSE(tree.version());
    EXPECT_TRUE(tree.lines("/var/lib/dkms/quay/1.0/build/src/main.c"));
    EXPECT_TRUE(tree.lines("src/main.c"));
}

TEST(SourceTree, CutsLongLines) {
    Folder folder;
    folder.write("a.c", std::string(100000, 'x') + "\nnext\n");
    SourceTree tree = tree_of(folder);
    const auto* lines = tree.lines("a.c");
    ASSERT_TRUE(lines);
    EXPECT_LT(lines->front().size(), 500U);
    EXPECT_EQ(lines->back(), "next");
}

TEST(SourceTree, NeedsAFolder) {
    Folder folder;
    folder.write("file", "");
    EXPECT_FALSE(SourceTree::open((folder / "none").string()));
    EXPECT_FALSE(SourceTree::open((folder / "file").string()));
}

class Trees : public testing::Test {
  protected:
    Trees() {
        folder_.write("Makefile", kMakefile);
        folder_.write("mm/a.c", "1\n2\n3\n4\n5\n");
        const std::string path = folder_.path();
        trees_ = std::move(*SourceTrees::open({&path, 1}));
    }
    static Kernel kernel(std::string release, std::string version = "") {
        Kernel kernel;
        kernel.release = std::move(release);
        kernel.version = std::move(version);
        return kernel;
    }
    std::vector<std::string> problems_of(const Kernel& kernel) {
        trees_.around("mm/a.c", 1, 0, 0);
        return trees_.take_problems(kernel);
    }
    Folder folder_;
    SourceTrees trees_;
};

TEST_F(Trees, MarkTheLine) {
    auto lines = trees_.around("mm/a.c", 4, 2, 2);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].number, 2U);
    EXPECT_EQ(lines[2].text, "4");
    EXPECT_TRUE(lines[2].marked);
    EXPECT_FALSE(lines[3].marked);
    EXPECT_EQ(trees_.around("mm/a.c", 1, 5, 0).size(), 1U);
}

TEST_F(Trees, SayWhatTheyDoNotHave) {
    EXPECT_TRUE(trees_.around("mm/a.c", 6, 2, 2).empty());
    auto problems = trees_.take_problems(kernel("6.1.176"));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0], folder_.path() + " has no line 6 in mm/a.c: is it the source of 6.1.176?");
    EXPECT_TRUE(trees_.around("mm/b.c", 6, 2, 2).empty());
    EXPECT_TRUE(trees_.around("mm/b.c", 7, 2, 2).empty());
    EXPECT_TRUE(trees_.around("/home/me/c.c", 7, 2, 2).empty());
    problems = trees_.take_problems(kernel(""));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0], folder_.path() + " has no mm/b.c: is it the source of this kernel?");
    EXPECT_TRUE(trees_.take_problems(kernel("6.1.176")).empty());
}

TEST_F(Trees, SayThatTheyAreOfAnotherVersion) {
    EXPECT_TRUE(problems_of(kernel("6.1.176")).empty());
    EXPECT_TRUE(problems_of(kernel("6.1.0-50-amd64")).empty());  // the third number says nothing
    EXPECT_TRUE(problems_of(kernel("6.1.0-50-amd64", "#1 SMP Debian 6.1.176-1 (2026-01-01)")).empty());
    EXPECT_TRUE(problems_of(kernel("")).empty());
    EXPECT_EQ(problems_of(kernel("6.1.0-50-amd64", "#1 SMP Debian 6.1.170-1 (2026-01-01)")).size(), 1U);
    EXPECT_EQ(problems_of(kernel("6.1.99")).size(), 1U);
    EXPECT_EQ(problems_of(kernel("5.10.0-32-amd64")).size(), 1U);
    EXPECT_TRUE(trees_.take_problems(kernel("5.10.0")).empty());  // nothing was shown
}

}  // namespace
}  // namespace inquest
