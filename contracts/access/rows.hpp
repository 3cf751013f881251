// Rows of an access batch: the payload of its part of class rows, each provable alone under the batch's root.
//   payload = [* row: bstr]; row = the encoded AccessRow; rows_root = RFC 6962 root over the rows' octets, in order.
#pragma once

#include <span>

#include "contracts/common/codec.hpp"

namespace placet::contracts::access {

/// One access in care, as the institution vouches for it.
struct AccessRow {
    Pseudonym pseudonym;
    std::string staff;     ///< id scoped to the institution, never a name
    std::string purpose;   ///< v3 PurposeOfUse code: "TREAT"
    std::string category;  ///< which data: a code such as "Observation"
    std::string action;    ///< "read", "create", "update"
    TimeMs occurred_at_ms = 0;
    Hash commitment;  ///< tagged_hash("placet/access-row/1", [salt(64), the gateway's journal entry])
    bool operator==(const AccessRow&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("pseudonym", self.pseudonym);
        archive("staff", self.staff, kMaxId);
        archive("purpose", self.purpose, kMaxId);
        archive("category", self.category, kMaxId);
        archive("action", self.action, kMaxId);
        archive("occurred_at_ms", self.occurred_at_ms);
        archive("commitment", self.commitment);
    }
};

[[nodiscard]] Bytes encode_rows(std::span<const AccessRow> rows);
/// At most kMaxRowsPerBatch rows.
[[nodiscard]] Result<std::vector<AccessRow>> decode_rows(BytesView payload);
[[nodiscard]] Hash rows_root(std::span<const AccessRow> rows);

}  // namespace placet::contracts::access
