// References of the custodian's own leave it veiled, and rules about data match all the same.
#include "api/gateway/veil.hpp"

#include <catch2/catch.hpp>

#include "api/gateway/deidentify.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;
namespace consent = placet::contracts::consent;

namespace {

gw::RegisteredPatient patient_of(std::string_view reference) {
    gw::RegisteredPatient patient;
    patient.reference = reference;
    patient.secret = crypto::random_fixed<gw::PatientSecret>();
    patient.pseudonym = gw::pseudonym_of(patient.secret, "hospital-a");
    return patient;
}

consent::Consent model_with_references() {
    consent::Consent model;
    model.performers = {"RelatedPerson/p1-g", std::string(consent::kSubject)};
    model.organizations = {"Organization/hospital-a", "https://elsewhere.example/fhir/Organization/9"};
    model.root.type = consent::ProvisionType::permit;
    model.root.actors = {{{}, "Practitioner/researcher"}, {{}, "RelatedPerson/p1-brother"}, {{}, ""}};
    consent::Provision exception;
    exception.type = consent::ProvisionType::deny;
    exception.data = {{consent::DataMeaning::related, "Encounter/p1-e1"},
                      {consent::DataMeaning::instance, std::string(consent::kSubject)}};
    model.root.provisions = {exception};
    return model;
}

bool holds(const consent::Consent& model, std::string_view text) {
    const base::Bytes octets = consent::encode_consent(model);
    return base::as_text(octets).find(text) != std::string_view::npos;
}

}  // namespace

TEST_CASE("nothing that points to a person or a record leaves in a consent's model") {
    const auto patient = patient_of("Patient/p1");
    const consent::Consent model = gw::veiled(model_with_references(), patient);
    CHECK_FALSE(holds(model, "p1-"));
    CHECK_FALSE(holds(model, "elsewhere"));
    CHECK(holds(model, "RelatedPerson/$"));
    CHECK(holds(model, "Encounter/$"));
    CHECK(holds(model, "Resource/$"));
    CHECK(model.performers[1] == consent::kSubject);
    CHECK(model.organizations[0] == "Organization/hospital-a");
    CHECK(model.root.actors[0].reference == "Practitioner/researcher");
    CHECK(model.root.actors[2].reference == "");
    CHECK(model.root.provisions[0].data[1].reference == consent::kSubject);
}

TEST_CASE("a veil is stable, is not laid twice, and tells nothing to who has not the patient's secret") {
    const auto patient = patient_of("Patient/p1");
    const auto other = patient_of("Patient/p2");
    const std::string once = gw::veiled_reference(patient, "Encounter/e1");
    CHECK(once.size() == std::string_view("Encounter/$").size() + 32);
    CHECK(gw::veiled_reference(patient, "Encounter/e1") == once);
    CHECK(gw::veiled_reference(patient, once) == once);
    CHECK(gw::veiled_reference(patient, "Encounter/e2") != once);
    CHECK(gw::veiled_reference(other, "Encounter/e1") != once);
    CHECK(gw::veiled(model_with_references(), patient) ==
          gw::veiled(gw::veiled(model_with_references(), patient), patient));
}

TEST_CASE("a veiled rule about an encounter finds the records of that encounter and no others") {
    const auto patient = patient_of("Patient/p1");
    const consent::Consent model = gw::veiled(model_with_references(), patient);
    const auto observation = [&](const std::string& encounter) {
        const auto resource = *api::fhir::parse_json(
            R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"},"encounter":{"reference":")" +
            encounter + R"("}})");
        return gw::veiled(gw::data_contexts_of({resource}, "Patient/p1").front(), patient);
    };
    const consent::ResidualRule rule{consent::ProvisionType::deny, "c", "provision.provision[0]", 2, std::nullopt,
                                     {model.root.provisions[0]}};
    CHECK_FALSE(consent::is_visible(std::vector{rule}, observation("Encounter/p1-e1")));
    CHECK(consent::is_visible(std::vector{rule}, observation("Encounter/p1-e2")));
}
