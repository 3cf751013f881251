// Reads every acknowledged transaction again: one client a validator, all validators at once.
#include "cli/demo/read_back.hpp"

#include <fmt/format.h>

#include "cli/demo/identity.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::demo {

using base::Result;

namespace {

constexpr std::size_t kMostProblems = 20;

// The problem with one transaction at one validator; empty if it is there as acknowledged.
std::string check_one(api::client::Client& client, const Identity& identity, const Acknowledgement& expected) {
    const auto receipt = client.receipt(expected.id, std::chrono::seconds(10));
    if (!receipt) return base::describe(receipt.error());
    if (receipt->height != expected.height || receipt->leaf_index != expected.leaf_index) return "stands at another place than acknowledged";
    if (!receipt->outcome.accepted) return "is refused there";
    if (receipt->certificate.body.height != receipt->height) return "carries a certificate of another block";
    const auto proved = types::verify(receipt->certificate, identity.genesis.validators, identity.genesis_hash);
    return proved ? std::string() : base::describe(proved.error());
}

}  // namespace

Result<ReadBack> read_back(const std::filesystem::path& home, const std::vector<std::string>& validators, const std::vector<Acknowledgement>& acknowledged) {
    PLACET_TRY_ASSIGN(const Identity identity, open_identity(home));
    std::vector<std::vector<std::string>> findings(validators.size());
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < validators.size(); ++i)
        readers.emplace_back([&, i] {
            auto client = connect(identity, validators[i], Failover::none);
            for (const auto& one : acknowledged) findings[i].push_back(client ? check_one(*client, identity, one) : base::describe(client.error()));
        });
    for (auto& reader : readers) reader.join();
    ReadBack result;
    for (std::size_t number = 0; number < acknowledged.size(); ++number) {
        auto& read_from = result.nodes[acknowledged[number].id];
        for (std::size_t i = 0; i < validators.size(); ++i) {
            if (findings[i][number].empty()) {
                read_from.push_back(validators[i]);
            } else if (result.problems.size() < kMostProblems) {
                result.problems.push_back(fmt::format("{} at {}: {}", base::to_hex(acknowledged[number].id.view()), validators[i], findings[i][number]));
            }
        }
        if (read_from.size() != validators.size()) ++result.lost;
    }
    return result;
}

}  // namespace placet::cli::demo
