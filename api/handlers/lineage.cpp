// What was made from what, what a patient's withdrawal touches, and which holders of grants have not acknowledged one.
#include "contracts/access/lineage.hpp"

#include "api/dto/described.hpp"
#include "api/handlers/operations.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

namespace access = contracts::access;
namespace consent = contracts::consent;
using contracts::Pseudonym;
using contracts::governance::Role;

constexpr const char* kPatientNode = "patient";

std::string dataset_node(std::string_view id) {
    return "dataset:" + std::string(id);
}
std::string grant_node(std::string_view id) {
    return "grant:" + std::string(id);
}

void write_edge(dto::JsonWriter& writer, std::string_view from, std::string_view to, std::string_view what) {
    writer.begin_object().key("from").text(from).key("to").text(to).key("what").text(what).end_object();
}

void write_dataset(dto::JsonWriter& writer, const contracts::dataset::Dataset& one) {
    writer.key("id")
        .text(one.id)
        .key("title")
        .text(one.title)
        .key("kind")
        .text(to_string(one.kind))
        .key("custodian")
        .text(one.custodian);
    writer.key("registered_at").instant(one.registered_at_ms);
}

/// A notice's clock: how long its holder has let it wait, or took.
void write_notice(dto::JsonWriter& writer, const access::WithdrawalNotice& notice, base::TimeMs now_ms) {
    constexpr base::TimeMs kSecondMs = 1000;
    const base::TimeMs until = notice.acknowledged_at_ms.value_or(std::max(now_ms, notice.withdrawn_at_ms));
    writer.key("withdrawn_at").instant(notice.withdrawn_at_ms);
    if (notice.acknowledged_at_ms) writer.key("acknowledged_at").instant(*notice.acknowledged_at_ms);
    writer.key("waited_seconds").uint((until - notice.withdrawn_at_ms) / kSecondMs);
    const bool overdue = !notice.acknowledged_at_ms && now_ms >= notice.withdrawn_at_ms + access::kAcknowledgeWithinMs;
    writer.key("state").text(notice.acknowledged_at_ms ? "acknowledged" : overdue ? "overdue" : "waiting");
}

void write_grant(dto::JsonWriter& writer, const access::TouchedGrant& one, base::TimeMs now_ms) {
    const access::Grant& grant = one.grant;
    writer.begin_object()
        .key("grant")
        .text(grant.id)
        .key("dataset")
        .text(grant.dataset)
        .key("researcher")
        .text(grant.researcher);
    writer.key("study").text(grant.study).key("live").boolean(grant.is_live(now_ms));
    writer.key("releases").uint(one.release ? one.release->times : 0);
    if (one.release) writer.key("last_release_at").instant(one.release->last_at_ms);
    if (one.notice) write_notice(writer, *one.notice, now_ms);
    writer.end_object();
}

std::string patient_json(const access::PatientLineage& lineage, const Pseudonym& pseudonym, const Context& context) {
    const base::TimeMs now_ms = context.state().block_time_ms();
    dto::JsonWriter writer;
    writer.begin_object().key("pseudonym").hex(pseudonym.view()).key("datasets").begin_array();
    for (const access::TouchedDataset& one : lineage.datasets) {
        writer.begin_object();
        write_dataset(writer, one.dataset);
        writer.key("trace").text(to_string(one.trace)).end_object();
    }
    writer.end_array().key("grants").begin_array();
    for (const access::TouchedGrant& one : lineage.grants) write_grant(writer, one, now_ms);
    writer.end_array().key("edges").begin_array();
    for (const access::TouchedDataset& one : lineage.datasets)
        if (one.trace == access::Trace::member || one.trace == access::Trace::former)
            write_edge(writer, kPatientNode, dataset_node(one.dataset.id), to_string(one.trace));
    for (const access::TouchedGrant& one : lineage.grants)
        write_edge(writer, dataset_node(one.grant.dataset), grant_node(one.grant.id),
                   one.release ? "released" : "granted");
    const auto is_named = [&](const std::string& grant) {
        return std::ranges::any_of(lineage.grants,
                                   [&](const access::TouchedGrant& one) { return one.grant.id == grant; });
    };
    for (const access::Derivation& one : lineage.derivations) {
        const bool through_grant = one.grant && is_named(*one.grant);
        write_edge(writer, through_grant ? grant_node(*one.grant) : dataset_node(one.from), dataset_node(one.to),
                   "made");
    }
    writer.end_array().key("complete").boolean(lineage.complete).end_object();
    return std::move(writer).finish();
}

/// Whose withdrawal of whom: the key of a notice.
struct NoticeKey {
    std::string grant;
    Pseudonym pseudonym;
};
std::optional<NoticeKey> notice_of(base::BytesView key) {
    base::cbor::Reader items(key);
    items.array_of(3, "key");
    (void)items.uint("kind");
    NoticeKey out;
    out.grant = items.text(contracts::kMaxId, "grant");
    out.pseudonym = items.fixed<Pseudonym>("pseudonym");
    return items.finish() ? std::optional(std::move(out)) : std::nullopt;
}

