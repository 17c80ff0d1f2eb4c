#include "diagnose/listing.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "dataflow/naming.h"

namespace inquest::diagnose {
namespace {

using namespace dataflow;

constexpr std::size_t kMostListings = 8;
constexpr std::uint32_t kBeforeFault = 10, kBehindFault = 3, kBeforeCall = 6;

std::string text_of(const DiagnosisInput& input, Environment& environment, const Lifted& instruction) {
    std::array<std::uint8_t, 16> code{};
    std::span<std::uint8_t> bytes(code.data(), std::min<std::size_t>(instruction.length, code.size()));
    if (input.session.read(instruction.address, bytes) != ReadOutcome::present) return "(not in the dump)";
    auto decoded = input.session.arch().disassemble(bytes, instruction.address);
    if (!decoded) return "(not known to the disassembler)";
    if (!instruction.target) return decoded->text;
    const std::uint64_t leads_to = instruction.flow == Flow::call
                                       ? environment.callee(*instruction.target).address
                                       : *instruction.target;
    const CodeRef target = input.code.describe(leads_to, true);
    if (target.symbol.empty()) return decoded->text;
    return fmt::format("{} <{}{}>", decoded->text, target.symbol,
                       target.offset.value_or(0) ? "+" + hex(*target.offset) : "");
}

Listing list(const ActiveFrame& frame, bool fault, const DiagnosisInput& input, Environment& environment) {
    const FunctionFlow& flow = *frame.flow;
    const auto all = flow.instructions();
    const std::uint32_t before = fault ? kBeforeFault : kBeforeCall;
    const std::uint32_t first = frame.instruction > before ? frame.instruction - before : 0;
    const auto last = static_cast<std::uint32_t>(
        std::min<std::size_t>(all.size(), frame.instruction + 1 + (fault ? kBehindFault : 0)));
    std::map<std::uint32_t, std::string> notes;
    for (const NamedAccess& access : flow.accesses()) {
        if (access.instruction < first || access.instruction >= last) continue;
        std::string& note = notes[access.instruction];
        note += (note.empty() ? "" : ", ") + expression(flow, environment, access);
    }
    std::vector<bool> led(flow.blocks().size());
    for (std::size_t i = 0; i < led.size(); ++i) led[i] = flow.always_run_before(i, frame.instruction);
    Listing listing;
    listing.place = input.code.describe(all[frame.instruction].address, true);
    listing.fault = fault;
    for (std::uint32_t i = first; i < last; ++i) {
        ListedInstruction one;
        one.address = all[i].address;
        one.offset = all[i].address - flow.start();
        one.text = text_of(input, environment, all[i]);
        if (auto note = notes.find(i); note != notes.end()) one.note = note->second;
        one.marked = i == frame.instruction;
        one.led_here = i < frame.instruction && led[flow.block_of(i)];
        listing.instructions.push_back(std::move(one));
    }
    return listing;
}

}  // namespace

void add_listings(CrashEvent& event, const DiagnosisInput& input, const FrameValues& frames,
                  Environment& environment) {
    for (std::size_t i = 0; i < frames.frames().size() && event.listings.size() < kMostListings; ++i) {
        const ActiveFrame& frame = frames.frames()[i];
        if (!frame.has_state) continue;
        event.listings.push_back(list(frame, i == 0 && input.site, input, environment));
    }
}

}  // namespace inquest::diagnose
