#include <set>

#include "base/text.h"
#include "unwind/unwind.h"

namespace inquest {
namespace {

// arch/x86/include/asm/ptrace.h: struct pt_regs, 21 words; its tail from ip on is the frame that IRET takes.
enum PtRegs : unsigned {
    kR13 = 2,
    kBp = 4,
    kR10 = 7,
    kDx = 12,
    kDi = 14,
    kIp = 16,
    kCs = 17,
    kSp = 19,
    kWords = 21
};
constexpr std::uint64_t kIretFrame = kIp * 8;
constexpr std::size_t kMostFrames = 8192;  // of 8 bytes each on the largest stack

class Walk {
  public:
    Walk(const UnwindContext& context, const UnwindStart& start)
        : context_(context),
          ip_(start.ip),
          sp_(start.sp),
          bp_(start.bp),
          exact_(start.exact),
          values_(start.values) {
        if (start.registers) registers_ = *start.registers;
        full_ = start.registers.has_value();
    }

    StackTrace run() {
        std::string_view found_by = "registers";
        std::optional<std::uint64_t> shown = full_ ? std::optional(registers_) : std::nullopt;
        while (trace_.frames.size() < kMostFrames) {
            trace_.frames.push_back({ip_, sp_, exact_, found_by, shown, full_});
            if (!seen_.insert({ip_, sp_}).second)
                return lost("the stack leads back to a frame that was there before");
            auto step = next();
            if (step.empty()) return std::move(trace_);
            found_by = step;
            shown = trapped_ ? std::optional(registers_) : std::nullopt;
            // What an exception interrupted may be a jump to nowhere.
            if (!trapped_ && !context_.is_text(exact_ ? ip_ : ip_ - 1))
                return lost(ip_ == 0 ? "the return address is 0" : hex(ip_) + " is no kernel text");
        }
        return lost("more than " + std::to_string(kMostFrames) + " frames");
    }

  private:
    StackTrace lost(std::string why) {
        trace_.lost = std::move(why);
        return std::move(trace_);
    }
    // Ends the walk; what it answers stops run().
    std::string_view stop(std::string why) {
        trace_.lost = std::move(why);
        return {};
    }
    std::string_view finish() {
        trace_.complete = true;
        return {};
    }

    std::optional<std::uint64_t> word(std::uint64_t address) const {
        return context_.memory.get<std::uint64_t>(address);
    }

    // A register that only a full pt_regs holds.
    std::optional<std::uint64_t> saved(unsigned index) const {
        if (full_) return word(registers_ + index * 8);
        return values_.size() == kWords ? std::optional(values_[index]) : std::nullopt;
    }

    // Moves to the caller; says how it was found, or nothing when the walk is over.
    std::string_view next() {
        trapped_ = false;
        auto entry = context_.orc(exact_ ? ip_ : ip_ - 1);
        std::string_view how = "orc";
        if (!entry && exact_ && !context_.is_text(ip_)) {
            // Called where there is no code, and so with the return address on top of the stack (orc_find()
            // takes it so, too: null_orc_entry).
            auto back = word(sp_);
            if (!back || !context_.is_text(*back - 1)) return stop(hex(ip_) + " is no kernel text");
            how = "call";
            entry = OrcEntry{8, 0, OrcEntry::Base::sp, OrcEntry::Base::undefined, OrcEntry::Type::call};
        } else if (!entry) {
            how = "frame-pointer";
            entry = OrcEntry{16, -16, OrcEntry::Base::bp, OrcEntry::Base::previous_sp, OrcEntry::Type::call};
        }
        if (entry->type == OrcEntry::Type::end_of_stack) return finish();
        if (entry->type == OrcEntry::Type::undefined) return stop("no way to unwind from " + hex(ip_));
        auto cfa = base(*entry);
        if (!cfa)
            return stop("a register or stack word that unwinding from " + hex(ip_) + " needs is not there");
        auto bp = caller_bp(*entry, *cfa);
        if (!bp) return stop("the saved frame pointer at " + hex(*cfa) + " is not in the dump");
        if (entry->type != OrcEntry::Type::call) return trap(*entry, *cfa, *bp) ? how : std::string_view{};
        auto ip = word(*cfa - 8);
        if (!ip) return stop("the stack at " + hex(*cfa - 8) + " is not in the dump");
        ip_ = *ip;
        if (auto kept = context_.kept_return ? context_.kept_return(*ip, *cfa - 8) : std::nullopt) {
            ip_ = kept->address;
            how = kept->kept_by;
        }
        sp_ = *cfa;
        bp_ = *bp;
        exact_ = full_ = false;
        values_.clear();
        return how;
    }

