#include <set>

#include "base/text.h"
#include "unwind/unwind.h"

namespace inquest {
namespace {

constexpr std::size_t kMostFrames = 8192;
// arch/arm64/include/uapi/asm/ptrace.h: struct user_pt_regs, the head of pt_regs: x0 to x30, sp, pc, pstate.
constexpr std::uint64_t kFp = 29 * 8, kLr = 30 * 8, kSp = 31 * 8, kPc = 32 * 8, kPstate = 33 * 8;
constexpr std::uint64_t kModeMask = 0xf, kModeUser = 0;
// arch/arm64/include/asm/stacktrace/frame.h: what follows the zeros of a frame_record_meta.
constexpr std::uint64_t kMetaRegisters = 2;

class Walk {
  public:
    Walk(const UnwindContext& context, const Arm64Stacks& stacks) : context_(context), stacks_(stacks) {}

    StackTrace run(const UnwindStart& start) {
        StackFrame frame{strip(start.ip), start.sp, start.exact, "registers", std::nullopt, false, start.bp};
        if (start.exact && !context_.is_text(start.ip)) {
            auto link = start.registers                 ? word(*start.registers + kLr)
                        : start.values.size() > kLr / 8 ? std::optional(start.values[kLr / 8])
                                                        : std::nullopt;
            add_caller(frame, link);
        }
        for (std::uint64_t record = start.bp; trace_.frames.size() < kMostFrames;) {
            trace_.frames.push_back(frame);
            if (record == 0) return finish();
            auto next = word(record), ip = word(record + 8);
            if (!next || !ip) return lost("the frame record at " + hex(record) + " is not in the dump");
            if (!seen_.insert(record).second)
                return lost("the frame records run in a circle at " + hex(record));
            if (auto registers = interrupted(frame.ip, record, *next, *ip)) {
                auto pc = word(*registers + kPc), sp = word(*registers + kSp), fp = word(*registers + kFp);
                if (!pc || !sp || !fp)
                    return lost("the registers at " + hex(*registers) + " are not in the dump");
                frame = {*pc, *sp, true, "frame-record", registers, true, *fp};
                record = *fp;
                if (!context_.is_text(*pc) && !add_caller(frame, word(*registers + kLr)))
                    return lost(hex(*pc) + " is no kernel text");
                continue;
            }
            // Since 5.11 (6106e1112cc6) the first record of a stack is all zeros; before, user space's x29
            // stood there.
            if (*ip == 0) {
                note_user_registers(record);
                return finish();
            }
            frame = {strip(*ip), record + 16, false, "frame-record", std::nullopt, false, *next};
            // Tracers know a return address by the x29 that its function was called with.
            if (auto kept = context_.kept_return ? context_.kept_return(frame.ip, *next) : std::nullopt) {
                frame.ip = strip(kept->address);
                frame.found_by = kept->kept_by;
            }
            if (!context_.is_text(frame.ip - 4)) return lost(hex(*ip) + " is no kernel text");
            record = *next;
        }
        return lost("more than " + std::to_string(kMostFrames) + " frames");
    }

  private:
    // Called where there is no code: nothing was pushed, and who called stands in the link register. `frame`
    // goes to the trace and becomes the caller's.
    bool add_caller(StackFrame& frame, std::optional<std::uint64_t> link) {
        if (!link || !context_.is_text(strip(*link) - 4)) return false;
        trace_.frames.push_back(frame);
        frame = {strip(*link), frame.sp, false, "call", std::nullopt, false, frame.fp};
        return true;
    }
    StackTrace finish() {
        trace_.complete = true;
        return std::move(trace_);
    }
    StackTrace lost(std::string why) {
        trace_.lost = std::move(why);
        return std::move(trace_);
    }

    // Kernel addresses have all those bits set; a signature stands in their place.
    [[nodiscard]] std::uint64_t strip(std::uint64_t address) const { return address | stacks_.pac_mask; }
    [[nodiscard]] std::optional<std::uint64_t> word(std::uint64_t address) const {
        return context_.memory.get<std::uint64_t>(address);
    }

    // The pt_regs that the record is part of, when the frame above it is the entry code of an exception that
    // the kernel itself took. Up to 6.12 the record repeats x29 and pc of these registers; since 6.13
    // (c2c6b27b5aa1) it is zeros and a word that says so.
    [[nodiscard]] std::optional<std::uint64_t> interrupted(std::uint64_t ip, std::uint64_t record,
                                                           std::uint64_t next, std::uint64_t address) const {
        if (!stacks_.record_in_registers) return std::nullopt;
        const std::uint64_t registers = record - *stacks_.record_in_registers;
        if (next == 0 && address == 0)
            return stacks_.record_has_type && word(record + 16) == kMetaRegisters ? std::optional(registers)
                                                                                  : std::nullopt;
        const bool by_entry = ip >= stacks_.entry_start && ip < stacks_.entry_end;
        return by_entry && word(registers + kPc) == address && word(registers + kFp) == next
                   ? std::optional(registers)
                   : std::nullopt;
    }

    // The last record lies in the registers of user mode where there is one; kernel threads have the mode of
    // the kernel there.
    void note_user_registers(std::uint64_t record) {
        if (!stacks_.record_in_registers) return;
        const std::uint64_t registers = record - *stacks_.record_in_registers;
        auto pstate = word(registers + kPstate), pc = word(registers + kPc);
        if (pstate && (*pstate & kModeMask) == kModeUser && pc && *pc != 0 && *pc >> 63 == 0)
            trace_.user_registers = registers;
    }

    const UnwindContext& context_;
    const Arm64Stacks& stacks_;
    std::set<std::uint64_t> seen_;
    StackTrace trace_;
};

}  // namespace

StackTrace unwind_arm64(const UnwindContext& context, const UnwindStart& start, const Arm64Stacks& stacks) {
    return Walk(context, stacks).run(start);
}

}  // namespace inquest
