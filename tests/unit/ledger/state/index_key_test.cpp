// Index keys, heads and rows: encodings and the space reserved for them.
#include "ledger/state/index_key.hpp"

#include <catch2/catch.hpp>

using namespace placet;
using namespace placet::state;
using base::Bytes;

TEST_CASE("index keys, heads and rows come back from their encodings, and nothing else decodes") {
    types::Pseudonym pseudonym;
    pseudonym.octets.fill(9);
    for (const IndexKey& key :
         {index_key(IndexKind::consent_of_patient, pseudonym), index_key(IndexKind::access_at_custodian, "hospital-a"),
          index_key(IndexKind::erasure_order, crypto::sha256(Bytes{1}))}) {
        Bytes bytes = encode(key);
        CHECK(decode_index_key(bytes).value() == key);
        bytes[1] ^= 0x10;  // another kind
        CHECK_FALSE(decode_index_key(bytes).has_value());
    }
    IndexRow row{5, 2, 77, crypto::sha256(Bytes{2}), std::nullopt};
    CHECK(decode_index_row(encode(row)).value() == row);
    row.active = ActiveSet{3, crypto::sha256(Bytes{3})};
    CHECK(decode_index_row(encode(row)).value() == row);
    CHECK_FALSE(decode_index_row(Bytes{0x85, 1, 1, 1, 1, 1}).has_value());
    const SubLogHead head{12, crypto::sha256(Bytes{4})};
    CHECK(decode_sub_log_head(encode(head)).value() == head);
    CHECK_FALSE(decode_index_key(Bytes{0x82, 0x06, 0x60}).has_value());
}

TEST_CASE("the keys of sub-log heads are reserved and no other key is") {
    CHECK(is_reserved_key(head_key(index_key(IndexKind::access_by_actor, "r@university"))));
    CHECK(is_reserved_key(Bytes{0x81, 0x65, 'i', 'n', 'd', 'e', 'x'}));
    CHECK(is_reserved_key(Bytes{0x65, 'i', 'n', 'd', 'e', 'x'}));
    CHECK_FALSE(is_reserved_key(Bytes{0x82, 0x01, 0x65, 'i', 'n', 'd', 'e', 'x'}));
    CHECK_FALSE(is_reserved_key(Bytes{0x81, 0x64, 'i', 'n', 'd', 'e'}));
    CHECK_FALSE(is_reserved_key(Bytes{}));
}
