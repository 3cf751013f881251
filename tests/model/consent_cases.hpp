// Random cases of consent for the naive model and for the rules: documents, a question, records; and the same in the
// words of contracts/.
#pragma once

#include <string>
#include <vector>

#include "contracts/consent/evaluate.hpp"
#include "tests/model/consent_model.hpp"
#include "tests/support/prng.hpp"

namespace placet::tests::model {

struct ConsentCase {
    std::vector<Document> documents;
    Inquiry inquiry;
    std::vector<Record> records;
};

/// The same for equal arguments, everywhere.
[[nodiscard]] ConsentCase random_case(std::uint64_t seed, std::uint64_t number);
[[nodiscard]] Document random_document(Prng& prng, std::string name);
/// A statement that only denies, with exceptions that only deny.
[[nodiscard]] Statement random_deny(Prng& prng);

[[nodiscard]] contracts::consent::HeldConsent held(const Document& document);
[[nodiscard]] std::vector<contracts::consent::HeldConsent> held(const std::vector<Document>& documents);
[[nodiscard]] contracts::consent::AccessContext context(const Inquiry& inquiry);
[[nodiscard]] contracts::consent::DataContext piece(const Record& record);
[[nodiscard]] contracts::governance::ImplicitPolicy policy_of(House house);

/// The case for a reader.
[[nodiscard]] std::string told(const ConsentCase& one);

}  // namespace placet::tests::model
