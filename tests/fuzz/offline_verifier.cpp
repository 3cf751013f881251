// Fuzzes the offline verifier with whole bundles. Property: it says "proved" of nothing but the bundles that were made.
#include <algorithm>

#include "ledger/proof/verify.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/sample_chain.hpp"

namespace placet::fuzz {

namespace {

struct Sample {
    tests::SampleChain chain{4};
    std::vector<Bytes> bundles;

    Sample() {
        const std::vector<types::StateWrite> writes = {{Bytes{0x81, 0x01}, Bytes{0x82, 0x01, 0x02}}};
        chain.append({chain.transaction(0), chain.transaction(1)}, writes);
        chain.append({chain.transaction(2)});
        const auto add = [this](base::Result<Bytes> bundle) {
            require(bundle.has_value());
            bundles.push_back(std::move(*bundle));
        };
        for (std::uint64_t leaf = 1; leaf <= 2; ++leaf)
            add(proof::build_event_bundle({leaf, chain.leaves().at(leaf)}, chain.sealed(1), chain.log()));
        add(proof::build_event_bundle({1, chain.leaves().at(1)}, chain.sealed(2), chain.log()));
        add(proof::build_consistency_bundle(chain.sealed(1), chain.sealed(2), chain.log()));
        for (const Bytes& key : {writes.front().key, Bytes{0x81, 0x02}}) {
            const auto value = key == writes.front().key ? writes.front().value : std::nullopt;
            add(proof::build_state_bundle({key, value, chain.map().prove(key)}, chain.sealed(2), chain.log()));
        }
    }
};

const Sample& sample() {
    static const Sample kSample;
    return kSample;
}

}  // namespace

std::vector<Bytes> offline_verifier_seeds() {
    return sample().bundles;
}

void run_offline_verifier(BytesView input) {
    const auto verdict = proof::verify(input, sample().chain.genesis());
    if (!verdict) return;
    const bool made_here =
        std::ranges::any_of(sample().bundles, [&](const Bytes& bundle) { return base::equal(bundle, input); });
    require(!verdict->proved || made_here);
    require(verdict->proved || !verdict->reason.empty());
}

}  // namespace placet::fuzz
