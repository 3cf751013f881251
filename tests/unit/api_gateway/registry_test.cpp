// The custodian's registry: encrypted, replaced atomically, one writer at a time.
#include <catch2/catch.hpp>

#include "api/dto/genesis.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;
using gw::Registry;

namespace {
const crypto::Hash kGenesis = crypto::sha256(base::as_bytes("one network"));
const crypto::Hash kOtherGenesis = crypto::sha256(base::as_bytes("another network"));
}  // namespace

TEST_CASE("what is saved in the registry is read again, and the pseudonym follows from the secret") {
    const Folder folder("registry");
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    gw::RegisteredPatient patient;
    {
        auto registry = Registry::edit(folder / "r", key, {"hospital-a", kGenesis});
        REQUIRE(registry);
        patient = *registry->ensure("Patient/p1", "A-12345678");
        CHECK(registry->ensure("Patient/p1")->pseudonym == patient.pseudonym);
        REQUIRE(registry->add_consent("Patient/p1", {"c1", crypto::sha256(base::as_bytes("x")), "c1", {}, {}, {}, base::to_bytes("model")}));
        REQUIRE(registry->join_dataset("Patient/p1", "ds-2"));
        REQUIRE(registry->join_dataset("Patient/p1", "ds-1"));
        REQUIRE(registry->join_dataset("Patient/p1", "ds-1"));
        REQUIRE(registry->set_enrolment("Patient/p1", crypto::sha256(base::as_bytes("t"))));
        REQUIRE(registry->save());
    }
    const auto read = Registry::read(folder / "r", key);
    REQUIRE(read);
    REQUIRE(read->find("Patient/p1"));
    CHECK(read->find("Patient/p1")->secret == patient.secret);
    CHECK(read->find(patient.pseudonym)->number == "A-12345678");
    CHECK(read->find("Patient/p1")->datasets == std::vector<std::string>{"ds-1", "ds-2"});
    CHECK(read->find_consent("Patient/p1", crypto::sha256(base::as_bytes("x")))->model == base::to_bytes("model"));
    CHECK(gw::pseudonym_of(patient.secret, "hospital-a") == patient.pseudonym);
    CHECK(gw::pseudonym_of(patient.secret, "hospital-b") != patient.pseudonym);
}

TEST_CASE("the registry's file tells nothing without its key") {
    const Folder folder("registry-sealed");
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    {
        auto registry = Registry::edit(folder / "r", key, {"hospital-a", kGenesis});
        REQUIRE(registry->ensure("Patient/secretive-1", "A-12345678"));
        REQUIRE(registry->save());
    }
    const std::string file = slurp(folder / "r");
    CHECK(file.find("secretive") == std::string::npos);
    CHECK(file.find("A-12345678") == std::string::npos);
    CHECK(Registry::read(folder / "r", crypto::random_fixed<crypto::AeadKey>()).error().code == ErrorCode::corrupt);
    for (const std::size_t at : {std::size_t{20}, file.size() / 2, file.size() - 1}) {
        std::string bad = file;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        spill(folder / "r", bad);
        CHECK_FALSE(Registry::read(folder / "r", key));
    }
}

TEST_CASE("a second writer is told to wait, a reader is not, and neither may take another custodian's file") {
    const Folder folder("registry-lock");
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    auto first = Registry::edit(folder / "r", key, {"hospital-a", kGenesis});
    REQUIRE(first->save());
    CHECK(Registry::edit(folder / "r", key, {"hospital-a", kGenesis}, 0).error().code == ErrorCode::busy);
    auto reader = Registry::read(folder / "r", key);
    REQUIRE(reader);
    CHECK(reader->save().error().code == ErrorCode::unauthorised);
    { const Registry gone = std::move(*first); }
    CHECK(Registry::edit(folder / "r", key, {"hospital-b", kGenesis}, 0).error().code == ErrorCode::conflict);
    CHECK(Registry::edit(folder / "r", key, {"hospital-a", kGenesis}, 0));
    CHECK(Registry::read(folder / "none", key).error().code == ErrorCode::not_found);
}

TEST_CASE("a registry belongs to one network, and another one's is refused with both fingerprints") {
    const Folder folder("registry-network");
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    REQUIRE(Registry::edit(folder / "r", key, {"hospital-a", kGenesis})->save());
    const auto other = Registry::edit(folder / "r", key, {"hospital-a", kOtherGenesis});
    REQUIRE_FALSE(other);
    CHECK(other.error().code == ErrorCode::conflict);
    CHECK(other.error().field == "genesis");
    CHECK(other.error().message.find(api::dto::fingerprint(kGenesis)) != std::string::npos);
    CHECK(other.error().message.find(api::dto::fingerprint(kOtherGenesis)) != std::string::npos);
    const auto read = Registry::read(folder / "r", key);
    REQUIRE(read);
    CHECK(read->check_owner({"hospital-a", kGenesis}));
    CHECK(read->check_owner({"hospital-a", kOtherGenesis}).error().field == "genesis");
}

TEST_CASE("only a FHIR patient reference names a patient") {
    const Folder folder("registry-names");
    auto registry = Registry::edit(folder / "r", {}, {"hospital-a", kGenesis});
    for (const std::string_view bad : {"", "p1", "Patient/", "Group/1", "Patient/a b", "Patient/../x", "Patient/p1/_history/1"}) CHECK_FALSE(registry->ensure(bad));
}

TEST_CASE("documents are sealed under a key of their own and open for their patient only") {
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    const auto patient = crypto::random_fixed<types::Pseudonym>();
    const base::Bytes document = base::to_bytes("{\"resourceType\":\"Consent\"}");
    const base::Bytes sealed = gw::seal_document(key, patient, document);
    const crypto::Hash hash = crypto::sha256(document);
    CHECK(gw::open_document(key, patient, hash, sealed) == document);
    CHECK_FALSE(gw::open_document(key, crypto::random_fixed<types::Pseudonym>(), hash, sealed));
    CHECK_FALSE(gw::open_document(key, patient, crypto::sha256(base::as_bytes("y")), sealed));
}

TEST_CASE("the registry key is a sealed key file that a wrong passphrase does not open") {
    const base::Bytes file = gw::make_registry_key_file("correct horse");
    CHECK(gw::open_registry_key(file, "correct horse"));
    CHECK(gw::open_registry_key(file, "wrong").error().code == ErrorCode::unauthenticated);
}
