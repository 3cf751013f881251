// Receipts and certificates as JSON.
#include "api/dto/receipt.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/cbor_view.hpp"
#include "api/dto/json.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::dto {

using base::Result;
using nlohmann::json;

namespace {
constexpr std::size_t kMaxDetailBytes = 256 * 1024;
constexpr std::size_t kMaxCertificateBytes = 8 * 1024;
}  // namespace

json to_json(const types::QuorumCertificate& certificate) {
    json signers = json::array();
    for (unsigned i = 0; i < 64; ++i)
        if ((certificate.signers >> i & 1) != 0) signers.push_back(i);
    return {{"epoch", certificate.body.epoch},
            {"height", certificate.body.height},
            {"size", certificate.body.size},
            {"root", base::to_hex(certificate.body.root.view())},
            {"block_time", base::to_rfc3339(certificate.body.block_time_ms)},
            {"signers", std::move(signers)},
            {"cbor", to_base64(types::encode(certificate))}};
}

json to_json(const Receipt& receipt) {
    return {{"transaction", base::to_hex(receipt.transaction.view())},
            {"height", receipt.height},
            {"leaf_index", receipt.leaf_index},
            {"block_time", base::to_rfc3339(receipt.block_time_ms)},
            {"accepted", receipt.outcome.accepted},
            {"code", receipt.outcome.code},
            {"detail", cbor_view(receipt.outcome.detail)},
            {"detail_cbor", to_base64(receipt.outcome.detail)},
            {"certificate", to_json(receipt.certificate)}};
}

namespace {

Result<types::QuorumCertificate> certificate_from(const json& value, std::string path) {
    ObjectReader reader(value, path);
    const base::Bytes encoded = reader.base64("cbor", kMaxCertificateBytes);
    if (!reader.ok()) return std::unexpected(reader.finish().error());
    return types::decode_certificate(encoded);  // the readable fields beside it are for people
}

}  // namespace

Result<Receipt> receipt_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const json value, parse_json(text));
    ObjectReader reader(value, "");
    Receipt receipt;
    receipt.transaction = reader.fixed<types::TransactionId>("transaction");
    receipt.height = reader.uint("height");
    receipt.leaf_index = reader.uint("leaf_index");
    receipt.block_time_ms = reader.instant("block_time");
    receipt.outcome.accepted = reader.boolean("accepted");
    receipt.outcome.code = reader.text("code", 128);
    receipt.outcome.detail = reader.base64("detail_cbor", kMaxDetailBytes);
    const json* certificate = reader.maybe_object("certificate");
    for (const char* view : {"detail", "sentence", "advice", "command", "sender"}) reader.maybe_any(view);
    if (certificate == nullptr) reader.fail(base::ErrorCode::invalid_value, "this field is missing", "certificate");
    PLACET_TRY(reader.finish());
    PLACET_TRY_ASSIGN(receipt.certificate, certificate_from(*certificate, "certificate"));
    return receipt;
}

}  // namespace placet::api::dto
