#include "cli/output.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>

#include "cli/scratch_test.h"

namespace inquest {
namespace {

std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode(const std::string& path) {
    struct stat file {};
    return stat(path.c_str(), &file) == 0 ? file.st_mode & 0777u : 0;
}

}  // namespace

TEST(Output, FilesArePrivateAlsoWhenTheyWereNot) {
    Scratch scratch;
    auto path = scratch.write("report", "a long old answer");
    chmod(path.c_str(), 0644);
    auto output = Output::open(path);
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("new"));
    ASSERT_TRUE(output->close());
    EXPECT_EQ(content(path), "new");
    EXPECT_EQ(mode(path), 0600u);
}

TEST(Output, NeverOverwritesAnInput) {
    Scratch scratch;
    auto path = scratch.write("console.log", "precious");
    std::vector<std::string> inputs{scratch.root() + "/./console.log"};
    EXPECT_FALSE(Output::open(path, inputs));
    EXPECT_EQ(content(path), "precious");
}

TEST(Output, SaysWhyAFileCannotBeWritten) {
    Scratch scratch;
    auto output = Output::open(scratch.path("no/such/folder"));
    ASSERT_FALSE(output);
    EXPECT_NE(output.error().message().find("No such file"), std::string::npos);
    auto full = Output::open("/dev/full");
    ASSERT_TRUE(full);
    EXPECT_FALSE(full->write("x"));
}

}  // namespace inquest
