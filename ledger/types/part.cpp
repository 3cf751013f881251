// Parts and their commitments.
#include "ledger/types/part.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::types {

Bytes encode(const Part& part) {
    base::cbor::Writer out;
    out.array(5).uint(static_cast<std::uint64_t>(part.part_class)).uint(static_cast<std::uint64_t>(part.retention));
    out.bytes(part.pseudonym.view()).bytes(part.salt.view()).bytes(part.payload);
    return std::move(out).take();
}

Result<Part> decode_part(BytesView bytes) {
    base::cbor::Reader in(bytes);
    Part part;
    in.array_of(5, "part");
    const std::uint64_t part_class = in.uint("class");
    if (in.ok() && (part_class < 1 || part_class > 3)) in.fail(base::ErrorCode::unsupported, "part classes are 1, 2 and 3", "class");
    const std::uint64_t retention = in.uint("retention");
    if (in.ok() && (retention < 1 || retention > 4))
        in.fail(base::ErrorCode::unsupported, "retention classes are 1 to 4", "retention");
    part.pseudonym = in.fixed<Pseudonym>("pseudonym");
    part.salt = in.fixed<Salt>("salt");
    part.payload = base::to_bytes(in.bytes(Part::kMaxPayload, "payload"));
    PLACET_TRY(in.finish());
    part.part_class = static_cast<PartClass>(part_class);
    part.retention = static_cast<RetentionClass>(retention);
    return part;
}

Hash part_commitment(BytesView encoded_part) noexcept { return crypto::tagged_hash("placet/part/1", encoded_part); }

}  // namespace placet::types
