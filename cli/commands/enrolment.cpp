// See enrolment.hpp.
#include "cli/commands/enrolment.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "api/gateway/registry.hpp"
#include "cli/home/files.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/proof/verify.hpp"

namespace placet::cli::commands {

using base::ErrorCode;
using base::refuse;
namespace consent = contracts::consent;

namespace {
constexpr const char* kKind = "enrolment-receipt/1";

base::Result<types::Payload> proved_payload(base::BytesView bundle, const types::Genesis& genesis, std::string_view field) {
    PLACET_TRY_ASSIGN(const proof::Verdict verdict,
                      proof::verify(bundle, genesis, {.development_chains = proof::DevelopmentChains::allowed, .not_before_ms = {}, .pinned = {}}));
    if (!verdict.proved || !verdict.transaction || !verdict.event) return refuse(ErrorCode::invalid_proof, verdict.reason, std::string(field));
    if (!verdict.event->outcome.accepted)
        return refuse(ErrorCode::invalid_proof, "proves a refusal (" + verdict.event->outcome.code + ")", std::string(field));
    return verdict.transaction->payload;
}
}  // namespace

std::string to_json(const EnrolmentReceipt& receipt) {
    const nlohmann::ordered_json out = {{"placet", kKind},
                                        {"custodian", receipt.custodian},
                                        {"pseudonym", base::to_hex(receipt.pseudonym.view())},
                                        {"actor", receipt.actor},
                                        {"number", receipt.number},
                                        {"salt", base::to_hex(receipt.salt.view())},
                                        {"enrolment", api::dto::to_base64(receipt.enrolment)},
                                        {"binding", api::dto::to_base64(receipt.binding)}};
    return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

base::Result<EnrolmentReceipt> read_receipt(const std::string& path) {
    PLACET_TRY_ASSIGN(const std::string text, home::read_text(path, 4 * 1024 * 1024));
    const auto parsed = api::dto::parse_json(text, {.bytes = 4 * 1024 * 1024, .depth = 4});
    if (!parsed) return refuse(ErrorCode::malformed, "is no receipt of an enrolment: " + parsed.error().message, path);
    api::dto::ObjectReader reader(*parsed, "");
    EnrolmentReceipt out;
    if (reader.text("placet") != kKind)
        return refuse(ErrorCode::invalid_value,
                      "is no receipt of an enrolment (made by `placet patient enrol --receipt FILE`)", path);
    out.custodian = reader.text("custodian");
    out.pseudonym = reader.fixed<types::Pseudonym>("pseudonym");
    out.actor = reader.text("actor");
    out.number = reader.text("number");
    out.salt = reader.fixed<types::Salt>("salt");
    out.enrolment = reader.base64("enrolment", 1024 * 1024);
    out.binding = reader.base64("binding", 1024 * 1024);
    if (const auto status = reader.finish(); !status)
        return refuse(status.error().code, status.error().message, path + ": " + status.error().field);
    return out;
}

base::Status check_receipt(const EnrolmentReceipt& receipt, const types::Genesis& genesis, const crypto::PublicKey& key) {
    PLACET_TRY_ASSIGN(const types::Payload enrolment, proved_payload(receipt.enrolment, genesis, "enrolment"));
    if (enrolment.kind != static_cast<std::uint64_t>(consent::EnrolPatient::kKind))
        return refuse(ErrorCode::invalid_proof, "proves another command", "enrolment");
    PLACET_TRY_ASSIGN(const auto enrolled, contracts::decode<consent::EnrolPatient>(enrolment.body));
    if (enrolled.custodian != receipt.custodian || enrolled.pseudonym != receipt.pseudonym)
        return refuse(ErrorCode::invalid_proof, "proves the enrolment of another pseudonym", "enrolment");
    if (api::gateway::number_commitment(receipt.salt, receipt.number) != enrolled.number_commitment)
        return refuse(ErrorCode::invalid_proof, "the commitment on the ledger does not open to this number", "number");
    std::optional<crypto::PublicKey> bound = enrolled.key;
    if (!receipt.binding.empty()) {
        PLACET_TRY_ASSIGN(const types::Payload binding, proved_payload(receipt.binding, genesis, "binding"));
        if (binding.kind != static_cast<std::uint64_t>(consent::BindPatientKey::kKind))
            return refuse(ErrorCode::invalid_proof, "proves another command", "binding");
        PLACET_TRY_ASSIGN(const auto command, contracts::decode<consent::BindPatientKey>(binding.body));
        if (command.custodian != receipt.custodian || command.pseudonym != receipt.pseudonym)
            return refuse(ErrorCode::invalid_proof, "proves a key of another pseudonym", "binding");
        bound = command.key;
    }
    if (!bound || *bound != key) return refuse(ErrorCode::invalid_proof, "the key bound on the ledger is not the one of this home", "binding");
    return {};
}

}  // namespace placet::cli::commands
