// The issues of knowledge/ as the build packed them (tools/pack_knowledge).
#pragma once

#include <span>
#include <string_view>

namespace inquest {

struct PackedIssue {
    std::string_view file;    // "knowledge/fs/ovl-dentry-leak.yaml"
    std::string_view packed;  // knowledge/packed.h
};

std::span<const PackedIssue> packed_issues();

}  // namespace inquest
