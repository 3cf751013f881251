// Requests from JSON, field by field.
#include "api/dto/request.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"

namespace placet::api::dto {
namespace {

namespace dataset = contracts::dataset;
using base::ErrorCode;

constexpr std::size_t kMaxDatasets = 8;
constexpr std::size_t kMaxPurposes = 16;

dataset::Stated read_stated(ObjectReader& reader, std::string_view name) {
    const auto text = reader.maybe_text(name, 16);
    if (!text || *text == "unknown") return dataset::Stated::unknown;
    if (*text == "no") return dataset::Stated::no;
    if (*text == "yes") return dataset::Stated::yes;
    reader.fail(ErrorCode::invalid_value, "expected unknown, no or yes", name);
    return dataset::Stated::unknown;
}

void read_terms(ObjectReader& reader, dataset::DuoRequest& terms) {
    const auto purposes = reader.maybe_texts("duo_purposes", 8);
    for (std::size_t i = 0; i < purposes.size(); ++i) {
        const auto purpose = dataset::use_from(purposes[i]);
        if (purpose) terms.purposes.push_back(*purpose);
        else reader.fail({ErrorCode::invalid_value, "expected GRU, HMB, DS, POA, MDS, CC or their DUO codes", reader.path_of("duo_purposes", i)});
    }
    terms.diseases = reader.maybe_texts("diseases", 64);
    if (reader.maybe_any("sensitive_population") != nullptr) terms.sensitive_population = reader.boolean("sensitive_population");
    terms.for_profit = read_stated(reader, "for_profit");
    terms.commercial = read_stated(reader, "commercial");
    terms.months = reader.maybe_uint("months", 1200);
    terms.phenotype_only = read_stated(reader, "phenotype_only");
    terms.publishes = read_stated(reader, "publishes");
    terms.returns_results = read_stated(reader, "returns_results");
    terms.research_type = reader.maybe_text("research_type", contracts::kMaxId);
    terms.collaboration = reader.maybe_text("collaboration", contracts::kMaxId);
    terms.accepted_at_ms = reader.maybe_instant("accepted_at");
}

void read_purposes(ObjectReader& reader, std::vector<contracts::Coding>& purposes) {
    if (reader.maybe_any("purposes") == nullptr) return;
    const auto items = reader.objects("purposes", kMaxPurposes);
    for (std::size_t i = 0; i < items.size() && reader.ok(); ++i) {
        ObjectReader coding(*items[i], reader.path_of("purposes", i));
        contracts::Coding one{coding.maybe_text("system", contracts::kMaxCode).value_or(std::string(contracts::systems::kActReason)),
                              coding.text("code", contracts::kMaxCode)};
        if (const auto done = coding.finish(); !done) reader.fail(done.error());
        purposes.push_back(std::move(one));
    }
}

}  // namespace

base::Result<contracts::access::SubmitRequest> request_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const nlohmann::json value, parse_json(text));
    ObjectReader reader(value, "");
    contracts::access::SubmitRequest request;
    request.id = reader.maybe_text("id", contracts::kMaxId).value_or("");
    request.title = reader.maybe_text("title", contracts::kMaxTitle).value_or("");
    request.study = reader.maybe_text("study", contracts::kMaxId).value_or("");
    request.study_members = reader.maybe_texts("study_members", 64);
    request.datasets = reader.texts("datasets", kMaxDatasets);
    if (reader.ok() && request.datasets.empty()) reader.fail(ErrorCode::invalid_value, "name at least one dataset", "datasets");
    read_terms(reader, request.terms);
    read_purposes(reader, request.purposes);
    request.ethics_approval = reader.maybe_text("ethics_approval", contracts::kMaxCode).value_or("");
    request.ethics_expires_ms = reader.maybe_instant("ethics_expires");
    request.country = reader.maybe_text("country", 2).value_or("");
    PLACET_TRY(reader.finish());
    return request;
}

}  // namespace placet::api::dto
