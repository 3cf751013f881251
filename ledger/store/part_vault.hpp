// Parts at rest: AES-256-GCM under a random key per (pseudonym, retention class), each key wrapped by a root key that
// lives outside the database. RocksDB deletes are logical only, so what is destroyed on erasure are keys. A part that
// is nobody's alone (zero pseudonym) has a key by its class and retention.
//
// Record key = HKDF(key, salt = commitment, "placet/part-at-rest/1"): one key never seals two plaintexts by accident.
#pragma once

#include "ledger/crypto/aead.hpp"
#include "ledger/store/database.hpp"
#include "ledger/types/part.hpp"

namespace placet::store {

class PartVault {
public:
    PartVault(std::shared_ptr<Database> database, std::optional<crypto::AeadKey> root);
    ~PartVault();
    PartVault(const PartVault&) = delete;
    PartVault& operator=(const PartVault&) = delete;

    /// False for an observer: nothing can be kept.
    [[nodiscard]] bool has_root() const noexcept { return root_.has_value(); }
    /// Encrypts parts into `set`, making keys where there are none. Parts already held are skipped. Disk thread.
    [[nodiscard]] base::Status add(WriteSet& set, std::span<const base::Bytes> encoded_parts) const;
    /// The encoded Part; none if it was never stored or its key is destroyed; `corrupt` if it does not open. Any
    /// thread.
    [[nodiscard]] base::Result<std::optional<base::Bytes>> read(const crypto::Hash& commitment) const;
    [[nodiscard]] base::Status destroy(const types::Pseudonym& pseudonym, types::RetentionClass retention);
    /// Rewraps every key. No other call may run meanwhile.
    [[nodiscard]] base::Status change_root(const crypto::AeadKey& new_root);
    /// Opens every part and compares it with its commitment; every wrapped key opens.
    [[nodiscard]] base::Status check() const;

private:
    std::shared_ptr<Database> database_;
    std::optional<crypto::AeadKey> root_;
};

}  // namespace placet::store
