// C2SP signed notes: text with Ed25519 signatures below it, as witnesses and monitors of transparency logs read them. Our
// checkpoints go out in this form too (types::checkpoint_text is the text).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/merkle/proof.hpp"

namespace placet::proof {

/// A verifier key: "<name>+<key id, 8 hexadecimal digits>+<base64 of 01 ‖ public key>".
struct NoteKey {
    std::string name;  ///< not empty, no white space, no plus sign
    crypto::ed25519::PublicKey key;
    bool operator==(const NoteKey&) const = default;
};

/// First four octets of SHA-256(name ‖ LF ‖ 01 ‖ public key), big-endian.
[[nodiscard]] std::uint32_t note_key_id(const NoteKey& key) noexcept;
[[nodiscard]] std::string to_text(const NoteKey& key);
/// Refuses every text that to_text does not give, and a key id that is not that of name and key.
[[nodiscard]] base::Result<NoteKey> note_key_from_text(std::string_view text);

/// `text` must end with a line feed (ASSERT). Gives the note: text, an empty line, one signature line.
[[nodiscard]] std::string sign_note(std::string_view text, std::string_view name, const crypto::ed25519::SecretKey& secret);

struct OpenedNote {
    std::string text;                   ///< with its last line feed
    std::vector<std::string> verified;  ///< names of the trusted keys whose signatures verify, in the order of the note
    std::size_t unknown = 0;            ///< signatures of keys that are not trusted here
};
/// Refuses (malformed) a badly formed note; (invalid_signature) a wrong signature of a trusted key, and a note without any good
/// signature of a trusted key. Unknown keys are ignored, as C2SP demands.
[[nodiscard]] base::Result<OpenedNote> open_note(std::string_view note, const std::vector<NoteKey>& trusted);

/// A C2SP checkpoint: origin, size, root; lines behind them are allowed and ignored.
struct LogCheckpoint {
    std::string origin;
    merkle::TreeHead head;
};
/// Refuses (malformed) a root that is not 32 octets, a size with leading zeros, an empty origin.
[[nodiscard]] base::Result<LogCheckpoint> parse_checkpoint(std::string_view text);

}  // namespace placet::proof
