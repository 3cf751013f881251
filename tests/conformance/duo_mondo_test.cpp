// DUO's own list of terms, its reading as ODRL and the Mondo hierarchy, from the shared data: our codes and our descent against theirs.
#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <set>

#include "contracts/dataset/csv.hpp"
#include "contracts/dataset/match.hpp"
#include "tests/conformance/vectors.hpp"

using namespace placet;
using namespace placet::contracts::dataset;

namespace {

std::optional<std::string> shared_data(const std::string& name) {
    std::ifstream in(tests::shared_folder() / "data" / name, std::ios::binary);
    if (!in) {
        std::cout << "skipped: no " << name << " in the shared data (set PLACET_SHARED)\n";
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The rows of a table, each by the names of its first line.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& csv) {
    CsvReader reader(csv);
    std::vector<std::string> heading, fields;
    REQUIRE(reader.next(heading).value_or(false));
    std::vector<std::map<std::string, std::string>> out;
    while (reader.next(fields).value_or(false)) {
        REQUIRE(fields.size() == heading.size());
        auto& row = out.emplace_back();
        for (std::size_t i = 0; i < fields.size(); ++i) row[heading[i]] = fields[i];
    }
    return out;
}

}  // namespace

TEST_CASE("every code of DUO's own list is known by its own short name") {
    const auto csv = shared_data("duo/duo.csv");
    if (!csv) return;
    std::size_t terms = 0;
    for (const auto& row : rows_of(*csv)) {
        const std::string& code = row.at("id");
        const std::string& name = row.at("shorthand");
        INFO(code << " " << name);
        const auto permission = permission_from(code);
        const auto modifier = modifier_short_name(code);
        if (name.empty()) {  // the two terms that stand above the others
            CHECK_FALSE((permission || modifier));
            continue;
        }
        ++terms;
        CHECK(permission.has_value() != modifier.has_value());
        CHECK((permission ? short_name(*permission) : *modifier) == name);
        CHECK((permission ? duo_code(*permission) : modifier_code(name)) == code);
    }
    CHECK(terms == 23);
}

TEST_CASE("the real Mondo hierarchy is read exactly") {
    const auto csv = shared_data("mondo/mondo_hierarchy.csv");
    if (!csv) return;
    DiseaseTable table;
    REQUIRE(table.add_hierarchy(*csv));
    std::map<std::string, std::set<std::string>> parents;
    for (const auto& row : rows_of(*csv)) {
        std::string rest = row.at("parents");
        auto& own = parents[row.at("id")];
        for (std::size_t bar = 0; !rest.empty(); rest = bar == std::string::npos ? "" : rest.substr(bar + 1)) {
            bar = rest.find('|');
            own.insert(rest.substr(0, bar));
        }
        CHECK(table.label(row.at("id")) == row.at("label"));
    }
    CHECK(parents.size() == 22382);
    // Every ancestor of each hundredth disease, by a walk of our own; and as many that are none.
    std::size_t at = 0;
    for (const auto& [id, own] : parents) {
        if (++at % 100 != 0) continue;
        std::set<std::string> above = {id};
        std::vector<std::string> open = {id};
        while (!open.empty()) {
            const std::string one = open.back();
            open.pop_back();
            if (const auto row = parents.find(one); row != parents.end())
                for (const std::string& parent : row->second)
                    if (above.insert(parent).second) open.push_back(parent);
        }
        for (const std::string& one : above) CHECK(table.descends(id, one));
        std::size_t strangers = 0;
        for (auto other = parents.lower_bound(id); other != parents.end() && strangers < 20; ++other, ++strangers)
            CHECK(table.descends(id, other->first) == above.contains(other->first));
    }
    CHECK(table.descends("MONDO:0005148", "MONDO:0005015"));
    CHECK_FALSE(table.descends("MONDO:0005015", "MONDO:0005148"));
}
