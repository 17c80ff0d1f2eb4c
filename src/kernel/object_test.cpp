#include "kernel/object.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "synth/kernel.h"

namespace inquest {
namespace {

constexpr std::uint64_t kThing = synth::Kernel::kFree, kOther = kThing + 0x100, kHead = kThing + 0x200;

class ObjectTest : public testing::Test {
  protected:
    ObjectTest() {
        auto& types = kernel.types;
        auto number = types.integer("unsigned int", 4), letter = types.integer("char", 1);
        auto wide = types.integer("unsigned long", 8);
        auto thing = types.pointer(types.record("thing", 7, 0, 0)), text = types.pointer(letter);
        auto name = types.array(letter, 8), numbers = types.array(wide, 2);
        auto atomic = types.structure("atomic_t", 4, {{"counter", number, 0}});
        auto link = types.structure("list_head_of_test", 16, {{"next", wide, 0}, {"prev", wide, 64}});
        types.structure("thing", 128,
                        {{"count", atomic, 0},
                         {"name", name, 8 * 8},
                         {"next", thing, 16 * 8},
                         {"said", text, 24 * 8},
                         {"numbers", numbers, 32 * 8},
                         {"link", link, 48 * 8}});
        for (std::uint64_t at = 0; at < 0x1000; at += 8) kernel.put_word(kThing + at, 0);
        kernel.put_word(kThing, 7);
        kernel.put_text(kThing + 8, "whatever");
        kernel.put_word(kThing + 16, kOther);
        kernel.put_word(kThing + 24, kThing + 0x80);
        kernel.put_text(kThing + 0x80, "hello");
        kernel.put_word(kThing + 40, 42);
    }
    Objects& open() {
        auto path =
            std::filesystem::temp_directory_path() / ("inquest-object-test." + std::to_string(::getpid()));
        auto bytes = kernel.dump();
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        session = std::move(Session::open(path.string()).value());
        std::filesystem::remove(path);  // it stays mapped
        objects = std::make_unique<Objects>(*session);
        return *objects;
    }
    synth::Kernel kernel;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;
};

TEST_F(ObjectTest, ReadsMembersOfEveryForm) {
    Object thing = open().at("thing", kThing);
    EXPECT_EQ(thing.get("count"), 7U) << "a structure of one number is that number";
    EXPECT_EQ(thing.get("numbers", 1), 42U);
    EXPECT_EQ(thing.text("name"), "whatever") << "an array that is full has no NUL";
    EXPECT_EQ(thing.text("said"), "hello");
    EXPECT_EQ(thing.follow("next").address(), kOther) << "a forward declaration is found by its name";
    EXPECT_FALSE(thing.follow("next").follow("next")) << "NULL leads nowhere";
    EXPECT_EQ(thing.get_any({"no_such", "count"}), 7U);
    EXPECT_FALSE(thing.get("no_such"));
    EXPECT_FALSE(thing.follow("next").text("said")) << "a NULL pointer is no text";
}

TEST_F(ObjectTest, WhatIsNotThereIsNothingAndNotZero) {
    Objects& all = open();
    EXPECT_FALSE(all.at("no_such_structure", kThing));
    EXPECT_FALSE(all.at("thing", 0));
    EXPECT_FALSE(all.at("thing", 0x1000).get("count")) << "not mapped";
    EXPECT_FALSE(Object().get("count"));
}

TEST_F(ObjectTest, ListsEndInACircleThatMissesTheirHead) {
    constexpr std::uint64_t kLink = 48;
    kernel.put_word(kHead, kThing + kLink);
    kernel.put_word(kThing + kLink, kOther + kLink);
    kernel.put_word(kOther + kLink, kHead);
    EXPECT_EQ(open().list(kHead, "thing", "link").size(), 2U);
    EXPECT_TRUE(objects->problems().empty());
    kernel.put_word(kOther + kLink, kThing + kLink);
    Objects& all = open();
    EXPECT_EQ(all.list(kHead, "thing", "link").size(), 2U);
    EXPECT_EQ(all.problems().size(), 1U);
}

}  // namespace
}  // namespace inquest
