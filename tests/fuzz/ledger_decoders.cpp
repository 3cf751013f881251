// libFuzzer: every decoder of the ledger. The first octet chooses; what decodes must encode to the same octets, and nothing
// may crash. Preset `fuzz`: build/fuzz/bin/fuzz_ledger_decoders -max_total_time=60
#include <cstdint>
#include <cstdlib>

#include "ledger/crypto/sealed_key.hpp"
#include "ledger/merkle/frontier.hpp"
#include "ledger/merkle/tile.hpp"
#include "ledger/proof/note.hpp"
#include "ledger/proof/verify.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/block.hpp"
#include "ledger/types/proposal.hpp"

namespace {

using namespace placet;
using base::Bytes;
using base::BytesView;

void require(bool condition) {
    if (!condition) std::abort();
}

template <class T>
void round_trip(base::Result<T> (*decode)(BytesView), BytesView input) {
    using types::encode;
    using state::encode;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const BytesView input(data + 1, size - 1);
    switch (data[0] % 14) {
        case 0: round_trip(&types::decode_part, input); break;
        case 1: round_trip(&types::decode_genesis, input); break;
        case 2: round_trip(&types::decode_certificate, input); break;
        case 3: round_trip(&types::decode_block, input); break;
        case 4: round_trip(&types::decode_proposal, input); break;
        case 5: round_trip(&types::decode_submission, input); break;
        case 6: round_trip(&state::decode_map_proof, input); break;
        case 7: round_trip(&state::decode_index_row, input); break;
        case 8: round_trip(&state::decode_index_key, input); break;
        case 9: leaf(input); break;
        case 10: transaction(input); break;
        case 11: frontier(input); break;
        case 12: bundle(input); break;
        default: texts(input); break;
    }
    return 0;
}
