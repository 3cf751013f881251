// Fuzz targets: a body that takes any octets and aborts if a property is broken, and valid inputs to start from. One
// body serves libFuzzer (preset `fuzz`, one executable a target, entry.cpp) and the replay in the suite
// (replay_test.cpp). Stateless between runs.
#pragma once

#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"

namespace placet::fuzz {

using base::Bytes;
using base::BytesView;

struct Target {
    std::string_view name;
    std::string_view what;  ///< in words, for the summary
    void (*run)(BytesView input);
    std::vector<Bytes> (*seeds)();
};

/// Every target, in the order in which `./run fuzz` runs them.
[[nodiscard]] std::span<const Target> targets() noexcept;
/// None of that name: nullptr.
[[nodiscard]] const Target* find_target(std::string_view name) noexcept;

/// Aborts, which is a finding.
inline void require(bool property) noexcept {
    if (!property) std::abort();
}

void run_ledger_decoders(BytesView input);
std::vector<Bytes> ledger_decoder_seeds();
void run_offline_verifier(BytesView input);
std::vector<Bytes> offline_verifier_seeds();
void run_commands(BytesView input);
std::vector<Bytes> command_seeds();
void run_consensus_messages(BytesView input);
std::vector<Bytes> consensus_message_seeds();
void run_replica_events(BytesView input);
/// What run_replica_events does; how many sequence numbers were sealed.
[[nodiscard]] std::uint64_t sealed_by_script(BytesView input);
std::vector<Bytes> replica_event_seeds();
void run_network_frames(BytesView input);
std::vector<Bytes> network_frame_seeds();
void run_api_parsers(BytesView input);
std::vector<Bytes> api_parser_seeds();
void run_fhir_documents(BytesView input);
std::vector<Bytes> fhir_document_seeds();
void run_node_files(BytesView input);
std::vector<Bytes> node_file_seeds();

}  // namespace placet::fuzz
