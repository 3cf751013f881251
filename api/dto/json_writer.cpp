// JSON text by appending; quoting as RFC 8259 §7 demands.
#include "api/dto/json_writer.hpp"

#include "api/dto/json.hpp"
#include "ledger/base/assert.hpp"
#include "ledger/base/hex.hpp"

#include <nlohmann/json.hpp>

namespace placet::api::dto {

std::string quoted(std::string_view text) { return dump_json(nlohmann::json(text)); }

void JsonWriter::separate() {
    if (!first_ && !after_key_) out_ += ',';
    first_ = false;
    after_key_ = false;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    out_ += '{';
    ++open_;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    out_ += '}';
    --open_;
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    out_ += '[';
    ++open_;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    out_ += ']';
    --open_;
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    out_ += quoted(name);
    out_ += ':';
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) { return raw(quoted(value)); }
JsonWriter& JsonWriter::uint(std::uint64_t value) { return raw(std::to_string(value)); }
JsonWriter& JsonWriter::boolean(const bool& value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }
JsonWriter& JsonWriter::hex(base::BytesView value) { return raw('"' + base::to_hex(value) + '"'); }

JsonWriter& JsonWriter::instant(base::TimeMs value) {
    if (value == base::kForever) return null();
    return raw('"' + base::to_rfc3339(value) + '"');
}

std::string JsonWriter::finish() && {
    ASSERT(open_ == 0, "a JSON object or array is still open");
    return std::move(out_);
}

}  // namespace placet::api::dto
