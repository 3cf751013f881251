// genesis.json: the one file everybody trusts, as people read and compare it. Strict both ways: what is written reads back
// to the same value, an unknown field is refused. Its hash is over the canonical CBOR (types::genesis_hash), never the JSON.
#pragma once

#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::api::dto {

[[nodiscard]] std::string genesis_to_json(const types::Genesis& genesis);
/// Reads and checks (types::check); an error names the field ("validators[2].vote_key").
[[nodiscard]] base::Result<types::Genesis> genesis_from_json(std::string_view text);

/// The genesis hash in sixteen groups of four digits, for reading aloud: "3f2a 91c0 …".
[[nodiscard]] std::string fingerprint(const types::Hash& genesis_hash);

}  // namespace placet::api::dto
