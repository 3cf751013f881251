// Datasets: every member may see what is on offer; how many patients stand behind it is the custodian's business.
#include "api/dto/described.hpp"
#include "api/handlers/operations.hpp"
#include "contracts/dataset/installed_diseases.hpp"

namespace placet::api::handlers {
namespace {

namespace dataset = contracts::dataset;
using contracts::governance::Role;

bool sees_members(const Context& context, const dataset::Dataset& one) {
    if (context.principal.has(Role::regulator) || context.principal.has(Role::observer)) return true;
    const bool runs = context.principal.has(Role::hospital_operator) || context.principal.has(Role::gateway);
    return runs && one.custodian == context.principal.organisation();
}

/// DUO terms with their words, for people.
void write_words(dto::JsonWriter& writer, const dataset::DuoTerms& terms) {
    writer.key("terms_in_words").begin_array();
    for (const dataset::Permission& permission : terms.permissions) {
        std::string sentence(dataset::words(permission.term));
        for (const std::string& disease : permission.diseases) sentence += (&disease == &permission.diseases.front() ? ": " : ", ") + disease;
        writer.text(sentence);
    }
    for (const dataset::Modifier& modifier : terms.modifiers) {
        std::string sentence(dataset::modifier_words(modifier.code));
        if (sentence.empty()) sentence = modifier.code;
        writer.text(sentence);
    }
    writer.end_array();
}

std::string dataset_json(const Context& context, const dataset::Dataset& one) {
    dto::JsonWriter writer;
    writer.begin_object();
    if (sees_members(context, one)) dto::write_fields(writer, one);
    else dto::write_fields(writer, one, {"members"});
    write_words(writer, one.terms);
    writer.end_object();
    return std::move(writer).finish();
}

std::string table_json(const dataset::DiseaseTableHead& head, const std::optional<dataset::DiseaseTableHead>& in_force) {
    dto::JsonWriter writer;
    writer.begin_object();
    dto::write_fields(writer, head);
    writer.key("in_force").boolean(in_force && in_force->id == head.id);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace

Answer list_disease_tables(const Context& context) {
    const auto in_force = dataset::diseases_in_force(context.state());
    if (!in_force) return refused(in_force.error());
    return list_entries<dataset::DiseaseTableHead>(context, dataset::disease_tables_prefix(),
                                                   [&](const dataset::DiseaseTableHead& one) -> base::Result<std::optional<std::string>> {
                                                       return table_json(one, *in_force);
                                                   });
}

Answer list_datasets(const Context& context) {
    const auto custodian = context.maybe("custodian");
    return list_entries<dataset::Dataset>(context, dataset::datasets_prefix(), [&](const dataset::Dataset& one) -> base::Result<std::optional<std::string>> {
        if (custodian && one.custodian != *custodian) return std::nullopt;
        return dataset_json(context, one);
    });
}

Answer read_dataset(const Context& context) {
    const auto found = dataset::find_dataset(context.state(), context.path("id"));
    if (!found) return refused(found.error());
    if (!*found) return not_found("dataset");
    return json_response(dataset_json(context, **found));
}

}  // namespace placet::api::handlers
