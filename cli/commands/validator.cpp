// placet validator: who seals, and the proposals that change it.
#include "cli/commands/commands.hpp"
#include "cli/home/cards.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/home/seat.hpp"
#include "cli/link/session.hpp"
#include "contracts/governance/membership.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace governance = contracts::governance;

namespace {

constexpr std::size_t kMaxAttested = 64 * 1024;

/// What a coming validator hands to its organisation's node administrator: who it is, and what its keys attest.
struct Attested {
    types::Validator validator;
    governance::Attestation attestation;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("validator", self.validator);
        archive("attestation", self.attestation);
    }
};

Outcome<Json> newest_kept_block(link::Session& session) {
    const auto status = session.get("/v1/status");
    if (!status) return std::unexpected(status.error());
    // The root at a height is in the map from the next block on.
    const std::uint64_t height = status->number_at("height");
    const std::uint64_t kept = height == 0 ? 0 : (height - 1) / governance::kRootStride * governance::kRootStride;
    if (kept == 0)
        return fail(Exit::not_committed, base::ErrorCode::unavailable,
                    "nothing to attest yet: the chain is at block " + std::to_string(height) + ", and the first root that is kept is that of block " +
                        std::to_string(governance::kRootStride));
    return session.get("/v1/blocks/" + std::to_string(kept));
}

/// The keys of a seat that attest, opened: those in keys/, or with --next those in keys.next/.
struct SeatKeys {
    types::Validator card;
    crypto::SigningKey vote;
    crypto::SigningKey checkpoint;
};

Outcome<SeatKeys> open_seat(const Arguments& arguments) {
    const std::filesystem::path seat = arguments.text("SEAT");
    const std::filesystem::path keys = seat / (arguments.flag("--next") ? "keys.next" : "keys");
    const auto card = home::read_validator_card(seat / (arguments.flag("--next") ? "validator.next.json" : "validator.json"));
    if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
    const auto passphrase = home::obtain_passphrase(arguments.value("--seat-secret"), "the keys of " + card->name, home::Purpose::open);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    auto vote = home::open_signing_key(keys / "vote.key", *passphrase);
    if (!vote) return std::unexpected(Failure(Exit::configuration, vote.error()));
    auto checkpoint = home::open_signing_key(keys / "checkpoint.key", *passphrase);
    if (!checkpoint) return std::unexpected(Failure(Exit::configuration, checkpoint.error()));
    if (vote->public_key() != card->vote_key || checkpoint->public_key() != card->checkpoint_key)
        return fail(Exit::configuration, base::ErrorCode::invalid_value, "the keys in " + keys.string() + " are not those of the seat's card", "SEAT");
    return SeatKeys{*card, std::move(*vote), std::move(*checkpoint)};
}

CommandResult attest(Context& context, const Arguments& arguments) {
    const std::filesystem::path seat = arguments.text("SEAT");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto keys = open_seat(arguments);
    if (!keys) return std::unexpected(keys.error());
    const types::Validator& card = keys->card;
    const auto block = newest_kept_block(*session);
    if (!block) return std::unexpected(block.error());
    const auto root = base::fixed_from_hex<crypto::Hash>(block->text_at("root"));
    if (!root) return fail(Exit::failed, base::ErrorCode::malformed, "the node's answer has no log root", "root");
    Attested out{card, {block->number_at("height"), *root, {}, {}}};
    const crypto::Hash digest = governance::attestation_digest(card.name, out.attestation.height, *root);
    out.attestation.by_vote_key = keys->vote.sign(digest);
    out.attestation.by_checkpoint_key = keys->checkpoint.sign(digest);
    const std::string file = arguments.text("--out", (seat / "validator.attested").string());
    if (const auto written = home::replace_file(file, contracts::encode(out)); !written) return std::unexpected(Failure(Exit::failed, written.error()));
    Report report{Json::object({{"validator", card.name}, {"height", out.attestation.height}, {"root", base::to_hex(root->view())}, {"file", file}}), {}};
    report.words.line("{} attests the log at block {} with its vote key and its checkpoint key: {}", card.name, out.attestation.height, file);
    report.words.line("propose it soon: the ledger keeps the roots of the last {} blocks", governance::kRootStride * governance::kRootSlots);
    return report;
}

CommandResult renew(Context& context, const Arguments& arguments) {
    const std::filesystem::path seat = arguments.text("SEAT");
    const auto passphrase = home::obtain_passphrase(context.settings.passphrase_file, "the keys of the seat", home::Purpose::open);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    const auto made = home::make_next_keys(seat, *passphrase);
    if (!made) return std::unexpected(Failure(Exit::usage, made.error()));
    Report report{Json::object({{"validator", made->name}, {"keys", (seat / "keys.next").string()}, {"card", (seat / "validator.next.json").string()}}), {}};
    report.words.line("made the next keys of validator {} in {}; its node goes on with the present ones", made->name, (seat / "keys.next").string());
    report.words.line("the node takes them where the epoch ends: placet validator attest {} --next, then placet validator rotate", seat.string());
    return report;
}

CommandResult propose(Context& context, const governance::ProposeValidator& command) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("proposal {} is open: more than half of the organisations with a seat decide (placet validator vote {})", command.id, command.id);
    return link::conclude(*recorded, Json::object({{"proposal", command.id}, {"validator", command.name}}), std::move(words));
}

