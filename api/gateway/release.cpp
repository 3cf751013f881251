// The order of steps is the promise: check, journal, record, prove, and only then read and hand over.
#include "api/gateway/release.hpp"

#include <algorithm>
#include <chrono>

#include "api/fhir/data_context.hpp"
#include "api/fhir/resource_shape.hpp"
#include "api/gateway/deidentify.hpp"
#include "api/gateway/veil.hpp"
#include "contracts/access/cohort.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/common/outcome.hpp"
#include "contracts/consent/evaluate.hpp"
#include "contracts/dataset/entries.hpp"
#include "contracts/governance/entries.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using fhir::JsonValue;
namespace access = contracts::access;
namespace consent = contracts::consent;

namespace {

int year_of(base::TimeMs instant) {
    return std::atoi(base::to_rfc3339(instant).substr(0, 4).c_str());
}

/// The encoded E part of one of the patient's consents, if the registry holds what the ledger's commitment names.
std::optional<base::Bytes> erasable_part(const RegisteredPatient& patient, const crypto::Hash& commitment) {
    for (const RegisteredConsent& one : patient.consents) {
        if (one.model.empty()) continue;
        types::Part part;
        part.part_class = types::PartClass::erasable;
        part.retention = types::RetentionClass::consent_evidence;
        part.pseudonym = patient.pseudonym;
        part.salt = one.erasable_salt;
        part.payload = one.model;
        base::Bytes encoded = types::encode(part);
        if (types::part_commitment(encoded) == commitment) return encoded;
    }
    return std::nullopt;
}

std::string searchset(std::vector<JsonValue> resources) {
    JsonValue bundle = JsonValue::object();
    bundle.set("resourceType", JsonValue::string("Bundle"));
    bundle.set("type", JsonValue::string("searchset"));
    bundle.set("total", JsonValue::number(resources.size()));
    JsonValue entries = JsonValue::array();
    for (JsonValue& resource : resources) {
        JsonValue mode = JsonValue::object();
        mode.set("mode", JsonValue::string("match"));
        JsonValue entry = JsonValue::object();
        entry.set("resource", std::move(resource));
        entry.set("search", std::move(mode));
        entries.elements.push_back(std::move(entry));
    }
    if (!entries.elements.empty()) bundle.set("entry", std::move(entries));
    return fhir::write_json(bundle);
}

}  // namespace

types::Transaction sign_command(std::uint64_t kind, base::Bytes body, std::vector<crypto::Hash> parts,
                                const crypto::SigningKey& key, const crypto::Hash& genesis, base::TimeMs now_ms) {
    constexpr base::TimeMs kLifeMs = 120'000;
    types::Payload payload;
    payload.kind = kind;
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = now_ms + kLifeMs;
    payload.parts = std::move(parts);
    payload.body = std::move(body);
    return types::sign(payload, key, genesis);
}

Result<Released> Releaser::release(const ReleaseRequest& request) {
    PLACET_TRY(journal_.append_release(config_.now_ms(), request.researcher, request.grant, "asked", request.dataset));
    auto out = release_journalled(request);
    const std::string text =
        out ? std::to_string(out->permitted) + " patients permitted, " + std::to_string(out->refused) + " refused"
            : base::describe(out.error());
    const std::string_view outcome = out                                           ? "released"
                                     : out.error().code == ErrorCode::unauthorised ? "refused"
                                                                                   : "failed";
    PLACET_TRY(
        journal_.append_release(config_.now_ms(), request.researcher, request.grant, outcome, text.substr(0, 400)));
    return out;
}

