// BTF of any content: what parses answers every question.
#include <string_view>
#include <vector>

#include "debuginfo/btf.h"

using namespace inquest;

namespace {

void ask(const Btf& btf) {
    const TypeId end = std::min<TypeId>(btf.end(), 200);
    for (TypeId id = 0; id <= end; ++id) {
        (void)btf.resolve(id);
        (void)btf.size_of(id);
        (void)btf.name_of(id);
        (void)btf.enumerators(id);
        auto members = btf.members(id);
        if (!members.empty()) (void)btf.member(id, members.back().name);
        (void)btf.member(id, "a.b");
        Type type = btf.type(id);
        if (!type.name.empty()) (void)btf.find(type.name);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::span<const unsigned char> all(data, size);
    auto first = all.first(size / 2), second = all.subspan(size / 2);
    if (auto whole = Btf::parse({all.begin(), all.end()})) ask(*whole);
    auto base = Btf::parse({first.begin(), first.end()});
    if (!base) return 0;
    ask(*base);
    if (auto split = Btf::parse({second.begin(), second.end()}, &*base)) ask(*split);
    return 0;
}
