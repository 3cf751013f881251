// Public keys inside arrays.
#include "ledger/types/codec.hpp"

namespace placet::types {

void write(base::cbor::Writer& out, const crypto::PublicKey& key) {
    out.array(2).integer(static_cast<std::int64_t>(key.algorithm)).bytes(key.point.view());
}

crypto::Algorithm read_algorithm(base::cbor::Reader& in, std::string_view field) {
    const std::int64_t value = in.integer(field);
    if (value == static_cast<std::int64_t>(crypto::Algorithm::es256)) return crypto::Algorithm::es256;
    if (in.ok() && value != static_cast<std::int64_t>(crypto::Algorithm::es256k))
        in.fail(base::ErrorCode::unsupported, "only ES256K (-47) and ES256 (-7) are known", field);
    return crypto::Algorithm::es256k;
}

crypto::PublicKey read_public_key(base::cbor::Reader& in, std::string_view field) {
    crypto::PublicKey key;
    in.array_of(2, field);
    key.algorithm = read_algorithm(in, field);
    key.point = in.fixed<crypto::CompressedPoint>(field);
    return key;
}

}  // namespace placet::types
