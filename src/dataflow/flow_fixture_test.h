// Functions written into a synthetic x86-64 kernel, and what data flow says of them.
#pragma once

#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "dataflow/data_flow.h"
#include "dataflow/naming.h"
#include "dataflow/transfer.h"
#include "kernel/synthetic_test.h"

namespace inquest::dataflow {

enum Register : RegisterId { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 };

class FlowTest : public testing::Test {
  protected:
    static constexpr std::uint64_t kCode = synth::kKernelBase + 0x100, kRoom = 0x100;

    FlowTest() {
        auto inode_later = forward("inode"), dentry_later = forward("dentry");
        operations = types().structure(
            "operations", 16,
            {{"open", types().pointer(types().prototype(number, {{"inode", inode_later}})), 0},
             {"lookup", types().pointer(types().prototype(dentry_later, {{"dir", inode_later}})), 64}});
        item =
            types().structure("item", 24, {{"key", wide, 0}, {"owner", dentry_later, 64}, {"n", wide, 128}});
        inode = types().structure("inode", 128,
                                  {{"i_ino", wide, 0},
                                   {"i_op", types().pointer(operations), 64},
                                   {"i_count", number, 128},
                                   {"i_items", types().pointer(item), 192},
                                   {"i_slots", types().array(dentry_later, 4), 256}});
        dentry = types().structure("dentry", 64,
                                   {{"d_flags", wide, 0},
                                    {"d_parent", dentry_later, 64},
                                    {"d_inode", inode_later, 128},
                                    {"d_name", types().pointer(letter), 192}});
        inode_pointer = types().pointer(inode);
        dentry_pointer = types().pointer(dentry);
    }

    synth::BtfWriter& types() { return kernel.types; }
    TypeId forward(std::string_view name) { return types().pointer(types().record(name, 7, 0, 0)); }

    // Where the function lies, which has 256 bytes of room.
    std::uint64_t place(const std::string& name) {
        auto [known, is_new] = places.try_emplace(name, kCode + places.size() * kRoom);
        if (is_new) {
            kernel.add_symbol(known->second, "T" + name);
            kernel.put(known->second, std::vector<std::uint8_t>(kRoom, 0xcc));
        }
        return known->second;
    }

    // A line is an instruction's bytes in hexadecimal, or "call NAME", "jmp NAME", "je NAME".
    void code(const std::string& name, std::initializer_list<std::string_view> lines) {
        std::uint64_t at = place(name);
        for (std::string_view line : lines) {
            const auto bytes = assemble(line, at);
            kernel.put(at, bytes);
            at += bytes.size();
        }
        EXPECT_LE(at, place(name) + kRoom);
    }

    DataFlow& flows() {
        if (!followed) {
            session = session_of(kernel);
            map = std::make_unique<CodeMap>(*session);
            followed = std::make_unique<DataFlow>(*session, *map);
        }
        return *followed;
    }
    const FunctionFlow& flow(const std::string& name) {
        const FunctionFlow* found = flows().function(place(name));
        if (!found) throw std::runtime_error("no data flow for " + name);
        return *found;
    }

    // Of the register before the instruction of that number: its C expression and its type, "?" where one is
    // not known; "unreached" where nothing leads there.
    std::string expression_of(const std::string& name, std::uint32_t instruction, RegisterId reg) {
        auto state = flow(name).before(instruction);
        if (!state) return "unreached";
        const std::string text = expression(flow(name), flows().environment(), state->registers[reg]);
        return text.empty() ? "?" : text;
    }
    std::string type(const std::string& name, std::uint32_t instruction, RegisterId reg) {
        auto state = flow(name).before(instruction);
        if (!state) return "unreached";
        const ValueType type = type_of(flow(name).values(), state->registers[reg]);
        if (!type.is_known()) return "?";
        std::string text = flow(name).types().name_of(type.id) + (type.is_pointer() ? " *" : "");
        if (type.offset) text += "+" + std::to_string(type.offset);
        return text;
    }
    // Every memory operand that is named, "struct inode.i_op" or "inode->i_op" by what is known, by ';'.
    std::string accesses(const std::string& name) {
        std::string text;
        for (const NamedAccess& access : flow(name).accesses())
            text += (text.empty() ? "" : "; ") + std::to_string(access.instruction) + " " +
                    (access.writes ? "=" : "") + expression(flow(name), flows().environment(), access);
        return text;
    }

    synth::Kernel kernel;
    TypeId number = kernel.types.integer("int", 4), letter = kernel.types.integer("char", 1),
           wide = kernel.types.integer("unsigned long", 8);
    TypeId operations = 0, item = 0, inode = 0, dentry = 0, inode_pointer = 0, dentry_pointer = 0;
    std::unique_ptr<Session> session;
    std::unique_ptr<CodeMap> map;

  private:
    std::vector<std::uint8_t> assemble(std::string_view line, std::uint64_t at) {
        std::vector<std::uint8_t> bytes;
        if (auto space = line.find(' '); space > 2 || line.starts_with("je ")) {
            const std::string_view what = line.substr(0, space);
            if (what == "je") bytes = {0x0f, 0x84};
            if (what == "jmp") bytes = {0xe9};
            if (what == "call") bytes = {0xe8};
            if (bytes.empty() || space == line.npos) return hexadecimal(line);
            const std::string_view to = line.substr(space + 1);
            const std::uint64_t next = at + bytes.size() + 4;
            const auto distance = static_cast<std::uint32_t>(place(std::string(to)) - next);
            for (unsigned shift = 0; shift < 32; shift += 8)
                bytes.push_back(static_cast<std::uint8_t>(distance >> shift));
            return bytes;
        }
        return hexadecimal(line);
    }
    static std::vector<std::uint8_t> hexadecimal(std::string_view text) {
        std::vector<std::uint8_t> bytes;
        for (std::size_t i = 0; i + 1 < text.size(); i += 3)
            bytes.push_back(
                static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
        return bytes;
    }

    std::map<std::string, std::uint64_t> places;
    std::unique_ptr<DataFlow> followed;
};

}  // namespace inquest::dataflow
