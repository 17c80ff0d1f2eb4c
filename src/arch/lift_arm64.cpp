#include "arch/lift.h"

namespace inquest {

bool lift_arm64(std::span<const std::uint8_t>, std::uint64_t, Lifted&) { return false; }

}  // namespace inquest
