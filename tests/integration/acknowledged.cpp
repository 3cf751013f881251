// Load and the checker of what was acknowledged: see acknowledged.hpp.
#include "tests/integration/acknowledged.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/proof/verify.hpp"

namespace placet::tests {

Load::Load(const Chain& chain, const Plan& plan)
    : chain_(chain), plan_(plan), salt_(static_cast<std::uint64_t>(Clock::now().time_since_epoch().count())) {
    for (std::size_t i = 0; i < plan.clients; ++i) threads_.emplace_back([this, i] { run(i); });
}

void Load::stop() {
    stopped_ = true;
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t Load::count() const {
    const std::lock_guard lock(mutex_);
    return acknowledged_.size();
}

std::vector<api::dto::Receipt> Load::acknowledged() const {
    const std::lock_guard lock(mutex_);
    return acknowledged_;
}

std::vector<Load::Clock::time_point> Load::times() const {
    const std::lock_guard lock(mutex_);
    return times_;
}

/// In genesis' epoch by the set everybody has, in later ones by the links in a proof.
bool Load::is_proved(const api::dto::Receipt& receipt, api::client::Client& client) const {
    if (receipt.certificate.body.epoch == 0)
        return types::verify(receipt.certificate, chain_.genesis().validators, types::genesis_hash(chain_.genesis())).has_value();
    const auto bundle = client.get("/v1/transactions/" + base::to_hex(receipt.transaction.view()) + "/proof", "application/cbor");
    const auto verdict = bundle ? proof::verify(*bundle, chain_.genesis(), {}) : std::unexpected(bundle.error());
    return verdict && verdict->proved;
}

void Load::run(std::size_t number) {
    const auto& person = chain_.operator_of(number % chain_.genesis().validators.n());
    auto client = chain_.client(person, Chain::name(number % chain_.genesis().validators.n()));
    for (std::size_t i = 0; !stopped_; ++i) {
        if (i > 0 && plan_.pause.count() > 0) std::this_thread::sleep_for(plan_.pause);
        const auto transaction = chain_.enrolment(person, "load-" + std::to_string(salt_) + "-" + std::to_string(number) + "-" + std::to_string(i));
        const auto receipt = client.submit(transaction, {}, plan_.patience);
        if (!receipt || !receipt->outcome.accepted) continue;
        if (!is_proved(*receipt, client)) continue;
        const std::lock_guard lock(mutex_);
        acknowledged_.push_back(*receipt);
        times_.push_back(Clock::now());
    }
}

std::vector<std::string> missing_at(const Chain& chain, const std::string& node, const std::vector<api::dto::Receipt>& receipts) {
    std::vector<std::string> wrong;
    auto client = chain.client(node, chain.auditor());
    const proof::VerifyOptions options{proof::DevelopmentChains::allowed, std::nullopt, std::nullopt};
    for (const auto& receipt : receipts) {
        const std::string id = base::to_hex(receipt.transaction.view());
        const auto bundle = client.get("/v1/transactions/" + id + "/proof", "application/cbor");
        if (!bundle) {
            wrong.push_back(id + " at " + node + ": " + base::describe(bundle.error()));
            continue;
        }
        const auto verdict = proof::verify(*bundle, chain.genesis(), options);
        const bool proved = verdict && verdict->proved && verdict->event && verdict->transaction;
        if (!proved) wrong.push_back(id + " at " + node + ": " + (verdict ? verdict->reason : base::describe(verdict.error())));
        else if (verdict->transaction->id != receipt.transaction || verdict->event->height != receipt.height || verdict->event->outcome != receipt.outcome)
            wrong.push_back(id + " at " + node + ": another place or outcome than was acknowledged");
    }
    return wrong;
}

}  // namespace placet::tests
