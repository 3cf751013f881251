// Transactions of the load: see work.hpp.
#include "tests/bench/load/work.hpp"

#include "contracts/access/commands.hpp"
#include "contracts/access/emergency.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"
#include "tests/support/life.hpp"

namespace placet::bench {

namespace {

base::TimeMs now_ms() {
    using namespace std::chrono;
    return static_cast<base::TimeMs>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

constexpr const char* kEmergencyTeam = "emergency-team";

std::string organisation_of(const LoadClient& client) {
    return client.id.substr(client.id.find('@') + 1);
}

types::Pseudonym patient_of(const LoadClient& client) {
    return types::Pseudonym::copy_of(crypto::sha256(base::as_bytes(client.id)).view());
}

types::Part part(types::PartClass part_class, base::Bytes payload) {
    types::Part out;
    out.part_class = part_class;
    out.retention = types::RetentionClass::access_log;
    out.salt = crypto::random_fixed<types::Salt>();
    out.payload = std::move(payload);
    return out;
}

}  // namespace

WorkMaker::WorkMaker(const types::Genesis& genesis, std::size_t part_bytes, std::size_t rows)
    : genesis_(types::genesis_hash(genesis)), part_bytes_(part_bytes), rows_(rows) {}

Work WorkMaker::next(const LoadClient& client, std::uint64_t done) const {
    if (rows_ > 0) return batch(client, done);
    if (part_bytes_ == 0) return enrolment(client, crypto::random_fixed<types::Pseudonym>());
    if (done == 0) return enrolment(client, patient_of(client));
    return done == 1 ? emergency_policy(client) : emergency(client);
}

Work WorkMaker::sign(const LoadClient& client, std::uint64_t kind, base::Bytes body,
                     std::vector<base::Bytes> parts) const {
    types::Payload payload;
    payload.kind = kind;
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = now_ms() + tests::kTransactionLifeMs;
    for (const auto& one : parts) payload.parts.push_back(types::part_commitment(one));
    payload.body = std::move(body);
    return {types::sign(payload, client.key, genesis_), std::move(parts)};
}

Work WorkMaker::enrolment(const LoadClient& client, const types::Pseudonym& pseudonym) const {
    contracts::consent::EnrolPatient command;
    command.custodian = organisation_of(client);
    command.pseudonym = pseudonym;
    command.number_commitment = crypto::random_fixed<crypto::Hash>();
    return sign(client, static_cast<std::uint64_t>(command.kKind), contracts::encode(command), {});
}

Work WorkMaker::emergency_policy(const LoadClient& client) const {
    contracts::access::SetEmergencyPolicy command;
    command.custodian = organisation_of(client);
    command.groups = {kEmergencyTeam};
    command.reviewers = {client.id};
    return sign(client, static_cast<std::uint64_t>(command.kKind), contracts::encode(command), {});
}

Work WorkMaker::emergency(const LoadClient& client) const {
    contracts::access::BreakGlass command;
    command.custodian = organisation_of(client);
    command.id = "bg-" + base::to_hex(crypto::random_fixed<types::Nonce>().view());
    command.pseudonym = patient_of(client);
    command.staff = "staff-7";
    command.group = kEmergencyTeam;
    command.purpose = "BTG";
    command.reason = "emergency";
    command.occurred_at_ms = now_ms();
    command.until_ms = command.occurred_at_ms + 60'000;
    command.d_part = 0;
    auto document = part(types::PartClass::document, base::Bytes(part_bytes_, 0x5a));
    document.pseudonym = command.pseudonym;
    return sign(client, static_cast<std::uint64_t>(command.kKind), contracts::encode(command),
                {types::encode(document)});
}

Work WorkMaker::batch(const LoadClient& client, std::uint64_t sequence) const {
    std::vector<contracts::access::AccessRow> rows(rows_);
    const auto now = now_ms();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].pseudonym = crypto::random_fixed<types::Pseudonym>();
        rows[i].staff = "staff-" + std::to_string(i % 50);
        rows[i].purpose = "TREAT";
        rows[i].category = "Observation";
        rows[i].action = "read";
        rows[i].occurred_at_ms = now;
        rows[i].commitment = crypto::random_fixed<crypto::Hash>();
    }
    contracts::access::AccessBatch command;
    command.custodian = organisation_of(client);
    command.sequence = sequence;
    command.first_ms = command.last_ms = now;
    command.rows = rows.size();
    command.rows_root = contracts::access::rows_root(rows);
    return sign(client, static_cast<std::uint64_t>(command.kKind), contracts::encode(command),
                {types::encode(part(types::PartClass::rows, contracts::access::encode_rows(rows)))});
}

std::string request_of(const Work& work, std::string_view host) {
    const auto body = types::encode(types::Submission{work.transaction.bytes, work.parts});
    std::string out = "POST /v1/transactions HTTP/1.1\r\nHost: ";
    out.append(host).append(
        "\r\nContent-Type: application/cbor\r\nAccept: application/json\r\nPrefer: wait=30\r\nContent-Length: ");
    out.append(std::to_string(body.size())).append("\r\n\r\n").append(base::as_text(body));
    return out;
}

}  // namespace placet::bench