/// The dataset is ours, and the proof of it rests on a young seal: the ledger runs.
Status Releaser::check_dataset(const ReleaseRequest& request) {
    PLACET_TRY_ASSIGN(const ProvedEntry entry, link_.entry(contracts::dataset::dataset_key(request.dataset)));
    const base::TimeMs now = config_.now_ms();
    if (entry.sealed_at_ms + config_.max_seal_age_ms < now)
        return refuse(ErrorCode::unavailable,
                      "the ledger's last seal is " + std::to_string((now - entry.sealed_at_ms) / 1000) +
                          " s old: it stands still, and nothing is released while it does. Ask again when `placet "
                          "status` says healthy",
                      "ledger");
    if (!entry.value) return refuse(ErrorCode::not_found, "the ledger knows no dataset " + request.dataset, "dataset");
    const auto dataset = contracts::decode<contracts::dataset::Dataset>(*entry.value);
    if (!dataset)
        return refuse(ErrorCode::corrupt,
                      "the ledger's entry of the dataset does not decode: " + dataset.error().message, "dataset");
    if (dataset->custodian != config_.custodian)
        return refuse(ErrorCode::not_found,
                      "the dataset " + request.dataset + " is held by " + dataset->custodian + ": ask its gateway",
                      "dataset");
    return {};
}

/// The grant is this researcher's, over this dataset. Asked before anything is recorded: a release under another's grant would stand in the
/// trails of patients and of its holder, though nothing left.
Status Releaser::check_grant(const ReleaseRequest& request) {
    const auto entry = link_.entry(access::grant_key(request.grant));
    if (!entry && entry.error().code != ErrorCode::not_found) return std::unexpected(entry.error());
    const auto not_hers = [&] { return refuse(ErrorCode::unauthorised, "there is no grant " + request.grant + " of this researcher over this dataset", "grant"); };
    if (!entry || !entry->value) return not_hers();
    const auto grant = contracts::decode<access::Grant>(*entry->value);
    if (!grant) return refuse(ErrorCode::corrupt, "the ledger's entry of the grant does not decode: " + grant.error().message, "grant");
    if (grant->researcher != request.researcher || grant->dataset != request.dataset || grant->custodian != config_.custodian) return not_hers();
    return {};
}

Result<std::vector<types::Pseudonym>> Releaser::members(const Registry& registry, const std::string& dataset) {
    PLACET_TRY(records_.refresh());
    const std::vector<std::string> with_records = records_.patients();
    std::vector<types::Pseudonym> out;
    for (const RegisteredPatient* patient : registry.patients())
        if (std::ranges::binary_search(patient->datasets, dataset) &&
            std::ranges::binary_search(with_records, patient->reference))
            out.push_back(patient->pseudonym);
    if (out.empty())
        return refuse(ErrorCode::not_found, "no patient with records here is a member of " + dataset, "dataset");
    std::ranges::sort(out);
    return out;
}

Result<std::vector<Releaser::Permit>> Releaser::record_chunk(const ReleaseRequest& request,
                                                             std::vector<types::Pseudonym> chunk, Released& out) {
    const access::RecordRelease command{request.grant, chunk, request.categories};
    const types::Transaction transaction =
        sign_command(static_cast<std::uint64_t>(access::RecordRelease::kKind), contracts::encode(command), {},
                     *config_.key, config_.genesis, config_.now_ms());
    PLACET_TRY_ASSIGN(const ProvedOutcome proved, link_.record(transaction, {}));
    const auto detail = contracts::decode<access::ReleaseDetail>(proved.outcome.detail);
    if (!detail) {  // the whole was refused: the detail is a list of reasons
        if (proved.outcome.accepted)
            return refuse(ErrorCode::corrupt, "the ledger's receipt does not decode: " + detail.error().message,
                          "receipt");
        return refuse(ErrorCode::unauthorised,
                      "the ledger refuses: " + contracts::outcome_sentence(proved.outcome.code) + " " +
                          contracts::outcome_advice(proved.outcome.code),
                      proved.outcome.code);
    }
    if (detail->grant != request.grant || detail->dataset != request.dataset ||
        detail->researcher != request.researcher)
        return refuse(ErrorCode::unauthorised, "the grant is another researcher's, or of another dataset", "grant");
    if (detail->answers.size() != chunk.size())
        return refuse(ErrorCode::corrupt, "the ledger's receipt answers for other patients", "receipt");
    out.transactions.push_back(proved.transaction);
    std::vector<Permit> permits;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
        if (detail->answers[i].pseudonym != chunk[i])
            return refuse(ErrorCode::corrupt, "the ledger's receipt answers for other patients", "receipt");
        if (proved.outcome.accepted && detail->answers[i].permits())
            permits.push_back({chunk[i], proved.block_time_ms, detail->purposes});
        else
            ++out.refused;
    }
    return permits;
}

