// Syllables, streets and remarks.
#include "cli/samples/person.hpp"

#include <array>
#include <set>

#include <fmt/format.h>

namespace placet::cli::samples {

namespace {

constexpr std::array kGivenHeads{"Ame", "Bri", "Cora", "Dave", "Elo", "Fenna", "Gisa", "Hadri", "Isa", "Jora", "Kele", "Lumi", "Mare", "Nore", "Oda", "Perri", "Quin", "Rosa", "Soli", "Tami"};
constexpr std::array kGivenTails{"lindra", "bastian", "vandis", "quelle", "ristofer", "munde", "thonia", "zabeth", "wardine", "loreno"};
constexpr std::array kFamilyHeads{"Abern", "Brock", "Carmi", "Dussel", "Eschen", "Fjord", "Grau", "Holst", "Irmen", "Jansko", "Kolb", "Lauter", "Morgen", "Nieder", "Oster", "Pfann", "Quedlin", "Rauten", "Stern", "Tannen"};
constexpr std::array kFamilyTails{"hausen", "berger", "vaart", "winkel", "moosky", "strand", "wieser", "kampff", "lundar", "tobler", "zeller", "dorfer"};
constexpr std::array kStreets{"Lindenallee", "Kastanienweg", "Obere Hafenstrasse", "Am Mühlbach", "Rosengartenring", "Alte Poststrasse"};
constexpr std::array kCities{"Niederwalden", "Oberfurtheim", "Sankt Gereonsau", "Kleinmarienstedt", "Tiefenbrunnau"};
constexpr std::array kRemarks{"prefers letters to telephone calls", "wants to be asked again before every new study", "brought her own interpreter", "signed with the left hand after a fracture", "asked twice about animal experiments"};
constexpr std::array kFindings{"reports trouble sleeping since the move", "walks the dog for an hour every evening", "is worried about the hereditary disease of an uncle", "has stopped smoking together with the neighbour", "feels better since the change of job"};

}  // namespace

std::vector<std::string> Person::personal_texts() const {
    return {id, number, given, family, name(), birth_date, street, city, phone, remark, finding};
}

std::vector<Person> make_people(Random& random, char letter, std::size_t count) {
    std::vector<Person> people;
    std::set<std::string> names;
    while (people.size() < count) {
        Person person;
        person.given = std::string(random.pick(kGivenHeads)) + random.pick(kGivenTails);
        person.family = std::string(random.pick(kFamilyHeads)) + random.pick(kFamilyTails);
        if (!names.insert(person.name()).second) continue;
        person.id = fmt::format("p{}-{}", static_cast<char>(letter + ('a' - 'A')), random.hex(10));
        person.number = fmt::format("{}-{}", letter, random.digits(8));
        person.birth_date = fmt::format("{:04}-{:02}-{:02}", 1930 + random.below(76), 1 + random.below(12), 1 + random.below(28));
        person.gender = random.below(2) == 0 ? "female" : "male";
        person.street = fmt::format("{} {}", random.pick(kStreets), 1 + random.below(190));
        person.city = fmt::format("{:05} {}", 10000 + random.below(80000), random.pick(kCities));
        person.phone = fmt::format("+999 30 {}", random.digits(7));
        person.remark = fmt::format("{} {}", person.given, random.pick(kRemarks));
        person.finding = fmt::format("{} {}", person.family, random.pick(kFindings));
        people.push_back(std::move(person));
    }
    return people;
}

}  // namespace placet::cli::samples
