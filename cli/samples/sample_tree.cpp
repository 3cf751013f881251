// One folder a hospital: consents/ (single files, a Bundle, NDJSON, refused/), records/, accesses.ndjson.
#include "cli/samples/sample_tree.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "cli/samples/consent_shapes.hpp"
#include "cli/samples/records.hpp"
#include "cli/samples/refused_documents.hpp"

namespace placet::cli::samples {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

struct Hospital {
    std::string_view id;
    std::string_view title;
    char letter;
    std::size_t access_rows;
};
constexpr Hospital kHospitals[] = {
    {"hospital-a", "St. Anna Hospital", 'A', 1200},
    {"hospital-b", "Bergfried Clinic", 'B', 200},
    {"hospital-c", "Children's and General Hospital Cranach", 'C', 200},
};

/// Remembers the first file that could not be written.
class Writer {
public:
    explicit Writer(fs::path root) : root_(std::move(root)) {}
    void write(const fs::path& name, std::string_view text) {
        const fs::path path = root_ / name;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        std::ofstream stream(path, std::ios::binary | std::ios::trunc);
        stream.write(text.data(), static_cast<std::streamsize>(text.size()));
        stream.close();
        if (!stream && error_.empty()) error_ = "cannot write " + path.string();
    }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

private:
    fs::path root_;
    std::string error_;
};

std::string lines_of(const std::vector<Json>& values) {
    std::string out;
    for (const Json& value : values) out += value.dump() + "\n";
    return out;
}

Json bundle_of(const std::vector<Json>& resources) {
    Json entries = Json::array();
    for (const Json& resource : resources) entries.push_back({{"resource", resource}});
    return {{"resourceType", "Bundle"}, {"type", "collection"}, {"entry", std::move(entries)}};
}

/// A third as single files, a third as one Bundle, a third as NDJSON.
void write_consents(Writer& writer, const fs::path& folder, const std::vector<Json>& consents) {
    std::vector<Json> bundled, lines;
    for (std::size_t i = 0; i < consents.size(); ++i) {
        if (i % 3 == 0) writer.write(folder / "single" / (consents[i]["id"].get<std::string>() + ".json"), consents[i].dump(2) + "\n");
        if (i % 3 == 1) bundled.push_back(consents[i]);
        if (i % 3 == 2) lines.push_back(consents[i]);
    }
    writer.write(folder / "bundle.json", bundle_of(bundled).dump(1) + "\n");
    writer.write(folder / "consents.ndjson", lines_of(lines));
}

std::string access_rows(Random& random, const std::vector<Person>& people, const Hospital& hospital) {
    constexpr std::array kPurposes{"TREAT", "TREAT", "TREAT", "COC", "HPAYMT", "HOPERAT"};
    constexpr std::array kCategories{"Observation", "Condition", "MedicationRequest", "DiagnosticReport", "Encounter"};
    constexpr std::array kActions{"read", "read", "read", "update", "create"};
    std::vector<Json> rows;
    for (std::size_t i = 0; i < hospital.access_rows; ++i)
        rows.push_back({{"patient", random.pick(people).reference()},
                        {"staff", fmt::format("staff-{:03}", 1 + random.below(40))},
                        {"purpose", random.pick(kPurposes)},
                        {"category", random.pick(kCategories)},
                        {"action", random.pick(kActions)}});
    return lines_of(rows);
}

struct HospitalSamples {
    Json summary;
    std::vector<std::string> personal;
    SampleTotals totals;
};

std::vector<Json> make_consents(Random& random, const std::vector<Person>& people, const Hospital& hospital, std::map<std::string, std::size_t>& by_shape) {
    std::vector<Json> out;
    const auto add = [&](const Person& person, Shape shape) {
        const std::string id = "c-" + random.hex(12);
        const std::string date = fmt::format("20{}-{:02}-{:02}", 22 + random.below(2), 1 + random.below(12), 1 + random.below(28));
        out.push_back(make_consent(person, shape, {hospital.id, id, date}));
        ++by_shape[std::string(to_string(shape))];
    };
    for (std::size_t i = 0; i < people.size(); ++i) {
        add(people[i], shape_of(i));
        if (i % 12 == 5) add(people[i], Shape::treatment_only);  // a second consent beside the first
    }
    return out;
}

HospitalSamples write_hospital(Writer& writer, Random& random, const Hospital& hospital, std::size_t patients) {
    HospitalSamples out;
    const fs::path root{std::string(hospital.id)};
    const std::vector<Person> people = make_people(random, hospital.letter, patients);
    std::map<std::string, std::size_t> by_shape;
    const std::vector<Json> consents = make_consents(random, people, hospital, by_shape);
    write_consents(writer, root / "consents", consents);
    out.totals = {people.size(), consents.size(), 0, hospital.access_rows};

    std::vector<Json> resources, list;
    for (const Person& person : people) {
        resources.push_back(make_patient(person, hospital.id));
        list.push_back({{"reference", person.reference()}, {"number", person.number}});
        writer.write(root / "records" / (person.id + ".json"), make_record(random, person, hospital.id).dump(1) + "\n");
        for (std::string& text : person.personal_texts()) out.personal.push_back(std::move(text));
    }
    writer.write(root / "consents" / "00-patients.ndjson", lines_of(resources));
    for (const RefusedDocument& document : make_refused(people.front(), hospital.id)) {
        writer.write(root / "consents" / "refused" / document.file, document.text);
        out.totals.refused += document.refused;
        out.totals.imported += document.imported;
    }
    writer.write(root / "accesses.ndjson", access_rows(random, people, hospital));
    out.summary = {{"id", hospital.id},
                   {"title", hospital.title},
                   {"patients", out.totals.patients},
                   {"imported", out.totals.imported},
                   {"refused", out.totals.refused},
                   {"consents", (root / "consents").string()},
                   {"records", (root / "records").string()},
                   {"accesses", (root / "accesses.ndjson").string()},
                   {"access_rows", out.totals.access_rows},
                   {"by_shape", by_shape},
                   {"patient_list", list}};
    return out;
}

}  // namespace

std::string write_samples(const SampleOptions& options, SampleTotals& totals) {
    Writer writer(options.folder);
    Random random(options.seed);
    Json hospitals = Json::array();
    std::vector<std::string> personal;
    for (const Hospital& hospital : kHospitals) {
        HospitalSamples one = write_hospital(writer, random, hospital, options.patients_per_hospital);
        hospitals.push_back(std::move(one.summary));
        personal.insert(personal.end(), one.personal.begin(), one.personal.end());
        totals.patients += one.totals.patients;
        totals.imported += one.totals.imported;
        totals.refused += one.totals.refused;
        totals.access_rows += one.totals.access_rows;
    }
    std::ranges::sort(personal);
    personal.erase(std::unique(personal.begin(), personal.end()), personal.end());
    const Json manifest{{"format", 1},
                        {"seed", options.seed},
                        {"patients", totals.patients},
                        {"imported", totals.imported},
                        {"refused", totals.refused},
                        {"access_rows", totals.access_rows},
                        {"hospitals", hospitals},
                        {"personal", personal}};
    writer.write("manifest.json", manifest.dump(1) + "\n");
    return writer.error();
}

}  // namespace placet::cli::samples
