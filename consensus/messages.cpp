// What messages cover and sign.
#include "consensus/messages.hpp"

#include "consensus/message_codec.hpp"

namespace placet::consensus {

using base::cbor::Writer;

namespace {

Hash signed_body(std::string_view tag, const Hash& genesis, const Writer& body) {
    Writer out;
    out.array(2).bytes(genesis.view()).raw(body.view());
    return crypto::tagged_hash(tag, out.view());
}

}  // namespace

Hash digest_of(const ProposalPtr& proposal) noexcept { return proposal ? types::proposal_digest(*proposal) : types::null_digest(); }

Hash content_digest(const ViewChange& message) noexcept {
    Writer out;
    write_content(out, message);
    return crypto::tagged_hash("placet/view-change-content/1", out.view());
}

Hash content_digest(const NewView& message) noexcept {
    Writer out;
    write_content(out, message);
    return crypto::tagged_hash("placet/new-view-content/1", out.view());
}

Hash signing_digest(const Hash& genesis, const Status& message) noexcept {
    Writer out;
    write_content(out, message);
    return signed_body("placet/status/1", genesis, out);
}

Hash signing_digest(const Hash& genesis, const FetchBody& message) noexcept {
    Writer out;
    write_content(out, message);
    return signed_body("placet/fetch-body/1", genesis, out);
}

Hash signing_digest(const Hash& genesis, const Question& message) noexcept {
    Writer out;
    write_content(out, message);
    return signed_body("placet/question/1", genesis, out);
}

Hash signing_digest(const Hash& genesis, const Answer& message) noexcept {
    Writer out;
    write_content(out, message);
    return signed_body("placet/answer/1", genesis, out);
}

std::optional<Epoch> epoch_of(const Message& message) noexcept {
    return std::visit(
        [](const auto& m) -> std::optional<Epoch> {
            if constexpr (requires { m.vote; }) return m.vote.epoch;
            else if constexpr (requires { m.body.epoch; }) return m.body.epoch;
            else if constexpr (requires { m.certificate.body; }) return m.certificate.body.epoch;
            else if constexpr (requires { m.certificate; }) return m.certificate.epoch;
            else if constexpr (requires { m.epoch; }) return m.epoch;
            else return std::nullopt;
        },
        message);
}

std::optional<ReplicaId> sender_of(const Message& message) noexcept {
    struct Sender {
        std::optional<ReplicaId> operator()(const PrePrepare& m) const { return m.vote.signer; }
        std::optional<ReplicaId> operator()(const Prepare& m) const { return m.vote.signer; }
        std::optional<ReplicaId> operator()(const Commit& m) const { return m.vote.signer; }
        std::optional<ReplicaId> operator()(const Checkpoint& m) const { return m.signer; }
        std::optional<ReplicaId> operator()(const ViewChange& m) const { return m.vote.signer; }
        std::optional<ReplicaId> operator()(const NewView& m) const { return m.vote.signer; }
        std::optional<ReplicaId> operator()(const Status& m) const { return m.sender; }
        std::optional<ReplicaId> operator()(const FetchBody& m) const { return m.sender; }
        std::optional<ReplicaId> operator()(const Question& m) const { return m.sender; }
        std::optional<ReplicaId> operator()(const Answer& m) const { return m.sender; }
        std::optional<ReplicaId> operator()(const Decision&) const { return std::nullopt; }
        std::optional<ReplicaId> operator()(const Seal&) const { return std::nullopt; }
        std::optional<ReplicaId> operator()(const Body&) const { return std::nullopt; }
    };
    return std::visit(Sender{}, message);
}

}  // namespace placet::consensus
