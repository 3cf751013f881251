// A chain in memory for tests of rules: real keys and signatures, a map as state, one block at a time. No consensus, no store, no
// roots: what execute yields is applied as it comes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contracts/access/queries.hpp"
#include "contracts/common/outcome.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/runtime/admit.hpp"
#include "contracts/runtime/execute.hpp"

namespace placet::tests {

using namespace placet::contracts;

/// The state as a map, and parts by commitment.
class MemoryState final : public state::StateScanner {
public:
    [[nodiscard]] std::optional<base::Bytes> get(base::BytesView key) const override;
    [[nodiscard]] std::optional<base::Bytes> part(const crypto::Hash& commitment) const override;
    void scan(base::BytesView prefix, const std::function<bool(base::BytesView, base::BytesView)>& visit) const override;
    [[nodiscard]] types::Height height() const override { return height_; }
    [[nodiscard]] base::TimeMs block_time_ms() const override { return time_ms_; }

    void apply(const std::vector<types::StateWrite>& writes);
    void apply(const state::ExecutedBlock& block);

    std::map<base::Bytes, base::Bytes> entries;
    std::map<crypto::Hash, base::Bytes> parts;
    types::Height height_ = 0;
    base::TimeMs time_ms_ = 0;
};

struct Person {
    std::string id;
    crypto::SigningKey key;
};

/// What a test wants to send, before it is signed.
struct Draft {
    CommandKind kind = CommandKind::enrol_actor;
    base::Bytes body;
    std::vector<base::Bytes> parts;
    std::optional<types::TransactionId> after;
    std::optional<base::TimeMs> expires_at_ms;
};
template <class Command>
[[nodiscard]] Draft draft(const Command& command, std::vector<base::Bytes> parts = {}) {
    return {Command::kKind, encode(command), std::move(parts), std::nullopt, std::nullopt};
}

class World {
public:
    /// Three hospitals and a university with a validator each, and a regulator; one operator each, time 2026-01-01.
    World();

    [[nodiscard]] types::Submission sign(const Person& sender, const Draft& what);
    /// One block with these; its effects are applied.
    state::ExecutedBlock block(const std::vector<types::Submission>& submissions);
    /// One block with one transaction; its outcome, or none if it had no event.
    std::optional<types::Outcome> send(const Person& sender, const Draft& what);
    template <class Command>
    std::optional<types::Outcome> send(const Person& sender, const Command& command) { return send(sender, draft(command)); }
    /// The outcome's code; "" if there was no event.
    template <class Command>
    std::string code(const Person& sender, const Command& command) { return code_of(send(sender, draft(command))); }
    [[nodiscard]] static std::string code_of(const std::optional<types::Outcome>& outcome) { return outcome ? outcome->code : ""; }

    [[nodiscard]] const Person& operator_of(const std::string& organisation) const { return people_.at("operator@" + organisation); }
    [[nodiscard]] const Person& node_of(const std::string& validator) const { return people_.at("node@" + validator); }
    [[nodiscard]] const Person& person(const std::string& id) const { return people_.at(id); }
    /// Enrols by the organisation's operator; the key is derived from the id.
    const Person& enrol(const std::string& id, const std::vector<governance::Role>& roles);
    /// Enrols a patient with a key of her own at a custodian.
    const Person& enrol_patient(const std::string& custodian, const Pseudonym& pseudonym);
    [[nodiscard]] static crypto::SigningKey key_named(const std::string& name);
    [[nodiscard]] static Pseudonym pseudonym(std::uint64_t number);

    /// Records `consent` for a pseudonym through the operator.
    std::optional<types::Outcome> record(const std::string& custodian, const Pseudonym& pseudonym, const std::string& id,
                                         const consent::Consent& consent);
    [[nodiscard]] Draft record_draft(const std::string& custodian, const Pseudonym& pseudonym, const std::string& id, const consent::Consent& consent);

    /// What stands for the log's root at a height: this chain has no log.
    [[nodiscard]] static crypto::Hash root_at(types::Height height);
    void pass(base::TimeMs ms) { state.time_ms_ += ms; }
    [[nodiscard]] base::TimeMs now() const { return state.time_ms_; }

    MemoryState state;
    types::Genesis genesis;
    crypto::Hash genesis_hash;
    state::ExecutedBlock last;

private:
    std::map<std::string, Person> people_;
    std::uint64_t nonce_ = 0;
};

/// An IHE PCF permit of the given v3 purposes for anybody.
[[nodiscard]] consent::Consent permit_for(const std::vector<std::string>& purposes);
[[nodiscard]] consent::Consent deny_for(const std::vector<std::string>& purposes);

}  // namespace placet::tests
