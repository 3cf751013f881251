// The list of targets: see targets.hpp.
#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace placet::fuzz {

namespace {

constexpr Target kTargets[] = {
    {"ledger_decoders", "CBOR, types, leaves, transactions, blocks, bundles, map proofs, tiles, notes",
     run_ledger_decoders, ledger_decoder_seeds},
    {"offline_verifier", "whole bundles against a genesis: nothing but what was proved is proved", run_offline_verifier,
     offline_verifier_seeds},
    {"commands", "every command's body, rows of access batches, details of outcomes", run_commands, command_seeds},
    {"consensus_messages", "decoding and verifying what replicas say", run_consensus_messages, consensus_message_seeds},
    {"replica_events", "sequences of events of four replicas, one of them lying: agreement and no contradictory vote",
     run_replica_events, replica_event_seeds},
    {"network_frames", "streams of frames in any pieces, hellos, forwarded submissions", run_network_frames,
     network_frame_seeds},
    {"api_parsers", "request and response heads, percent-encoding, JSON, base64, requests, genesis files",
     run_api_parsers, api_parser_seeds},
    {"fhir_documents", "FHIR JSON: resources, bundles, lines; bodies that the gateway reads", run_fhir_documents,
     fhir_document_seeds},
    {"node_files", "configuration files, key files, consensus records", run_node_files, node_file_seeds},
};

}  // namespace

std::span<const Target> targets() noexcept {
    return kTargets;
}

const Target* find_target(std::string_view name) noexcept {
    const auto found = std::ranges::find(kTargets, name, &Target::name);
    return found == std::end(kTargets) ? nullptr : &*found;
}

}  // namespace placet::fuzz
