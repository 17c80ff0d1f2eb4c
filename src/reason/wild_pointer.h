// Pointers that are neither NULL nor any mark of the kernel: text, numbers, addresses of user space,
// addresses where nothing is mapped, and those that one flipped bit may have made.
#pragma once

#include "reason/pointer_fault.h"

namespace inquest::reason {

inline constexpr Confidence kAgreed = 0.9;     // instruction, registers and the kernel's address agree
inline constexpr Confidence kPlausible = 0.7;  // one of them is missing
inline constexpr Confidence kWeak = 0.5;

// How sure a statement about the fault's pointer can be, from what agrees with what.
Confidence sureness(const PointerFault& fault, const CrashEvent& event);

// Text, no address at all, or an address of user space.
void explain_wild(const PointerFault& fault, const Scene& scene);
// An address that the kernel could have used.
void explain_kernel_address(const PointerFault& fault, const Scene& scene);

}  // namespace inquest::reason
