// The one encoding of messages and of what signatures cover, item by item; private to consensus. Shared by wire and records.
#pragma once

#include "consensus/messages.hpp"

namespace placet::consensus {

/// [epoch, height, size, root, block_time_ms, signer, signature]
void write(base::cbor::Writer& out, const Checkpoint& message);
[[nodiscard]] Checkpoint read_checkpoint(base::cbor::Reader& in);
/// [vote, content]
void write(base::cbor::Writer& out, const ViewChange& message);
[[nodiscard]] ViewChange read_view_change(base::cbor::Reader& in);
void write(base::cbor::Writer& out, const NewView& message);
[[nodiscard]] NewView read_new_view(base::cbor::Reader& in);

/// [base seal / null, [* prepared]]
void write_content(base::cbor::Writer& out, const ViewChange& message);
/// [[* view change], [* vote]]
void write_content(base::cbor::Writer& out, const NewView& message);
/// All fields but the signature, one array.
void write_content(base::cbor::Writer& out, const Status& message);
void write_content(base::cbor::Writer& out, const FetchBody& message);
void write_content(base::cbor::Writer& out, const Question& message);
void write_content(base::cbor::Writer& out, const Answer& message);

}  // namespace placet::consensus
