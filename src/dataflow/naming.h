// Values and accesses as a C programmer would write them.
#pragma once

#include <string>

#include "dataflow/function_flow.h"

namespace inquest::dataflow {

// "nd->link_inode", "&dentry->d_lock", "current", "kmem_cache_alloc()"; "" where nothing names the value.
// Names come from the dump: callers escape them.
std::string expression(const FunctionFlow& flow, Environment& environment, ValueId value);

// "nd->link_inode->i_op", or "struct inode.i_op" where the object has no name; the alternatives of a union
// parted by '|'.
std::string expression(const FunctionFlow& flow, Environment& environment, const NamedAccess& access);

// The type of the object that is accessed: "struct inode"; "" for a variable without one.
std::string object_type(const FunctionFlow& flow, const NamedAccess& access);

}  // namespace inquest::dataflow
