// Blocks, the newest seal, proofs over the log and the map. Whole records go to validators, observers and regulators only.
#include "api/handlers/operations.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

using contracts::access::ReadSubject;
using contracts::governance::Role;
using http::Problem;

constexpr std::size_t kMaxSequenceBytes = 8 * 1024 * 1024;

std::string head_json(const types::QuorumCertificate& seal, const std::optional<types::CommitLeaf>& commit) {
    dto::JsonWriter writer;
    writer.begin_object().key("height").uint(seal.body.height).key("block_time").instant(seal.body.block_time_ms);
    writer.key("epoch").uint(seal.body.epoch).key("log_size").uint(seal.body.size).key("root").hex(seal.body.root.view());
    if (commit) {
        writer.key("leaves").uint(commit->leaves).key("map_root").hex(commit->map_root.view()).key("previous").hex(commit->previous.view());
        writer.key("validators").hex(commit->validators.view()).key("next_validators").hex(commit->next_validators.view());
    }
    writer.key("signers").begin_array();
    for (unsigned i = 0; i < 64; ++i)
        if ((seal.signers >> i & 1) != 0) writer.uint(i);
    writer.end_array().end_object();
    return std::move(writer).finish();
}

/// The commit leaf is the last leaf of its block: index size − 1 of the seal.
std::optional<types::CommitLeaf> commit_leaf(const Snapshot& snapshot, const types::QuorumCertificate& seal) {
    const auto bytes = snapshot.leaf(seal.body.size - 1);
    if (!bytes) return std::nullopt;
    auto leaf = types::decode_leaf(*bytes);
    if (!leaf || !std::holds_alternative<types::CommitLeaf>(*leaf)) return std::nullopt;
    return std::get<types::CommitLeaf>(*leaf);
}

/// Followers check what they fetch and pass nothing on; a person who reads entries leaves a trace.
std::expected<void, Problem> record_entries(const Context& context, std::string name, std::uint64_t rows) {
    if (context.principal.has(Role::node) || context.principal.has(Role::observer)) return {};
    contracts::access::TrailRead read;
    read.subject = ReadSubject::proof;
    read.name = std::move(name);
    read.rows = rows;
    return record_read(context, std::move(read));
}

std::unexpected<Problem> entries_denied() {
    return std::unexpected(Problem{403, "unauthorised", "whole blocks go to validators, observers and regulators only: ask for application/json", "Accept", {}, {}});
}

Answer block_sequence(const Context& context, std::uint64_t from, std::uint64_t limit) {
    if (!context.sees_all()) return entries_denied();
    const types::Height last = context.snapshot->state().height();
    base::Bytes body;
    std::uint64_t count = 0;
    for (types::Height height = from; height <= last && count < limit && body.size() < kMaxSequenceBytes; ++height, ++count) {
        const auto block = context.snapshot->block(height);
        if (!block) break;
        base::append(body, *block);
    }
    if (auto recorded = record_entries(context, "blocks-" + std::to_string(from), count); !recorded) return std::unexpected(std::move(recorded).error());
    http::Response response = octets_response("application/cbor-seq", std::move(body));
    response.set("Placet-Height", std::to_string(last));
    return response;
}

base::Result<base::Bytes> hex_parameter(const Context& context, std::string_view name) { return base::from_hex(*context.maybe(name)); }

}  // namespace

Answer list_blocks(const Context& context) {
    const types::Height last = context.snapshot->state().height();
    const auto limit = maybe_number(context, "limit", kMaxPage);
    if (!limit) return std::unexpected(limit.error());
    const std::uint64_t count = limit->value_or(kDefaultPage);
    if (count == 0) return invalid("limit", "a page has 1 to 100 items");
    const auto asked = maybe_number(context, "from", UINT64_MAX / 2);
    if (!asked) return std::unexpected(asked.error());
    const std::uint64_t newest = last >= count ? last - count + 1 : 1;
    const std::uint64_t from = std::max<std::uint64_t>(1, asked->value_or(newest));
    if (accepts(context, "application/cbor")) return block_sequence(context, from, count);
    dto::JsonWriter writer;
    writer.begin_object().key("items").begin_array();
    types::Height height = from;
    for (; height <= last && height - from < count; ++height) {
        const auto seal = context.snapshot->seal(height);
        if (!seal) return refused({base::ErrorCode::corrupt, "a seal cannot be read", {}});
        writer.raw(head_json(*seal, commit_leaf(*context.snapshot, *seal)));
    }
    writer.end_array();
    if (height <= last) writer.key("next_from").uint(height);
    writer.key("height").uint(last).key("block_time").instant(context.state().block_time_ms()).end_object();
    return json_response(std::move(writer).finish());
}

