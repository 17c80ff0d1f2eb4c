// Objects of which no type is known.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/object_health.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostWords = 512, kPage = 4096;

struct Words {
    std::uint64_t address;
    std::vector<std::optional<std::uint64_t>> values;
    [[nodiscard]] std::uint64_t at(std::size_t i) const {
        return i < values.size() ? values[i].value_or(0) : 0;
    }
};

// Two words that are a list_head by what one of their neighbours says. One neighbour alone may be chance: the
// first word of a hash table's bucket has such a neighbour too, and no second word.
struct Link {
    bool is = false, whole = false, empty = false;
};
Link link_at(const Session& session, const WordJudge& judge, const Words& words, std::size_t i) {
    const std::uint64_t place = words.address + i * 8, next = words.at(i), prev = words.at(i + 1);
    if (next == place && prev == place) return {true, true, true};
    // Nodes of red-black trees point to their parent with their color in the lowest bit.
    if (!judge.is_address(next) || !judge.is_address(prev) || (next | prev) % 8) return {};
    const bool after = session.read_pointer(next + 8) == place, before = session.read_pointer(prev) == place;
    return {before, before && after, false};
}

}  // namespace

ObjectHealth ObjectJudge::judge_words(std::uint64_t address, std::uint64_t size, const WordUses& uses,
                                      ObjectState state) {
    ObjectHealth health;
    Words words{address, {}};
    health.cut = size / 8 > kMostWords;
    for (std::uint64_t i = 0; i < std::min(size / 8, kMostWords); ++i) {
        words.values.push_back(session_.read_pointer(address + i * 8));
        health.unread += !words.values.back();
    }
    health.judged = words.values.size();
    auto say = [&](std::size_t i, std::string value, Remark remark) {
        if (!remark.text.empty())
            health.members.push_back(
                {"+" + hex(i * 8), i * 8, address + i * 8, std::move(value), std::move(remark)});
    };
    for (std::size_t i = 0; i < words.values.size(); ++i) {
        if (!words.values[i] || (i * 8 >= uses.typed_from && i * 8 < uses.typed_to)) continue;
        const std::uint64_t value = words.at(i);
        if (uses.count && *uses.count / 8 == i && *uses.count % 4 == 0) {
            const auto count = static_cast<std::uint32_t>(value >> *uses.count % 8 * 8);
            health.members.push_back({"+" + hex(*uses.count), *uses.count, address + *uses.count,
                                      fmt::format("{}", static_cast<std::int32_t>(count)),
                                      WordJudge::refcount(count, state)});
            continue;
        }
        if (value == 0) continue;
        const bool used = uses.pointer == value;
        if (i + 1 < words.values.size() && words.values[i + 1]) {
            const std::uint64_t next = words.at(i + 1);
            const Link link = link_at(session_, words_, words, i);
            Remark remark = words_.list_head(address + i * 8, value, next);
            // Deleted links are known by their poison.
            if (link.is || remark.text == "deleted from its list") {
                if (!link.whole && remark.grade == Grade::wrong) {
                    remark.grade = Grade::odd;
                    remark.text = "looks like the link of a list, but " + remark.text;
                }
                say(i, fmt::format("{}, {}", hex(value), hex(next)), std::move(remark));
                ++i;
                continue;
            }
        }
        if (std::string poison = poison_of(value); !poison.empty()) {
            // One link of those that delete themselves; of timers, the other one is NULL.
            const Grade grade = is_list_poison(value) && !used ? Grade::fine : Grade::wrong;
            say(i, hex(value), {grade, std::move(poison)});
        } else if (used) {
            say(i, hex(value), words_.pointer(value, PointerUse::data));
        } else if (!words_.is_address(value)) {
            std::string object;
            if (value >> 56 && text_of(value).empty())
                if (auto bit = words_.flipped_bit(value, object))
                    say(i, hex(value),
                        {Grade::wrong,
                         fmt::format("no address; with bit {} changed it is that of an {}", *bit, object)});
        } else if (words_.is_near_modules(value) && value % kPage) {  // areas are described by whole pages
            const Identity found = identifier_.identify(value);
            if (found.kind == AddressKind::nothing && !session_.read_as<char>(value))
                say(i, hex(value),
                    {Grade::odd, "where modules have their code and data, but no module that is loaded now"});
        } else {
            say(i, hex(value), words_.pointer(value, PointerUse::any));
        }
    }
    return health;
}

}  // namespace inquest