/// The holder, the custodian's operator and gateway, and the patient herself.
bool sees_notice(const Context& context, const access::Grant& grant, const Pseudonym& pseudonym) {
    if (context.sees_all()) return true;
    const auto& principal = context.principal;
    if (principal.has(Role::patient)) return auth::owns_patient(principal, grant.custodian, pseudonym);
    if (grant.researcher == principal.id()) return true;
    const bool runs = principal.has(Role::hospital_operator) || principal.has(Role::gateway);
    return runs && grant.custodian == principal.organisation();
}

/// The JSON of a notice, or nothing for one that is not to be seen or not asked for.
base::Result<std::optional<std::string>> notice_json(const Context& context, const NoticeKey& key,
                                                     base::BytesView value) {
    PLACET_TRY_ASSIGN(const auto notice, contracts::decode<access::WithdrawalNotice>(value));
    PLACET_TRY_ASSIGN(const auto grant, access::find_grant(context.state(), key.grant));
    if (!grant || !sees_notice(context, *grant, key.pseudonym)) return std::nullopt;
    const auto wanted = context.maybe("state");
    const base::TimeMs now_ms = context.state().block_time_ms();
    const access::TouchedGrant touched{*grant, {}, notice};
    const std::string_view state = !touched.is_waiting()        ? "acknowledged"
                                   : touched.is_overdue(now_ms) ? "overdue"
                                                                : "waiting";
    if (wanted && *wanted != state && !(*wanted == "waiting" && state == "overdue")) return std::nullopt;
    dto::JsonWriter writer;
    writer.begin_object()
        .key("grant")
        .text(grant->id)
        .key("dataset")
        .text(grant->dataset)
        .key("custodian")
        .text(grant->custodian);
    writer.key("researcher").text(grant->researcher).key("pseudonym").hex(key.pseudonym.view());
    write_notice(writer, notice, now_ms);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace

Answer dataset_lineage(const Context& context) {
    const auto lineage = access::lineage_of(context.state(), context.path("id"));
    if (!lineage)
        return lineage.error().code == base::ErrorCode::not_found ? not_found("dataset") : refused(lineage.error());
    dto::JsonWriter writer;
    writer.begin_object().key("dataset").text(context.path("id")).key("datasets").begin_array();
    for (const auto& one : lineage->datasets) {
        writer.begin_object();
        write_dataset(writer, one);
        writer.end_object();
    }
    writer.end_array().key("edges").begin_array();
    for (const access::Derivation& one : lineage->derivations)
        write_edge(writer, dataset_node(one.from), dataset_node(one.to),
                   one.grant ? *one.grant : std::string_view("own"));
    writer.end_array().key("complete").boolean(lineage->complete).end_object();
    return json_response(std::move(writer).finish());
}

Answer patient_lineage(const Context& context) {
    const auto pseudonym = read_pseudonym(context.path("pseudonym"), "pseudonym");
    if (!pseudonym) return std::unexpected(pseudonym.error());
    const std::string custodian = context.maybe("custodian").value_or(std::string(context.principal.organisation()));
    if (!context.sees_all() && !auth::owns_patient(context.principal, custodian, *pseudonym))
        return not_found("patient");
    const auto patient = consent::find_patient(context.state(), custodian, *pseudonym);
    if (!patient) return refused(patient.error());
    if (!*patient) return not_found("patient");
    const auto lineage = access::lineage_of(context.state(), custodian, *pseudonym);
    if (!lineage) return refused(lineage.error());
    const std::uint64_t rows = lineage->datasets.size() + lineage->grants.size();
    if (auto recorded = record_read(context, {{}, access::ReadSubject::consents, *pseudonym, {}, 0, rows}); !recorded)
        return std::unexpected(std::move(recorded).error());
    return json_response(patient_json(*lineage, *pseudonym, context));
}

Answer list_withdrawals(const Context& context) {
    if (const auto wanted = context.maybe("state");
        wanted && *wanted != "waiting" && *wanted != "overdue" && *wanted != "acknowledged")
        return invalid("state", "a withdrawal is waiting, overdue (of those that wait) or acknowledged");
    auto page = Page::open(context);
    if (!page) return std::unexpected(std::move(page).error());
    const auto grant = context.maybe("grant");
    std::optional<base::Error> failure;
    context.state().scan(grant ? access::notices_prefix(*grant) : access::all_notices_prefix(),
                         [&](base::BytesView key, base::BytesView value) {
                             if (page->after() && !std::ranges::lexicographical_compare(*page->after(), key))
                                 return true;
                             const auto about = notice_of(key);
                             auto json =
                                 about ? notice_json(context, *about, value)
                                       : base::refuse(base::ErrorCode::corrupt, "the key of a notice cannot be read");
                             if (!json) {
                                 failure = json.error();
                                 return false;
                             }
                             if (!*json) return true;
                             if (page->is_full()) {
                                 page->set_more();
                                 return false;
                             }
                             page->add(**json, key);
                             return true;
                         });
    if (failure) return refused({base::ErrorCode::corrupt, failure->message, {}});
    const auto& actor = context.principal.actor;
    access::TrailRead read{{},           access::ReadSubject::consents, std::nullopt, grant.value_or(std::string()), 0,
                           page->count()};
    if (actor && actor->subject) read.pseudonym = actor->subject;
    if (auto recorded = record_read(context, std::move(read)); !recorded)
        return std::unexpected(std::move(recorded).error());
    return std::move(*page).close();
}

}  // namespace placet::api::handlers
