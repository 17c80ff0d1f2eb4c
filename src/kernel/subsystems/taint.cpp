#include "kernel/subsystems/taint.h"

namespace inquest {

std::uint64_t count_of_oopses(Session& session) {
    constexpr std::int32_t kMostOopses = 1 << 20;
    auto address = session.symbols().address_of("die_counter");
    auto count = address ? session.read_as<std::int32_t>(*address) : std::nullopt;
    return count && *count > 0 && *count < kMostOopses ? static_cast<std::uint64_t>(*count) : 0;
}

Taint taint_before_crash(Session& session) {
    // kernel/panic.c: taint_flags[], a letter a bit; the first is 'G' where it is not set.
    static constexpr std::string_view kLetters = "PFSRMBUDAWCIOELKXTNJ";
    constexpr unsigned kDied = 7;
    Taint taint;
    auto address = session.symbols().address_of("tainted_mask");
    auto mask = address ? session.read_pointer(*address) : std::nullopt;
    if (!mask || *mask >> kLetters.size()) return taint;
    taint.known = true;
    if (count_of_oopses(session) < 2) *mask &= ~(std::uint64_t{1} << kDied);
    if (*mask == 0) return taint;
    for (unsigned bit = 0; bit < kLetters.size(); ++bit)
        if (*mask >> bit & 1) taint.flags += kLetters[bit];
    if ((*mask & 1) == 0) taint.flags.insert(0, 1, 'G');
    return taint;
}

}  // namespace inquest
