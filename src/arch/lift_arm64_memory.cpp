#include "arch/lift_arm64.h"

namespace inquest::arm64 {
namespace {

using Kind = Effect::Kind;

void add_touch(Lifted& out, const MemoryPlace& place, bool writes) {
    out.add({.kind = Kind::touch, .writes = writes, .memory = place});
}

void add_load(Lifted& out, RegisterId target, const MemoryPlace& place, std::uint8_t width) {
    if (target == kNoRegister)
        add_touch(out, place, false);
    else
        out.add({.kind = Kind::load, .target = target, .width = width, .memory = place});
}

void add_store(Lifted& out, RegisterId source, const MemoryPlace& place) {
    out.add({.kind = Kind::store, .source = source, .known = source == kNoRegister, .memory = place});
}

// Of a vector register: nobody names its content.
void add_vector(Lifted& out, bool loads, const MemoryPlace& place) {
    if (loads)
        add_touch(out, place, false);
    else
        out.add({.kind = Kind::store, .memory = place});
}

void add_write_back(Lifted& out, RegisterId base, std::int64_t value) {
    out.add({.kind = Kind::add, .target = base, .value = value});
}

std::uint8_t width_of(std::uint8_t size) { return size == 8 ? 8 : 4; }

// The register gets what memory held, memory something else.
void add_fetch(Lifted& out, RegisterId target, const MemoryPlace& place) {
    // A register that also holds the address is of no use to a step after the load.
    const bool loses_address = target == place.base;
    if (loses_address) add_touch(out, place, true);
    if (target != kNoRegister) add_load(out, target, place, width_of(place.size));
    if (!loses_address) add_touch(out, place, true);
}

void lift_swap(Lifted& out, RegisterId target, RegisterId source, const MemoryPlace& place) {
    if (target == kNoRegister) return add_store(out, source, place);
    if (target == place.base || target == source) return add_fetch(out, target, place);
    add_load(out, target, place, width_of(place.size));
    add_store(out, source, place);
}

// The second register's place.
MemoryPlace after(MemoryPlace place) {
    place.displacement += place.size;
    return place;
}

void add_pair(const Word& word, Lifted& out, bool loads, const MemoryPlace& place, std::uint8_t width) {
    if (!loads) {
        add_store(out, word.reg(0), place);
        add_store(out, word.reg(10), after(place));
    } else if (word.reg(0) == place.base) {  // the second load still takes the old base
        add_load(out, word.reg(10), after(place), width);
        add_load(out, word.reg(0), place, width);
    } else {
        add_load(out, word.reg(0), place, width);
        add_load(out, word.reg(10), after(place), width);
    }
}

void lift_compare_and_swap(const Word& word, Lifted& out, bool pair, const MemoryPlace& place) {
    if (!pair) return add_fetch(out, word.reg(16), place);
    add_touch(out, place, true);
    add_touch(out, after(place), true);
    add_compute(out, word.reg(16));
    add_compute(out, static_cast<RegisterId>((word.field(16, 5) | 1) % 31));
}

// ldxr, stxr, ldar, stlr and kin; cas.
void lift_exclusive(const Word& word, Lifted& out) {
    const bool ordered = word.bit(23), loads = word.bit(22), third = word.bit(21);
    const bool casp = !ordered && third && !word.bit(31);
    const unsigned scale = casp ? 2 + word.field(30, 1) : word.field(30, 2);
    const MemoryPlace place{.base = word.reg_or_sp(5), .size = static_cast<std::uint8_t>(1U << scale)};
    if (casp || (ordered && third)) return lift_compare_and_swap(word, out, casp, place);
    const bool pair = third;
    if (pair) {
        add_pair(word, out, loads, place, width_of(place.size));
    } else if (loads) {
        add_load(out, word.reg(0), place, width_of(place.size));
    } else {
        add_store(out, word.reg(0), place);
    }
    if (!loads && !ordered) add_compute(out, word.reg(16));  // whether it was stored
}

void lift_literal(const Word& word, Lifted& out) {
    constexpr unsigned kWord = 0, kDouble = 1, kSignedWord = 2;
    const unsigned kind = word.field(30, 2);
    MemoryPlace place{.size = static_cast<std::uint8_t>(kind == kDouble ? 8 : 4),
                      .displacement = static_cast<std::int64_t>(word.address) + word.signed_field(5, 19) * 4};
    if (word.bit(26)) {
        place.size = static_cast<std::uint8_t>(4U << kind);
        add_touch(out, place, false);
    } else if (kind <= kSignedWord) {  // else it only prefetches
        add_load(out, word.reg(0), place, kind == kWord ? 4 : 8);
    }
}

void lift_pair(const Word& word, Lifted& out) {
    constexpr unsigned kPost = 1, kPre = 3;
    const unsigned indexing = word.field(23, 2), kind = word.field(30, 2);
    const bool loads = word.bit(22), vector = word.bit(26), tags = kind == 1 && !loads && !vector;
    const auto size = static_cast<std::uint8_t>(vector ? 4U << kind : kind == 2 || tags ? 8 : 4);
    const std::int64_t offset = word.signed_field(15, 7) * (tags ? 16 : size);
    const RegisterId base = word.reg_or_sp(5);
    const MemoryPlace place{.base = base, .size = size, .displacement = indexing == kPost ? 0 : offset};
    if (vector) {
        add_vector(out, loads, place);
        add_vector(out, loads, after(place));
    } else {
        add_pair(word, out, loads, place, kind == 0 ? 4 : 8);
    }
    if (indexing == kPost || indexing == kPre) add_write_back(out, base, offset);
}

// One register, whatever the address is made of.
void lift_single(const Word& word, Lifted& out, MemoryPlace place) {
    const unsigned size = word.field(30, 2), operation = word.field(22, 2);
    if (word.bit(26)) {
        place.size = static_cast<std::uint8_t>(1U << (size | (operation & 2) << 1));
        return add_vector(out, operation & 1, place);
    }
    if (operation == 2 && size == 3) return;  // prfm
    place.size = static_cast<std::uint8_t>(1U << size);
    if (operation == 0) return add_store(out, word.reg(0), place);
    add_load(out, word.reg(0), place, operation == 2 ? 8 : width_of(place.size));
}

unsigned scale_of(const Word& word) {
    const bool quad = word.bit(26) && word.bit(23);
    return word.field(30, 2) | (quad ? 4U : 0U);
}

void lift_atomic(const Word& word, Lifted& out) {
    const MemoryPlace place{.base = word.reg_or_sp(5),
                            .size = static_cast<std::uint8_t>(1U << word.field(30, 2))};
    const unsigned operation = word.field(12, 4);
    constexpr unsigned kSwap = 8, kLoad = 12;
    if (operation == kLoad) return add_load(out, word.reg(0), place, width_of(place.size));  // ldapr
    if (operation == kSwap) return lift_swap(out, word.reg(0), word.reg(16), place);
    add_fetch(out, word.reg(0), place);
}

void lift_indexed(const Word& word, Lifted& out) {
    const unsigned extension = word.field(13, 3), scale = scale_of(word);
    lift_single(word, out,
                {.base = word.reg_or_sp(5),
                 .index = word.reg(16),
                 .scale = static_cast<std::uint8_t>(word.bit(12) ? 1U << scale : 1U),
                 .index_width = static_cast<std::uint8_t>(extension & 1 ? 8 : 4),
                 .index_signed = extension == 0b110});
}

// ldraa: authenticates the base.
void lift_authenticated(const Word& word, Lifted& out) {
    const std::int64_t offset = (word.signed_field(22, 1) * 512 + word.field(12, 9)) * 8;
    const RegisterId base = word.reg_or_sp(5);
    add_load(out, word.reg(0), {.base = base, .size = 8, .displacement = offset}, 8);
    if (word.bit(11)) add_write_back(out, base, offset);
}

void lift_offset(const Word& word, Lifted& out) {
    const RegisterId base = word.reg_or_sp(5);
    if (word.bit(24))
        return lift_single(
            word, out, {.base = base, .displacement = std::int64_t{word.field(10, 12)} << scale_of(word)});
    constexpr unsigned kPost = 1, kUnprivileged = 2, kPre = 3;
    const unsigned indexing = word.field(10, 2);
    if (word.bit(21)) {
        if (indexing == 0) return lift_atomic(word, out);
        return indexing == kUnprivileged ? lift_indexed(word, out) : lift_authenticated(word, out);
    }
    const std::int64_t offset = word.signed_field(12, 9);
    lift_single(word, out, {.base = base, .displacement = indexing == kPost ? 0 : offset});
    if (indexing == kPost || indexing == kPre) add_write_back(out, base, offset);
}

// ld1 and kin: one to four vectors.
void lift_structures(const Word& word, Lifted& out) {
    const RegisterId base = word.reg_or_sp(5);
    add_vector(out, word.bit(22), {.base = base});
    if (word.bit(23)) add_compute(out, base);  // by an amount that the number of vectors tells
}

// ldapur and stlur; memory tags; memory copies of Armv8.8.
void lift_rare(const Word& word, Lifted& out) {
    const RegisterId base = word.reg_or_sp(5);
    if (word.field(10, 2) == 1 && !word.bit(21)) {  // cpy, set: all three registers move on
        if (word.reg(0) != kNoRegister) add_touch(out, {.base = word.reg(0)}, true);
        for (unsigned low : {0U, 5U, 16U}) add_compute(out, word.reg(low));
    } else if (word.bit(21)) {
        const bool loads_tags = word.bit(22) && word.field(10, 2) == 0;
        if (loads_tags) add_compute(out, word.reg(0));
        if (word.bit(10)) add_write_back(out, base, word.signed_field(12, 9) * 16);
    } else {
        lift_single(word, out, {.base = base, .displacement = word.signed_field(12, 9)});
    }
}

}  // namespace

void lift_memory_access(const Word& word, Lifted& out) {
    switch (word.field(28, 2)) {
        case 0b00:
            return word.bit(26) ? lift_structures(word, out) : lift_exclusive(word, out);
        case 0b01:
            return word.bit(24) ? lift_rare(word, out) : lift_literal(word, out);
        case 0b10:
            return lift_pair(word, out);
        default:
            return lift_offset(word, out);
    }
}

}  // namespace inquest::arm64
