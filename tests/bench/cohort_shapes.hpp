// Persons of a large cohort, each with consents of one of many shapes: nested, expired, withdrawn, conflicting, German,
// with readings that disagree. Within a shape every person differs: recipients, purposes, periods, codes, labels. Told
// in the words of the naive model (tests/model), so that it can judge them.
#pragma once

#include <array>
#include <string_view>

#include "tests/model/consent_model.hpp"

namespace placet::bench {

inline constexpr std::array<std::string_view, 20> kShapes = {
    "permit of research",
    "permit, one purpose denied below",
    "deny, research permitted below",
    "permit for named recipients",
    "R4, sensitive labels denied below",
    "R4, opted in, the rest listed",
    "R4, opted out, an exception below",
    "R4, untyped root with conditions",
    "R5, exceptions of exceptions",
    "German broad consent",
    "codes and years of data only",
    "four levels, people, labels and data",
    "many provisions",
    "expired",
    "withdrawn, an older one stands",
    "superseded, frozen or not yet valid",
    "two that conflict",
    "three that cover a part each",
    "a doubtful element",
    "erased",
};

/// When the question is asked, in milliseconds.
inline constexpr std::uint64_t kAskedAt = 1'790'000'000'000;

/// The person's consents; the same for the same number, everywhere. `shape` is an index of kShapes.
struct Person {
    std::size_t shape = 0;
    std::vector<tests::model::Document> documents;
};
[[nodiscard]] Person person(std::uint64_t number);

}  // namespace placet::bench