/// What of the patient's records the consents let through, freed of what points to her.
Result<std::vector<JsonValue>> Releaser::resources_of(const ReleaseRequest& request, const RegisteredPatient& patient,
                                                      const Permit& permit, Released& out) {
    const ProvedState state(link_, [&](const crypto::Hash& commitment) { return erasable_part(patient, commitment); });
    auto held = consent::held_consents(state, config_.custodian, patient.pseudonym);
    const auto policy = contracts::governance::implicit_policy(state, config_.custodian);
    PLACET_TRY(state.status());
    if (!policy) return std::unexpected(policy.error());
    PLACET_TRY_ASSIGN(const std::vector<JsonValue> all, records_.of(patient.reference));
    std::vector<JsonValue> kept;
    if (!held) {  // a consent that this registry does not hold: what it would hide is unknown, so everything is
        if (held.error().code != ErrorCode::unavailable) return std::unexpected(held.error());
        out.withheld += all.size();
        return kept;
    }
    for (consent::HeldConsent& one :
         *held)  // as recorded by `placet consent import`; laid here for those recorded otherwise
        if (one.consent) one.consent = veiled(std::move(*one.consent), patient);
    const consent::ConsentAnswer answer =
        consent::evaluate(*held, *policy, access::context_of(request.researcher, permit.purposes), permit.at_ms);
    const std::vector<consent::DataContext> contexts = data_contexts_of(all, patient.reference);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const JsonValue& resource = all[i];
        const std::string_view type = resource.text_of("resourceType");
        const bool is_patient = type == "Patient";
        const bool wanted = request.categories.empty() || is_patient ||
                            std::ranges::find(request.categories, type) != request.categories.end();
        if (!wanted) continue;
        const bool visible = answer.permits() && fhir::check_shape(resource) && fhir::is_understood(resource) &&
                             consent::is_visible(answer.residual, veiled(contexts[i], patient));
        if (visible)
            kept.push_back(resource);
        else
            ++out.withheld;
    }
    return deidentified(kept, patient, year_of(permit.at_ms));
}

Result<Released> Releaser::release_journalled(const ReleaseRequest& request) {
    PLACET_TRY(check_dataset(request));
    PLACET_TRY(check_grant(request));
    PLACET_TRY_ASSIGN(const Registry registry, Registry::read(config_.registry, config_.registry_key));
    PLACET_TRY_ASSIGN(const std::vector<types::Pseudonym> asked, members(registry, request.dataset));
    Released out;
    std::vector<Permit> permits;
    for (std::size_t at = 0; at < asked.size(); at += access::kMaxReleasePseudonyms) {
        const std::size_t end = std::min(at + access::kMaxReleasePseudonyms, asked.size());
        const std::vector<types::Pseudonym> chunk(asked.begin() + static_cast<std::ptrdiff_t>(at),
                                                  asked.begin() + static_cast<std::ptrdiff_t>(end));
        PLACET_TRY_ASSIGN(const std::vector<Permit> permitted, record_chunk(request, chunk, out));
        permits.insert(permits.end(), permitted.begin(), permitted.end());
    }
    PLACET_TRY(journal_.append_release(config_.now_ms(), request.researcher, request.grant, "recorded",
                                       std::to_string(out.transactions.size()) + " transactions"));
    std::vector<JsonValue> resources;
    for (const Permit& permit : permits) {
        const RegisteredPatient* patient = registry.find(permit.pseudonym);
        if (patient == nullptr)
            return refuse(ErrorCode::internal, "a pseudonym left the registry while it was released", "registry");
        PLACET_TRY_ASSIGN(std::vector<JsonValue> hers, resources_of(request, *patient, permit, out));
        std::ranges::move(hers, std::back_inserter(resources));
    }
    out.permitted = permits.size();
    out.bundle = searchset(std::move(resources));
    return out;
}

}  // namespace placet::api::gateway
