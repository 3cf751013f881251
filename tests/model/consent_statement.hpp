// A single statement of the naive model against the one who asks and against data. For consent_model.cpp alone.
#pragma once

#include "tests/model/consent_model.hpp"

namespace placet::tests::model {

/// A part of the inquiry: one purpose, one kind, one code; none where nothing is stated.
struct One {
    const Inquiry* inquiry;
    std::optional<std::string> purpose, kind, code;
};

enum class Fit { no, yes, depends };

bool has(const std::vector<std::string>& list, const std::string& item);
bool contains_purpose(const std::string& wide, const std::string& narrow);
bool holds(const Span& span, std::uint64_t at);
/// Validity, people, action and purpose.
bool speaks_to(const Statement& statement, Says says, const One& one);
bool about_data(const Statement& s);
bool fits_record(const Statement& s, Says says, const Record& record);
Fit fits_inquiry(const Statement& s, Says says, const One& one);

}  // namespace placet::tests::model
