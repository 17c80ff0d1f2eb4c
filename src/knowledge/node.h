// The tree that an issue file is read into, whatever it was written in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

struct Node {
    enum class Type : std::uint8_t { null, text, list, map };

    Type type = Type::null;
    unsigned line = 0;              // in the file, from 1; 0 when it was packed
    std::string text;               // of a scalar
    std::vector<std::string> keys;  // of a map, in the order of `items`
    std::vector<Node> items;        // of a list or map

    // The value of a map's key, nullptr when it has none.
    [[nodiscard]] const Node* find(std::string_view key) const {
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (keys[i] == key) return &items[i];
        return nullptr;
    }
};

}  // namespace inquest
