// Signed notes: ours open, changed ones do not.
#include "ledger/proof/note.hpp"

#include <catch2/catch.hpp>

#include "ledger/types/checkpoint.hpp"
#include "tests/support/prng.hpp"

using namespace placet;

TEST_CASE("a signed checkpoint opens under its own key") {
    tests::Prng prng(17);
    const auto secret = prng.fixed<crypto::ed25519::SecretKey>();
    const proof::NoteKey key{"sample/0011/house-0", crypto::ed25519::public_key(secret)};
    types::CheckpointBody body;
    body.size = 42;
    body.root = prng.fixed<crypto::Hash>();
    const std::string text = types::checkpoint_text(key.name, body);
    const std::string note = proof::sign_note(text, key.name, secret);
    const auto opened = proof::open_note(note, {key});
    REQUIRE(opened.has_value());
    CHECK(opened->text == text);
    CHECK(opened->verified == std::vector<std::string>{key.name});
    CHECK(proof::parse_checkpoint(opened->text)->head == merkle::TreeHead{42, body.root});
    CHECK(proof::parse_checkpoint(opened->text)->origin == key.name);
    CHECK(*proof::note_key_from_text(proof::to_text(key)) == key);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = note;
        changed[i] ^= 1;
        REQUIRE_FALSE(proof::open_note(changed, {key}).has_value());
    }
    CHECK_FALSE(proof::open_note(note, {}).has_value());
    CHECK_FALSE(proof::open_note(note, {key, key}).has_value());
}

TEST_CASE("badly formed notes and checkpoints are refused") {
    for (const char* note : {"", "\n", "text\n", "text\n\n", "text\n\nsignature\n", "text\n\n\xe2\x80\x94 name AAAAAAAA", "te\txt\n\n\xe2\x80\x94 name AAAAAAAA\n"})
        CHECK_FALSE(proof::open_note(note, {}).has_value());
    for (const char* text : {"", "a\n1\n", "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "a\n1\nAAAA\n",
                             "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"})
        CHECK_FALSE(proof::parse_checkpoint(text).has_value());
}