CommandResult bring_in(Context& context, const Arguments& arguments, governance::ValidatorChange change) {
    const auto bytes = home::read_file(arguments.text("FILE"), kMaxAttested);
    if (!bytes) return std::unexpected(Failure(Exit::usage, bytes.error()));
    const auto attested = contracts::decode<Attested>(*bytes);
    if (!attested) return usage("is no file of `placet validator attest`: " + attested.error().message, arguments.text("FILE"));
    return propose(context, {arguments.text("--id"), change, attested->validator.name, attested->validator, attested->attestation});
}

CommandResult add(Context& context, const Arguments& arguments) { return bring_in(context, arguments, governance::ValidatorChange::add); }
CommandResult rotate(Context& context, const Arguments& arguments) { return bring_in(context, arguments, governance::ValidatorChange::rotate); }
CommandResult remove(Context& context, const Arguments& arguments) {
    return propose(context, {arguments.text("--id"), governance::ValidatorChange::remove, arguments.text("NAME"), std::nullopt, std::nullopt});
}

CommandResult vote(Context& context, const Arguments& arguments) {
    if (arguments.flag("--approve") == arguments.flag("--reject")) return usage("say --approve or --reject", "--approve");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const governance::VoteOnProposal command{arguments.text("ID"), arguments.flag("--approve")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("{}", contracts::outcome_sentence(recorded->event.outcome.code));
    return link::conclude(*recorded, Json::object({{"proposal", command.id}, {"approve", command.approve}}), std::move(words));
}

CommandResult list(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto set = session->get("/v1/validators" + link::query({{"epoch", arguments.text("--epoch")}}));
    if (!set) return std::unexpected(set.error());
    Report report;
    report.words.line("epoch {}: {} validators, {} must sign, {} may fail", set->number_at("epoch"), set->number_at("n"), set->number_at("q"), set->number_at("f"));
    std::vector<std::vector<std::string>> rows{{"VALIDATOR", "ORGANISATION", "REST", "PEERS", "VOTE KEY"}};
    for (const Json& one : set->rows_at("validators"))
        rows.push_back({one.text_at("name"), one.text_at("organisation"), one.text_at("api_address"), one.text_at("peer_address"), one.text_at("vote_key")});
    report.words.table(rows);
    report.data = std::move(*set);
    return report;
}

const Argument kId{"--id", Kind::value, "of the proposal, [A-Za-z0-9._:-]", Presence::required, "ID"};

}  // namespace

void add_validator(CommandTable& table) {
    table.groups.push_back({"validator", "who seals, and the proposals that change it"});
    table.commands.push_back({{"validator", "list"},
                              "list the validators of an epoch",
                              "placet validator list --home ./homes/operator-hospital-a",
                              {{"--epoch", Kind::value, "without it the one in force", Presence::optional, "N"}},
                              list});
    table.commands.push_back({{"validator", "attest"},
                              "sign a recent log root with the keys of a seat that is to come",
                              "placet validator attest ./seat --seat-secret secret.txt --home ./homes/admin-hospital-e",
                              {{"SEAT", Kind::positional, "folder made by `placet init`", Presence::required, ""},
                               {"--next", Kind::flag, "with the keys made by `placet validator renew`", Presence::optional, ""},
                               {"--seat-secret", Kind::value, "opens the seat's keys", Presence::optional, "FILE"},
                               {"--out", Kind::value, "without it validator.attested in the seat's folder", Presence::optional, "FILE"}},
                              attest});
    table.commands.push_back({{"validator", "renew"},
                              "make the next keys of a seat whose node goes on",
                              "placet validator renew ./seat --passphrase-file secret.txt",
                              {{"SEAT", Kind::positional, "folder made by `placet init`", Presence::required, ""}},
                              renew});
    table.commands.push_back({{"validator", "add"},
                              "propose a new validator of your organisation",
                              "placet validator add ./seat/validator.attested --id add-hospital-e --home ./homes/admin-hospital-e",
                              {{"FILE", Kind::positional, "made by `placet validator attest`", Presence::required, ""}, kId},
                              add});
    table.commands.push_back({{"validator", "rotate"},
                              "propose new keys or addresses for a validator of your organisation",
                              "placet validator rotate ./seat/validator.attested --id renew-hospital-a --home ./homes/admin-hospital-a",
                              {{"FILE", Kind::positional, "made by `placet validator attest`", Presence::required, ""}, kId},
                              rotate});
    table.commands.push_back({{"validator", "remove"},
                              "propose to remove a validator",
                              "placet validator remove hospital-e --id remove-hospital-e --home ./homes/admin-hospital-a",
                              {{"NAME", Kind::positional, "of the validator", Presence::required, ""}, kId},
                              remove});
    table.commands.push_back({{"validator", "vote"},
                              "vote on a proposal for your organisation",
                              "placet validator vote add-hospital-e --approve --home ./homes/operator-hospital-a",
                              {{"ID", Kind::positional, "of the proposal", Presence::required, ""},
                               {"--approve", Kind::flag, "in favour", Presence::optional, ""},
                               {"--reject", Kind::flag, "against", Presence::optional, ""}},
                              vote});
}

}  // namespace placet::cli::commands
