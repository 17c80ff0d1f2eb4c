#include "kernel/subsystems/dentry.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "synth/kernel.h"

namespace inquest {
namespace {

constexpr std::uint32_t kForward = 7;  // BTF_KIND_FWD

// A root file system with /disk, on which another is mounted that has /disk/a.
class Dentries : public testing::Test {
  protected:
    Dentries() {
        auto& types = kernel.types;
        auto number = types.integer("unsigned int", 4), wide = types.integer("unsigned long", 8);
        auto pointer_to = [&](std::string_view name) {
            return types.pointer(types.record(name, kForward, 0, 0));
        };
        auto dentry = pointer_to("dentry"), mount = pointer_to("mount"), vfsmount = pointer_to("vfsmount"),
             inode = pointer_to("inode"), operations = pointer_to("dentry_operations"),
             nothing = types.pointer(0);
        auto node = types.structure("hlist_bl_node", 16, {{"next", nothing, 0}, {"pprev", nothing, 64}});
        auto name =
            types.structure("qstr", 16, {{"hash", number, 0}, {"len", number, 32}, {"name", nothing, 64}});
        types.structure("dentry", 64,
                        {{"d_hash", node, 8 * 8},
                         {"d_parent", dentry, 24 * 8},
                         {"d_name", name, 32 * 8},
                         {"d_inode", inode, 48 * 8},
                         {"d_op", operations, 56 * 8}});
        auto shown = types.structure("vfsmount", 16, {{"mnt_root", dentry, 0}});
        types.structure("mount", 64,
                        {{"mnt_parent", mount, 0}, {"mnt_mountpoint", dentry, 64}, {"mnt", shown, 128}});
        types.structure("path", 16, {{"mnt", vfsmount, 0}, {"dentry", dentry, 64}});
        types.structure("inode", 16, {{"i_ino", wide, 0}});
        types.structure("dentry_operations", 8, {{"d_dname", nothing, 0}});
        for (std::uint64_t at = 0; at < 0x2000; at += 8) kernel.put_word(kPlace + at, 0);
        put_dentry(kRoot, kRoot, "/");
        put_dentry(kDisk, kRoot, "disk");
        put_dentry(kOther, kOther, "/");
        put_dentry(kFile, kOther, "a");
        put_mount(kRootMount, kRootMount, kRoot, kRoot);
        put_mount(kOtherMount, kRootMount, kDisk, kOther);
    }

    void put_dentry(std::uint64_t at, std::uint64_t parent, std::string_view name) {
        kernel.put_word(at + 16, at);  // hashed
        kernel.put_word(at + 24, parent);
        kernel.put_word(at + 32, std::uint64_t{name.size()} << 32);
        kernel.put_word(at + 40, at + 0x80);
        kernel.put_text(at + 0x80, name);
    }

    void put_mount(std::uint64_t at, std::uint64_t parent, std::uint64_t mountpoint, std::uint64_t root) {
        kernel.put_word(at, parent);
        kernel.put_word(at + 8, mountpoint);
        kernel.put_word(at + 16, root);
    }

    void open() {
        auto path =
            std::filesystem::temp_directory_path() / ("inquest-dentry-test." + std::to_string(::getpid()));
        auto bytes = kernel.dump();
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        auto opened = Session::open(path.string());
        std::filesystem::remove(path);  // it stays mapped
        ASSERT_TRUE(opened);
        session = std::move(*opened);
        objects = std::make_unique<Objects>(*session);
    }

    FilePlace place(std::uint64_t mount, std::uint64_t dentry) {
        return {objects->at("vfsmount", mount + 16), objects->at("dentry", dentry)};
    }

    static constexpr std::uint64_t kPlace = synth::Kernel::kFree, kRoot = kPlace, kDisk = kPlace + 0x100,
                                   kOther = kPlace + 0x200, kFile = kPlace + 0x300,
                                   kRootMount = kPlace + 0x400, kOtherMount = kPlace + 0x500,
                                   kMore = kPlace + 0x600;
    synth::Kernel kernel;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;
};

TEST_F(Dentries, APathGoesThroughMounts) {
    open();
    const FilePlace root = place(kRootMount, kRoot);
    EXPECT_EQ(path_of(*objects, place(kOtherMount, kFile), root), "/disk/a");
    EXPECT_EQ(path_of(*objects, place(kOtherMount, kOther), root), "/disk");
    EXPECT_EQ(path_of(*objects, root, root), "/");
    EXPECT_EQ(path_in_filesystem(*objects, objects->at("dentry", kFile)), "/a");
    EXPECT_TRUE(objects->problems().empty());
}

TEST_F(Dentries, APathBeginsAtTheRootOfWhoAsks) {
    open();
    const FilePlace jail = place(kOtherMount, kOther);
    EXPECT_EQ(path_of(*objects, place(kOtherMount, kFile), jail), "/a");
    EXPECT_TRUE(is_below(*objects, place(kOtherMount, kFile), jail));
    EXPECT_FALSE(is_below(*objects, place(kRootMount, kDisk), jail));
}

TEST_F(Dentries, ANameThatIsGoneIsSaidToBe) {
    kernel.put_word(kFile + 16, 0);
    open();
    EXPECT_EQ(path_of(*objects, place(kOtherMount, kFile), place(kRootMount, kRoot)), "/disk/a (deleted)");
}

TEST_F(Dentries, ParentsInACircleEnd) {
    put_dentry(kMore, kFile, "b");
    kernel.put_word(kFile + 24, kMore);
    open();
    const std::string path = path_of(*objects, place(kOtherMount, kFile), place(kRootMount, kRoot));
    EXPECT_TRUE(path.starts_with("(broken)"));
    ASSERT_EQ(objects->problems().size(), 1U);
    EXPECT_NE(objects->problems()[0].find("circle"), std::string::npos);
}

TEST_F(Dentries, AParentThatIsNotThereBreaksThePath) {
    kernel.put_word(kFile + 24, 0);
    open();
    EXPECT_TRUE(
        path_of(*objects, place(kOtherMount, kFile), place(kRootMount, kRoot)).starts_with("(broken)"));
    EXPECT_EQ(objects->problems().size(), 1U);
}

TEST_F(Dentries, WhatHasNoPathIsCalledByItsKind) {
    constexpr std::uint64_t kName = synth::kKernelBase + 0x100800;
    kernel.add_symbol(kName, "Tpipefs_dname");
    put_dentry(kMore, kMore, "");
    kernel.put_word(kMore + 48, kMore + 0x40);  // d_inode
    kernel.put_word(kMore + 0x40, 4711);
    kernel.put_word(kMore + 56, kMore + 0x60);  // d_op
    kernel.put_word(kMore + 0x60, kName);
    open();
    EXPECT_EQ(path_of(*objects, place(kRootMount, kMore), place(kRootMount, kRoot)), "pipe:[4711]");
}

}  // namespace
}  // namespace inquest
