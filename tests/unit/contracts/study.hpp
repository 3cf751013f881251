// The story's cast for tests of access: a hospital with a dataset and a committee, a researcher of a university, patients.
#pragma once

#include "contracts/access/commands.hpp"
#include "contracts/access/details.hpp"
#include "contracts/dataset/commands.hpp"
#include "contracts/governance/commands.hpp"
#include "tests/unit/contracts/world.hpp"

namespace placet::tests {

struct Study {
    World world;
    const Person& researcher;
    const Person& member_one;
    const Person& member_two;
    const Person& member_three;
    const Person& insider;  ///< on the committee, of the researcher's own university
    const Person& gateway;
    std::vector<Pseudonym> patients;  ///< 0: permits; 1: denies; 2: no consent; ascending

    Study();

    [[nodiscard]] access::SubmitRequest request(const std::string& id = "req-1") const;
    [[nodiscard]] access::CohortResult cohort(const std::string& id = "req-1") const;
    /// Submits, evaluates and grants; the grant's id.
    std::string grant(const std::string& id = "req-1");
    [[nodiscard]] access::CastVote vote(bool approve, const std::string& request = "req-1") const;
    [[nodiscard]] access::RecordRelease release(std::vector<Pseudonym> whom, const std::string& grant = "req-1.g0") const;
};

template <class Detail>
[[nodiscard]] Detail detail_of(const std::optional<types::Outcome>& outcome) {
    return decode<Detail>(outcome.value().detail).value();
}

}  // namespace placet::tests
