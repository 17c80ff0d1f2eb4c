// One crash event: what a kernel log (or a dump) says happened at one moment, as plain facts.
// The JSON names are those of docs/report-schema.json; whoever fills a field in never guesses: what the
// evidence does not show stays empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/kind.h"

namespace inquest {

using Address = std::uint64_t;

// How sure a claim is, 0 to 1. At kConfident or more it is presented as a fact.
using Confidence = double;
inline constexpr Confidence kConfident = 0.8;
// "high" from 0.8, "medium" from 0.5, "low" below.
std::string_view confidence_word(Confidence confidence);

struct Taint {
    std::string flags;   // the letters as printed, blanks removed: "GOE"
    bool known = false;  // the log says whether the kernel is tainted
    [[nodiscard]] bool has(char letter) const { return flags.find(letter) != std::string::npos; }
};

// The kernel that printed the event, from its own banner or "CPU: 0 PID: 1 Comm: x Not tainted RELEASE
// VERSION" line; never from prose around the log.
struct Kernel {
    std::string release;  // uname -r: "5.4.0-122-generic"
    std::string version;  // uname -v as far as printed: "#138-Ubuntu"
    std::string arch;     // "x86_64", "i386", "arm64", "arm", "riscv64", "ppc64le", ..., "" unknown
    std::string build_id;
    std::string distribution;  // "Ubuntu", "Debian", "RHEL/CentOS 7", ...; "" unknown
    Taint taint;
};

// A place in code. `symbol` is empty when the log shows only an address.
struct CodeRef {
    std::string symbol;                   // as printed, suffixes (.isra.0, .cold) kept
    std::optional<std::uint64_t> offset;  // of the instruction in the function
    std::optional<std::uint64_t> size;    // of the function
    std::string module;                   // without brackets; empty for the kernel itself
    std::optional<Address> address;
    [[nodiscard]] bool empty() const { return symbol.empty() && !address; }
};

// What a function of a dump's call trace was called with.
struct FrameArgument {
    int number = 0;                      // from 1
    std::string name, type;              // as its prototype has them; name may be empty
    std::optional<std::uint64_t> value;  // nullopt: nothing that is left tells
    Confidence confidence = 0;           // of the value
    // Where the value was found: "stack" (a register or slot still held it), "code" (a constant there),
    // "memory" (read where the caller had loaded it from, so that it may have changed),
    // "dwarf" (only the debug file's locations tell).
    std::string from;
    std::string identity;  // what a pointer points to, a phrase; "" nothing known
    // What the debug file's locations say, where that is something else: one of the two is wrong.
    std::optional<std::uint64_t> dwarf;
};

// One entry of a call trace, innermost first.
struct Frame : CodeRef {
    bool reliable = true;  // false: the unwinder printed '?' or "(unreliable)"
    std::string context;   // "", or the stack it is on: "irq", "nmi", "softirq", "exception", "eoi"...
    std::string file;      // when the log was decoded (decode_stacktrace.sh) or debuginfo was at hand
    unsigned line = 0;
    bool inlined = false;
    std::string_view found_by = "log";     // "log", "orc", "frame-pointer", ...
    std::vector<FrameArgument> arguments;  // of a dump only
};

// A further trace that belongs to the event: "Allocated by task 17", the other chain of a deadlock, the
// other CPU of a stall, a blocked task's holder.
struct Stack {
    std::string title;
    std::optional<int> pid;
    std::optional<int> cpu;
    std::vector<Frame> frames;
};

struct Register {
    std::string name;                    // lower case, the architecture's usual name: "rdi", "x0", "r3"
    std::optional<std::uint64_t> value;  // nullopt: printed but torn
};

struct Module {
    std::string name;
    std::string flags;  // "OE" of "vboxdrv(OE)"; '+' and '-' mark loading and unloading
    [[nodiscard]] bool out_of_tree() const { return flags.find('O') != std::string::npos; }
    [[nodiscard]] bool proprietary() const { return flags.find('P') != std::string::npos; }
};

// The machine code around the fault. x86 prints bytes, arm64, arm, riscv, ppc and mips print words.
struct CodeBytes {
    std::vector<std::uint8_t> bytes;          // in memory order
    std::optional<std::size_t> fault_offset;  // where the <marked> or (marked) unit begins
    std::string text;                         // as printed behind "Code:", or the reason why there is none
};

// The instruction that faulted, as far as Code: or a disassembly in the log shows it.
struct Instruction {
    std::string text;                          // "lock decl 0x1c(%rdi)" (AT&T syntax on x86)
    std::string operand;                       // the memory operand: "0x1c(%rdi)"
    std::optional<Address> effective_address;  // operand evaluated with the registers
    std::string base_register;                 // "rdi"
    std::optional<std::int64_t> displacement;  // 0x1c
    bool matches_fault_address = false;        // effective_address equals CR2/FAR/...
};

enum class Access : std::uint8_t { unknown, read, write, execute };
std::string_view name_of(Access access);

struct Task {
    std::optional<int> pid;
    std::string comm;
};

struct LineRange {
    std::uint64_t first = 0;  // physical lines of the input, from 1; 0: none
    std::uint64_t last = 0;
};

// What only this kind of event says, in the log's words: {"constraint", "CONSTRAINT_MEMCG"}.
struct Fact {
    std::string name;
    std::string value;
    std::uint64_t line = 0;
};

// Machine code of a dump around the fault, or around a call of the trace.
struct ListedInstruction {
    Address address = 0;
    std::uint64_t offset = 0;  // in the function
    std::string text;          // as the disassembler has it, with the names of what it calls
    std::string note;          // what its operand accesses: "berth->tolls"; "" not known
    bool marked = false;       // the fault, or the call
    bool led_here = false;     // surely run on the way to it
};
struct Listing {
    CodeRef place;  // of the marked instruction
    bool fault = false;
    std::vector<ListedInstruction> instructions;
};

// A few lines out of a source tree that the user named.
struct SourceLine {
    unsigned number = 0;
    std::string text;  // tabs as blanks; a very long one is cut
    bool marked = false;
};
struct SourceExcerpt {
    std::string file;  // as the debug file or the log names it
    unsigned line = 0;
    std::string function, module;  // "" unknown
    bool inlined = false;          // into the function of the next excerpt
    bool fault = false;            // where it happened; else a call that led there
    std::vector<SourceLine> lines;
};

// A line that shows a claim.
struct Evidence {
    std::string text;
    std::string source;  // "log line 212", "register rdi", "instruction"
};

// The function to blame, plumbing (panic, __warn, sanitizer and lock internals) left out.
struct Guilty {
    std::string function;
    std::string module;
    std::string reason;
};

// Another explanation that the evidence does not rule out.
struct Alternative {
    Cause cause = Cause::unknown;
    Confidence confidence = 0;
    std::string summary;  // one sentence for a person
    std::string decides;  // what would tell it from the verdict
};

// An explanation with its evidence.
struct Verdict {
    std::string summary;  // one sentence for a person
    Cause cause = Cause::unknown;
    Confidence confidence = 0;
    struct {
        std::optional<Address> address;
        std::string type, cache, state;
    } object;
    struct {
        std::string path;
        std::optional<std::uint64_t> offset;
    } member;
    struct {
        std::string module, function;
    } suspect;
    std::vector<Evidence> evidence;
    std::vector<Alternative> alternatives;  // the likeliest first
    std::vector<std::string> next_steps;
};

struct CrashEvent {
    int id = 0;    // from 1, in the order of the log
    int boot = 0;  // from 0
    Kernel kernel;
    Kind kind = Kind::other;
    std::string title;  // as syzbot would write it
    Severity severity = Severity::error;
    bool primary = false;
    bool first_sign = false;
    std::optional<double> time;  // seconds since boot
    std::optional<int> cpu;
    Task task;
    std::string hardware;   // "Hardware name:"
    std::string workqueue;  // "Workqueue:"
    std::string headline;   // the line that opened the event, envelope removed
    CodeRef ip;             // RIP/PC/NIP/epc/PSW, else the function that printed the report
    std::string ip_file;    // of ip, where a decoded log names it
    unsigned ip_line = 0;
    std::optional<CodeRef> lr;  // link register, ra
    std::optional<Address> fault_address;
    Access access = Access::unknown;
    std::string error_code;  // as printed: "0002" (x86), ESR "96000005"
    Guilty guilty;
    std::vector<Register> registers;
    Instruction instruction;
    CodeBytes code;
    std::vector<Module> modules;
    std::string last_unloaded;
    std::vector<Frame> trace;
    std::vector<Stack> stacks;
    std::vector<Listing> listings;       // of a dump: the fault's first, then the calls', innermost first
    std::vector<SourceExcerpt> sources;  // the fault's first, then the calls', innermost first
    std::vector<Fact> facts;
    std::uint64_t repeats = 1;  // events of equal signature folded into this one
    LineRange lines;
    std::string signature;          // of reliable frames; stable under KASLR, builds, compiler suffixes
    std::string signature_loose;    // the same with unreliable frames
    bool corrupted = false;         // cut or interleaved: less is claimed
    std::string corruption;         // what is wrong with it
    std::vector<Evidence> excerpt;  // the lines that matter most, in order
    Verdict verdict;

    [[nodiscard]] std::optional<std::uint64_t> reg(std::string_view name) const;
    [[nodiscard]] std::string_view fact(std::string_view name) const;  // "" when it has none
    [[nodiscard]] const Module* module(std::string_view name) const;   // '-' and '_' are the same
};

}  // namespace inquest