Answer read_block(const Context& context) {
    std::uint64_t height = 0;
    for (const char c : context.path("height")) {
        if (c < '0' || c > '9' || height > UINT64_MAX / 100) return invalid("height", "a height is a whole number from 1");
        height = height * 10 + static_cast<std::uint64_t>(c - '0');
    }
    const auto seal = height == 0 ? std::nullopt : context.snapshot->seal(height);
    if (!seal) return not_found("block");
    if (!accepts(context, "application/cbor")) return immutable(context, json_response(head_json(*seal, commit_leaf(*context.snapshot, *seal))));
    if (!context.sees_all()) return entries_denied();
    auto block = context.snapshot->block(height);
    if (!block) return not_found("block");
    if (auto recorded = record_entries(context, "block-" + std::to_string(height), 1); !recorded) return std::unexpected(std::move(recorded).error());
    return octets_response("application/cbor", std::move(*block));
}

Answer read_checkpoint(const Context& context) {
    const auto certificate = context.snapshot->certificate();
    if (!certificate) return std::unexpected(Problem{404, "not_found", "nothing is sealed yet: only genesis is there", {}, {}, {}});
    if (accepts(context, "application/cbor")) return octets_response("application/cbor", types::encode(*certificate));
    const std::string hash = base::to_hex(context.snapshot->genesis_hash().view());
    if (accepts(context, "text/plain")) {
        const NodeStatus status = context.backend.status();
        const std::string origin = context.backend.genesis().chain + '/' + hash.substr(0, 32) + '/' + (status.node.empty() ? "observer" : status.node);
        http::Response response = http::text_response(200, "text/plain; charset=utf-8", types::checkpoint_text(origin, certificate->body));
        response.set("Cache-Control", "no-store");
        return response;
    }
    dto::JsonWriter writer;
    writer.begin_object().key("chain").text(context.backend.genesis().chain).key("genesis").text(hash);
    writer.key("block").raw(head_json(*certificate, commit_leaf(*context.snapshot, *certificate)));
    writer.key("certificate_cbor").hex(types::encode(*certificate)).end_object();
    return json_response(std::move(writer).finish());
}

Answer consistency_proof(const Context& context) {
    const auto from = maybe_number(context, "from", UINT64_MAX / 2);
    if (!from) return std::unexpected(from.error());
    const auto to = maybe_number(context, "to", UINT64_MAX / 2);
    if (!to) return std::unexpected(to.error());
    if (**from == 0 || **from >= **to) return invalid("from", "a height from 1, below `to`");
    if (**to > context.state().height()) return invalid("to", "nothing is sealed at this height yet: the last is " + std::to_string(context.state().height()));
    auto bundle = context.snapshot->consistency_proof(**from, **to);
    if (!bundle) return refused(bundle.error());
    return immutable(context, octets_response("application/cbor", std::move(*bundle)));
}

Answer state_proof(const Context& context) {
    const auto key = hex_parameter(context, "key");
    if (!key) return invalid("key", "the key's canonical CBOR in hexadecimal");
    base::cbor::Reader shape(*key);
    shape.item("key");
    if (key->size() > 1024 || !shape.finish()) return invalid("key", "not one canonical CBOR item of at most 1024 octets");
    if (!context.sees_all()) {
        const auto owns = auth::owns_state_key(context.principal, context.state(), *key);
        if (!owns) return refused(owns.error());
        if (!*owns) return not_found("entry");
    }
    // A gateway that decides a release by these entries records the release itself.
    const auto patient = auth::patient_of_key(*key);
    if (patient && !context.principal.has(Role::gateway)) {
        contracts::access::TrailRead read;
        read.subject = ReadSubject::proof;
        read.pseudonym = *patient;
        read.name = "state";
        read.rows = 1;
        if (auto recorded = record_read(context, std::move(read)); !recorded) return std::unexpected(std::move(recorded).error());
    }
    auto bundle = context.snapshot->state_proof(*key);
    if (!bundle) return refused(bundle.error());
    return octets_response("application/cbor", std::move(*bundle));
}

Answer index_proof(const Context& context) {
    const auto bytes = hex_parameter(context, "key");
    const auto key = bytes ? state::decode_index_key(*bytes) : base::refuse(base::ErrorCode::malformed, "");
    if (!key) return invalid("key", "an index key [kind, id] as canonical CBOR in hexadecimal");
    if (!context.sees_all()) {
        const auto owns = auth::owns_trail(context.principal, context.state(), *key, context.principal.organisation());
        if (!owns) return refused(owns.error());
        if (!*owns) return not_found("sub-log");
    }
    contracts::access::TrailRead read;
    read.subject = ReadSubject::proof;
    if (state::has_binary_id(key->kind)) read.pseudonym = contracts::Pseudonym::copy_of(key->id);
    else read.name = base::as_text(key->id);
    read.rows = context.snapshot->index_size(*bytes);
    if (auto recorded = record_read(context, std::move(read)); !recorded) return std::unexpected(std::move(recorded).error());
    auto bundle = context.snapshot->index_proof(*bytes);
    if (!bundle) return refused(bundle.error());
    return octets_response("application/cbor", std::move(*bundle));
}

}  // namespace placet::api::handlers
