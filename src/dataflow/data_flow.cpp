#include "dataflow/data_flow.h"

#include "dataflow/flow_builder.h"

namespace inquest::dataflow {

MemberFinder& DataFlow::finder(const Types& types) {
    return finders_.try_emplace(&types, types).first->second;
}

const FunctionFlow* DataFlow::function(std::uint64_t address) {
    Session& session = environment_.session();
    CodeMap& code = environment_.code();
    if (!session.arch().lift || !session.arch().convention) return nullptr;
    CodeRef place = code.describe(address, true);
    if (place.symbol.empty() || !place.offset || !place.size) return nullptr;
    std::uint64_t start = address - *place.offset;
    if (auto cold = place.symbol.find(".cold"); cold != place.symbol.npos) {
        // Only where there is one function of that name.
        const std::string parent = place.symbol.substr(0, cold);
        auto named = session.symbols().named(parent);
        if (place.module.empty() && named.size() == 1) {
            start = named.front().address;
            place = code.describe(start, true);
        }
    }
    auto [known, is_new] = functions_.try_emplace(start);
    if (is_new)
        if (const Types* types = environment_.types_for(place.module))
            known->second = FlowBuilder::build(start, place, finder(*types), environment_);
    return known->second.get();
}

}  // namespace inquest::dataflow
