// Two hospitals, two universities and a regulator, with one object of every kind on either side: what is hospital-a's (or about
// its patient, or alice's) is "own" for the actors below, the other side is foreign to all of them.
#pragma once

#include <string>

#include "api/handlers/service.hpp"
#include "api/routes/table.hpp"
#include "tests/unit/api/support/fake_backend.hpp"

namespace placet::test {

struct Person {
    std::string id;
    crypto::SigningKey key = crypto::SigningKey::generate();
    crypto::SpkiHash spki;
    std::optional<types::Transaction> own_transaction;  ///< sealed, signed by this person
};

class World {
public:
    World();

    /// Whoever asks in this role; nobody for anonymous.
    [[nodiscard]] const Person* person(api::routes::Viewer viewer) const;
    /// Calls the service as this person (none: anonymous) and waits for the answer. `headers`: "name: value" pairs.
    struct Call {
        std::string method = "GET";
        std::string target;
        std::vector<api::http::Header> headers;
        base::Bytes body;
        std::string address = "192.0.2.1";
    };
    [[nodiscard]] api::http::Response ask(const Person* who, const Call& call);
    [[nodiscard]] std::string get(const Person* who, const std::string& target);  ///< "200 body"

    FakeBackend backend;
    std::unique_ptr<api::handlers::Service> service;
    types::Pseudonym patient_a, patient_b;
    types::Transaction foreign_transaction;  ///< signed by hospital-b's operator
    types::Transaction release_a;            ///< by gateway@hospital-a about patient_a and another
    std::string consent_a, consent_b;        ///< path ids

private:
    Person& add(const std::string& id, const std::vector<contracts::governance::Role>& roles);
    Person& add_patient(const types::Pseudonym& pseudonym, const std::string& custodian);
    void add_consent(const std::string& custodian, const types::Pseudonym& pseudonym, std::string& path_id);
    void add_dataset(const std::string& id, const std::string& custodian);
    void add_request(const std::string& id, const std::string& researcher, const std::string& dataset, const std::string& custodian);
    void add_withdrawal(const std::string& grant, const types::Pseudonym& patient);
    void add_model(const std::string& id, const std::string& made_from, const std::string& grant);
    void add_emergency(const std::string& id, const std::string& custodian, const types::Pseudonym& patient);
    void add_release(const Person& gateway, const std::string& grant, const types::Pseudonym& patient);
    void add_batch(const Person& gateway, const std::string& custodian, const types::Pseudonym& patient);
    void add_reads(const types::Pseudonym& patient, const std::string& reader);

    std::map<std::string, Person> people_;
    std::map<std::string, types::Transaction> releases_;
};

}  // namespace placet::test
