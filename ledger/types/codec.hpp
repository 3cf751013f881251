// Encodings shared by several types and commands: a public key, a validator inside an array.
#pragma once

#include "ledger/base/cbor.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::types {

/// [COSE algorithm, compressed point]
void write(base::cbor::Writer& out, const crypto::PublicKey& key);
/// Refuses unknown algorithms (unsupported). Whether the point lies on the curve is check_public_key's question.
[[nodiscard]] crypto::PublicKey read_public_key(base::cbor::Reader& in, std::string_view field);
/// docs/formats/genesis.md, validator.
void write(base::cbor::Writer& out, const Validator& validator);
[[nodiscard]] Validator read_validator(base::cbor::Reader& in);
/// A COSE algorithm identifier that a transaction may use.
[[nodiscard]] crypto::Algorithm read_algorithm(base::cbor::Reader& in, std::string_view field);

}  // namespace placet::types
