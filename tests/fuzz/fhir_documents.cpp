// Fuzzes what a custodian hands over: FHIR JSON as resource, Bundle or NDJSON, and bodies that the gateway reads.
// Properties: nothing throws; every consent's source is a slice of the text, and its hash is that slice's; refusals say
// what and why.
#include "api/fhir/documents.hpp"
#include "api/gateway/messages.hpp"
#include "tests/fuzz/targets.hpp"

namespace placet::fuzz {

namespace {

constexpr std::string_view kConsent =
    R"({"resourceType":"Consent","id":"c1","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"research"}]},)"
    R"("category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/p1"},"dateTime":"2026-01-02",)"
    R"("policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},)"
    R"("provision":{"type":"permit","period":{"start":"2026-01-01","end":"2030-01-01T00:00:00Z"},)"
    R"("purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HRESCH"}],)"
    R"("provision":[{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}]}})";

Bytes octets(std::string_view text) {
    return base::to_bytes(text);
}

}  // namespace

std::vector<Bytes> fhir_document_seeds() {
    const std::string bundle =
        R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":)" +
        std::string(kConsent) +
        R"(},{"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"4711"}]}}]})";
    return {
        octets(kConsent), octets(bundle), octets(std::string(kConsent) + "\n" + std::string(kConsent) + "\n"),
        octets(R"({"grant":"g-1","dataset":"d-1","categories":["Observation"]})"),
        octets(
            R"({"patient":"Patient/p1","staff":"nurse-1","purpose":"TREAT","category":"Observation","occurred_at":"2026-01-02T03:04:05Z"})")};
}

void run_fhir_documents(BytesView input) {
    const std::string_view text = base::as_text(input);
    api::fhir::DocumentSet set;
    set.read_text("fuzzed", text);
    for (const auto& consent : set.consents) {
        require(text.find(consent.source) != std::string_view::npos);
        require(consent.source_hash == crypto::sha256(base::as_bytes(consent.source)));
    }
    for (const auto& refusal : set.refusals) require(!refusal.reason.empty());
    static_cast<void>(api::gateway::read_release_request(text));
    static_cast<void>(api::gateway::read_accesses(text, 1'800'000'000'000));
}

}  // namespace placet::fuzz
