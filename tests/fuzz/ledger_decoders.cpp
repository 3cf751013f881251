// Fuzzes every decoder of the ledger. The first octet chooses; what decodes must encode to the same octets, and nothing
// may crash.
#include "ledger/crypto/sealed_key.hpp"
#include "ledger/merkle/frontier.hpp"
#include "ledger/merkle/tile.hpp"
#include "ledger/proof/note.hpp"
#include "ledger/proof/verify.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/block.hpp"
#include "ledger/types/proposal.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/sample_chain.hpp"

namespace placet::fuzz {

namespace {

template <class T>
void round_trip(base::Result<T> (*decode)(BytesView), BytesView input) {
    using state::encode;
    using types::encode;
    if (const auto value = decode(input)) require(base::equal(encode(*value), input));
}

void leaf(BytesView input) {
    if (const auto value = types::decode_leaf(input))
        std::visit([&](const auto& inner) { require(base::equal(types::encode(inner), input)); }, *value);
}

void transaction(BytesView input) {
    const crypto::Hash genesis;
    if (const auto value = types::decode_transaction(input, genesis))
        require(base::equal(types::assemble(value->payload, value->sender, value->signature, genesis).bytes, input));
}

void frontier(BytesView input) {
    if (const auto value = merkle::Frontier::decode(input)) {
        require(base::equal(value->encode(), input));
        (void)value->root();
    }
}

void bundle(BytesView input) {
    const auto frame = proof::read_frame(input);
    if (!frame) return;
    // The closing hash is not compared here, so that the fuzzer comes past it.
    if (const auto event = proof::decode_event_bundle(*frame); event && frame->closing == frame->closing_wanted)
        require(base::equal(proof::encode(*event), input));
    (void)proof::decode_consistency_bundle(*frame);
    (void)proof::decode_state_bundle(*frame);
    (void)proof::decode_index_bundle(*frame);
}

void texts(BytesView input) {
    const std::string_view text = base::as_text(input);
    if (const auto tile = merkle::tile_from_path(text)) require(merkle::tile_path(*tile) == text);
    if (const auto key = proof::note_key_from_text(text)) require(proof::to_text(*key) == text);
    (void)proof::open_note(text, {});
    (void)proof::parse_checkpoint(text);
    (void)crypto::read_key_info(input);
}

using Body = void (*)(BytesView);
constexpr Body kBodies[] = {
    [](BytesView input) { round_trip(&types::decode_part, input); },
    [](BytesView input) { round_trip(&types::decode_genesis, input); },
    [](BytesView input) { round_trip(&types::decode_certificate, input); },
    [](BytesView input) { round_trip(&types::decode_block, input); },
    [](BytesView input) { round_trip(&types::decode_proposal, input); },
    [](BytesView input) { round_trip(&types::decode_submission, input); },
    [](BytesView input) { round_trip(&state::decode_map_proof, input); },
    [](BytesView input) { round_trip(&state::decode_index_row, input); },
    [](BytesView input) { round_trip(&state::decode_index_key, input); },
    leaf,
    transaction,
    frontier,
    bundle,
    texts,
};

}  // namespace

std::vector<Bytes> ledger_decoder_seeds() {
    tests::SampleChain chain(4);
    chain.append({chain.transaction(0), chain.transaction(1)});
    const auto transaction = chain.transaction(0);
    std::vector<Bytes> out;
    const auto add = [&](std::uint8_t choice, BytesView content) {
        Bytes seed{choice};
        base::append(seed, content);
        out.push_back(std::move(seed));
    };
    add(0, types::encode(types::Part{}));
    add(1, types::encode(chain.genesis()));
    add(2, types::encode(chain.sealed(1).certificate));
    add(4, types::encode(types::Proposal{5, {{transaction.bytes, {}}}}));
    add(5, types::encode(types::Submission{transaction.bytes, {{1, 2}}}));
    add(6, state::encode(chain.map().prove(Bytes{0x81, 0x01})));
    for (const auto& one : chain.leaves()) add(9, one);
    add(10, transaction.bytes);
    add(11, merkle::Frontier{}.encode());
    add(12, *proof::build_event_bundle({1, chain.leaves().at(1)}, chain.sealed(1), chain.log()));
    add(13, base::as_bytes("tile/0/x001/067"));
    add(13,
        base::as_bytes(types::checkpoint_text("placet/0123456789abcdef/hospital-a", chain.sealed(1).certificate.body)));
    return out;
}

void run_ledger_decoders(BytesView input) {
    if (!input.empty()) kBodies[input[0] % std::size(kBodies)](input.subspan(1));
}

}  // namespace placet::fuzz
