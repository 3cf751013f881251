// The load's clients: one thread, one connection each; the next validator is tried when one does not answer.
#include "cli/demo/load.hpp"

#include <algorithm>

#include "cli/home/keyring.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/types/checkpoint.hpp"

namespace placet::cli::demo {

using base::Result;

namespace {
constexpr std::chrono::seconds kPatience{30};
constexpr base::TimeMs kLifeMs = 5 * 60 * 1000;
}  // namespace

Load::Load(Identity identity) : identity_(std::move(identity)) {}

Result<std::unique_ptr<Load>> Load::start(const std::filesystem::path& folder, std::size_t threads) {
    PLACET_TRY_ASSIGN(Identity identity, open_identity(folder));
    std::unique_ptr<Load> load(new Load(std::move(identity)));
    for (std::size_t number = 0; number < threads; ++number) load->clients_.emplace_back([self = load.get(), number] { self->client(number); });
    return load;
}

Load::~Load() {
    stop_ = true;
    for (auto& thread : clients_)
        if (thread.joinable()) thread.join();
}

void Load::client(std::size_t number) {
    const auto& validators = identity_.genesis.validators.validators;
    auto client = connect(identity_, validators[number % validators.size()].name, Failover::all);
    while (client && !stop_) {
        contracts::consent::EnrolPatient command;
        command.custodian = identity_.organisation;
        command.pseudonym = crypto::random_fixed<types::Pseudonym>();
        command.number_commitment = crypto::random_fixed<crypto::Hash>();
        types::Payload payload;
        payload.kind = static_cast<std::uint64_t>(contracts::consent::EnrolPatient::kKind);
        payload.nonce = crypto::random_fixed<types::Nonce>();
        payload.expires_at_ms = home::now_ms() + kLifeMs;
        payload.body = contracts::encode(command);
        const types::Transaction transaction = types::sign(payload, identity_.key, identity_.genesis_hash);
        const auto receipt = client->submit(transaction, {}, kPatience);
        std::string problem;
        if (!receipt)
            problem = base::describe(receipt.error());
        else if (!receipt->outcome.accepted)
            problem = "refused: " + receipt->outcome.code;
        else if (const auto proved = types::verify(receipt->certificate, identity_.genesis.validators, identity_.genesis_hash); !proved)
            problem = base::describe(proved.error());
        const std::lock_guard lock(mutex_);
        if (problem.empty()) {
            acknowledged_.push_back({transaction.id, receipt->height, receipt->leaf_index, home::now_ms(), client->last_address()});
            ++count_;
        } else {
            unanswered_.push_back(problem);
        }
    }
}

std::vector<Acknowledgement> Load::finish() {
    stop_ = true;
    for (auto& thread : clients_)
        if (thread.joinable()) thread.join();
    const std::lock_guard lock(mutex_);
    auto all = acknowledged_;
    std::ranges::sort(all, {}, &Acknowledgement::at_ms);
    return all;
}

std::vector<std::string> Load::unanswered() const {
    const std::lock_guard lock(mutex_);
    return unanswered_;
}

}  // namespace placet::cli::demo
