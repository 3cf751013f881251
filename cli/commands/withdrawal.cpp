// See withdrawal.hpp.
#include "cli/commands/withdrawal.hpp"

#include "cli/words/in_words.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace consent = contracts::consent;

CommandResult withdraw(link::Session& session, const home::Subject& subject, const Arguments& arguments, std::optional<link::Recorded>& recorded) {
    consent::WithdrawConsent command;
    command.custodian = subject.custodian;
    command.pseudonym = subject.pseudonym;
    command.consent_id = arguments.value("--consent");
    command.reason = arguments.text("--reason", "no_reason_given");
    auto outcome = session.submit(link::draft(command));
    if (!outcome) return std::unexpected(outcome.error());
    recorded = std::move(*outcome);
    Json data = Json::object({{"custodian", subject.custodian}, {"pseudonym", base::to_hex(subject.pseudonym.view())}});
    Words words;
    if (const auto detail = contracts::decode<consent::WithdrawalDetail>(recorded->event.outcome.detail);
        detail && recorded->event.outcome.accepted) {
        Json grants(Json::Array{});
        for (const auto& grant : detail->grants)
            grants.push(Json::object({{"grant", grant.grant},
                                      {"researcher", grant.researcher},
                                      {"dataset", grant.dataset},
                                      {"already_released", grant.already_released}}));
        data.set("consents", Json::array(detail->consents))
            .set("remaining", Json::array(detail->remaining))
            .set("datasets", Json::array(detail->datasets));
        data.set("grants", grants);
        words.line("Withdrawn at {}: {}. It holds from this moment on.", words::time_in_words(recorded->event.block_time_ms),
                   words::joined(detail->consents));
        if (!detail->remaining.empty()) words.line("Still in force: {}.", words::joined(detail->remaining));
        for (const auto& grant : detail->grants) {
            words.line("{} may get no more of these data under grant {} ({}).", grant.researcher, grant.grant, grant.dataset);
            if (grant.already_released)
                words.line("  What {} was given before cannot be called back; the use of it must stop and be acknowledged.", grant.researcher);
        }
        if (detail->grants.empty()) words.add("Nobody held a permission to use these data.");
    }
    return link::conclude(*recorded, std::move(data), std::move(words));
}

}  // namespace placet::cli::commands