    std::optional<std::uint64_t> base(const OrcEntry& entry) const {
        using Base = OrcEntry::Base;
        auto offset = static_cast<std::uint64_t>(std::int64_t{entry.sp_offset});
        switch (entry.sp_base) {
            case Base::sp:
                return sp_ + offset;
            case Base::bp:
                return bp_ + offset;
            case Base::r10:
                return saved(kR10);
            case Base::r13:
                return saved(kR13);
            case Base::di:
                return saved(kDi);
            case Base::dx:
                return saved(kDx);
            case Base::bp_indirect:
                return word(bp_ + offset);
            case Base::sp_indirect: {
                // Since 5.12 (aafeb14e9da2) the offset is added to what SP points to, before to SP itself:
                // the one below which a return address lies is right.
                auto newer = word(sp_), older = word(sp_ + offset);
                if (newer) *newer += offset;
                auto returns_to_text = [&](std::optional<std::uint64_t> cfa) {
                    auto address = cfa ? word(*cfa - 8) : std::nullopt;
                    return address && context_.is_text(*address);
                };
                return returns_to_text(older) && !returns_to_text(newer) ? older : newer;
            }
            default:
                return std::nullopt;
        }
    }

    std::optional<std::uint64_t> caller_bp(const OrcEntry& entry, std::uint64_t cfa) const {
        auto offset = static_cast<std::uint64_t>(std::int64_t{entry.bp_offset});
        switch (entry.bp_base) {
            case OrcEntry::Base::previous_sp:
                return word(cfa + offset);
            case OrcEntry::Base::bp:
                return word(bp_ + offset);
            default:
                return saved(kBp).value_or(bp_);
        }
    }

    // The frame below an interrupt or exception: a pt_regs, or only the part of it that the CPU pushed.
    bool trap(const OrcEntry& entry, std::uint64_t address, std::uint64_t bp) {
        bool partial = entry.type == OrcEntry::Type::regs_partial;
        std::uint64_t start = partial ? address - kIretFrame : address;
        auto ip = word(start + kIp * 8), cs = word(start + kCs * 8), sp = word(start + kSp * 8);
        if (!ip || !cs || !sp) {
            stop("the registers at " + hex(start) + " are not in the dump");
            return false;
        }
        if (*cs & 3) {  // the trap came from user mode: the kernel's part ends here
            if (!partial) trace_.user_registers = start;
            finish();
            return false;
        }
        ip_ = *ip;
        sp_ = *sp;
        bp_ = partial ? bp : word(start + kBp * 8).value_or(bp);
        registers_ = start;
        trapped_ = exact_ = true;
        full_ = !partial;
        values_.clear();
        return true;
    }

    const UnwindContext& context_;
    std::uint64_t ip_, sp_, bp_;
    std::uint64_t registers_ = 0;
    bool full_ = false;     // registers_ is a whole pt_regs
    bool trapped_ = false;  // the current frame was interrupted
    bool exact_;
    std::vector<std::uint64_t> values_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
    StackTrace trace_;
};

}  // namespace

StackTrace unwind_x86_64(const UnwindContext& context, const UnwindStart& start) {
    return Walk(context, start).run();
}

}  // namespace inquest
