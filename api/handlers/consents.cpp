// Consents and patients: the custodian's staff, the patient herself and regulators; every read recorded.
#include "api/dto/described.hpp"
#include "api/handlers/operations.hpp"
#include "contracts/consent/model.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

namespace consent = contracts::consent;
using contracts::Pseudonym;
using contracts::access::ReadSubject;
using contracts::governance::Role;
using http::Problem;

/// "hospital-a.<64 digits>.<consent id>": unambiguous, because an organisation's id has no dot.
std::string path_id(const consent::ConsentEntry& entry) {
    return entry.custodian + '.' + base::to_hex(entry.pseudonym.view()) + '.' + entry.consent_id;
}

std::string consent_json(const consent::ConsentEntry& entry, base::TimeMs at, const std::optional<std::string>& model) {
    dto::JsonWriter writer;
    writer.begin_object().key("id").text(path_id(entry)).key("standing").text(consent::standing(entry, at));
    dto::write_fields(writer, entry);
    if (model) writer.key("model").raw(*model);
    writer.end_object();
    return std::move(writer).finish();
}

/// What the document says in codes (class E), where this node still has it.
std::optional<std::string> model_of(const Context& context, const consent::ConsentEntry& entry) {
    const auto encoded = context.state().part(entry.e_commitment);
    const auto part = encoded ? types::decode_part(*encoded) : base::refuse(base::ErrorCode::not_found, "erased");
    if (!part) return std::nullopt;
    const auto model = contracts::decode<consent::Consent>(part->payload);
    return model ? std::optional(dto::described_json(*model)) : std::nullopt;
}

/// Whose custodian the question is about: the parameter, else the asker's own organisation.
std::string custodian_of(const Context& context) { return context.maybe("custodian").value_or(std::string(context.principal.organisation())); }

std::expected<void, Problem> record(const Context& context, const Pseudonym& subject, std::uint64_t rows) {
    contracts::access::TrailRead read;
    read.subject = ReadSubject::consents;
    read.pseudonym = subject;
    read.rows = rows;
    return record_read(context, std::move(read));
}

/// Pages of one patient or, for staff and regulators, of a custodian.
std::expected<Page, Problem> consents_page(const Context& context, const base::Bytes& prefix) {
    const base::TimeMs at = context.state().block_time_ms();
    return entries_page<consent::ConsentEntry>(
        context, prefix, [&](const consent::ConsentEntry& entry) -> base::Result<std::optional<std::string>> {
            if (!context.sees_all() && !auth::owns_patient(context.principal, entry.custodian, entry.pseudonym))
                return std::nullopt;
            return consent_json(entry, at, std::nullopt);
        });
}

}  // namespace

Answer list_consents(const Context& context) {
    const std::string custodian = custodian_of(context);
    std::optional<std::string> subject = context.maybe("subject");
    const auto& actor = context.principal.actor;
    if (!subject && actor && actor->subject) subject = base::to_hex(actor->subject->view());
    contracts::access::TrailRead read;
    read.subject = ReadSubject::consents;
    if (!subject) {
        if (!context.sees_all() && custodian != context.principal.organisation()) return not_found("custodian");
        auto page = consents_page(context, consent::consents_at_prefix(custodian));
        if (!page) return std::unexpected(std::move(page).error());
        read.name = custodian;
        read.rows = page->count();
        if (auto recorded = record_read(context, std::move(read)); !recorded) return std::unexpected(std::move(recorded).error());
        return std::move(*page).close();
    }
    const auto pseudonym = read_pseudonym(*subject, "subject");
    if (!pseudonym) return std::unexpected(pseudonym.error());
    if (!context.sees_all() && !auth::owns_patient(context.principal, custodian, *pseudonym)) return not_found("patient");
    const auto patient = consent::find_patient(context.state(), custodian, *pseudonym);
    if (!patient) return refused(patient.error());
    if (!*patient) return not_found("patient");
    auto page = consents_page(context, consent::consents_prefix(custodian, *pseudonym));
    if (!page) return std::unexpected(std::move(page).error());
    if (auto recorded = record(context, *pseudonym, page->count()); !recorded)
        return std::unexpected(std::move(recorded).error());
    return std::move(*page).close();
}

Answer read_consent(const Context& context) {
    const std::string& id = context.path("id");
    const std::size_t first = id.find('.');
    const std::size_t second = first == std::string::npos ? first : id.find('.', first + 1);
    if (second == std::string::npos) return invalid("id", "a consent is named custodian.pseudonym.consent-id, as in the list");
    const std::string custodian = id.substr(0, first);
    const auto pseudonym = read_pseudonym(std::string_view(id).substr(first + 1, second - first - 1), "id");
    if (!pseudonym) return std::unexpected(pseudonym.error());
    if (!context.sees_all() && !auth::owns_patient(context.principal, custodian, *pseudonym)) return not_found("consent");
    const auto entry = consent::find_consent(context.state(), custodian, *pseudonym, std::string_view(id).substr(second + 1));
    if (!entry) return refused(entry.error());
    if (!*entry) return not_found("consent");
    if (auto recorded = record(context, *pseudonym, 1); !recorded) return std::unexpected(std::move(recorded).error());
    return json_response(consent_json(**entry, context.state().block_time_ms(), model_of(context, **entry)));
}

Answer read_patient(const Context& context) {
    const auto pseudonym = read_pseudonym(context.path("pseudonym"), "pseudonym");
    if (!pseudonym) return std::unexpected(pseudonym.error());
    const std::string custodian = custodian_of(context);
    if (!context.sees_all() && !auth::owns_patient(context.principal, custodian, *pseudonym)) return not_found("patient");
    const auto patient = consent::find_patient(context.state(), custodian, *pseudonym);
    if (!patient) return refused(patient.error());
    if (!*patient) return not_found("patient");
    const auto datasets = consent::memberships(context.state(), custodian, *pseudonym);
    if (!datasets) return refused(datasets.error());
    if (auto recorded = record(context, *pseudonym, 1); !recorded) return std::unexpected(std::move(recorded).error());
    dto::JsonWriter writer;
    writer.begin_object();
    dto::write_fields(writer, **patient);
    dto::write_fields(writer, *datasets);
    writer.end_object();
    return json_response(std::move(writer).finish());
}

}  // namespace placet::api::handlers
