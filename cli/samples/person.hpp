// Patients that never lived: names out of syllables, numbers, birth dates, addresses, free text. Every personal text has at
// least eight octets or is a date before 2006, so that a search for it in a database's files finds it or nothing.
#pragma once

#include <string>
#include <vector>

#include "cli/samples/random.hpp"

namespace placet::cli::samples {

struct Person {
    std::string id;          ///< FHIR id of the Patient resource
    std::string number;      ///< the hospital's patient number
    std::string given;
    std::string family;
    std::string birth_date;  ///< 1930 to 2005
    std::string gender;
    std::string street;
    std::string city;
    std::string phone;
    std::string remark;      ///< free text in documents
    std::string finding;     ///< free text in records

    [[nodiscard]] std::string reference() const { return "Patient/" + id; }
    [[nodiscard]] std::string name() const { return given + " " + family; }
    /// Everything that may never be found outside the hospital.
    [[nodiscard]] std::vector<std::string> personal_texts() const;
};

/// `letter` begins the patient numbers ("A-48213907").
[[nodiscard]] std::vector<Person> make_people(Random& random, char letter, std::size_t count);

}  // namespace placet::cli::samples
