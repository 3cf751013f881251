// Signed notes and checkpoints of C2SP (signed-note, tlog-checkpoint).
#include "ledger/proof/note.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>

#include "ledger/base/assert.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::proof {
namespace {

using base::Bytes;
using base::ErrorCode;
using base::refuse;
using base::Result;

constexpr std::uint8_t kEd25519 = 1;  // C2SP signature type
constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t kMaxNote = 1'000'000;
constexpr std::size_t kMaxSignatures = 100;
constexpr std::size_t kKeyIdSize = 4;

std::unexpected<base::Error> malformed(std::string message) { return refuse(ErrorCode::malformed, std::move(message), "note"); }

// Letters that C2SP forbids in names: white space of Unicode and the plus sign.
bool is_name(std::string_view name) noexcept {
    if (name.empty() || !base::cbor::is_utf8(base::as_bytes(name))) return false;
    constexpr std::string_view kSpaces[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
                                            "\xe2\x81\x9f", "\xe3\x80\x80"};
    for (const std::string_view space : kSpaces)
        if (name.find(space) != std::string_view::npos) return false;
    for (char last = '\x80'; last <= '\x8a'; ++last)  // U+2000 to U+200A
        if (name.find(std::string("\xe2\x80") + last) != std::string_view::npos) return false;
    return std::ranges::none_of(name, [](char c) { return c == '+' || c == ' ' || (c >= '\t' && c <= '\r'); });
}

Bytes typed_key(const crypto::ed25519::PublicKey& key) {
    Bytes out = {kEd25519};
    base::append(out, key.view());
    return out;
}

std::string key_id_hex(std::uint32_t id) {
    Bytes octets;
    for (int shift = 24; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(id >> shift));
    return base::to_hex(octets);
}

std::uint32_t read_id(base::BytesView octets) noexcept {
    std::uint32_t id = 0;
    for (std::size_t i = 0; i < kKeyIdSize; ++i) id = id << 8 | octets[i];
    return id;
}

struct SignatureLine {
    std::string_view name;
    std::uint32_t id = 0;
    Bytes signature;
};

// "— name base64(key id ‖ signature)", without the line feed.
Result<SignatureLine> parse_line(std::string_view line) {
    if (!line.starts_with(kSignaturePrefix)) return malformed("a signature line begins with an em dash and a space");
    line.remove_prefix(kSignaturePrefix.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return malformed("a signature line has a name and a signature");
    SignatureLine out;
    out.name = line.substr(0, space);
    if (!is_name(out.name)) return malformed("not a name of a key");
    PLACET_TRY_ASSIGN(Bytes blob, base::from_base64(line.substr(space + 1)));
    if (blob.size() <= kKeyIdSize) return malformed("a signature is too short");
    out.id = read_id(blob);
    out.signature.assign(blob.begin() + kKeyIdSize, blob.end());
    return out;
}

bool is_of(const SignatureLine& line, const NoteKey& key) noexcept { return key.name == line.name && note_key_id(key) == line.id; }

std::vector<NoteKey>::const_iterator find_key(const SignatureLine& line, const std::vector<NoteKey>& trusted) noexcept {
    return std::ranges::find_if(trusted, [&](const NoteKey& key) { return is_of(line, key); });
}

// Judges the signature line of a trusted key.
base::Status take_signature(const SignatureLine& line, const std::vector<NoteKey>& trusted, OpenedNote& note) {
    const auto key = find_key(line, trusted);
    if (std::find_if(std::next(key), trusted.end(), [&](const NoteKey& k) { return is_of(line, k); }) != trusted.end())
        return refuse(ErrorCode::invalid_value, "two trusted keys bear the name and id of " + key->name, "note");
    const bool good = line.signature.size() == crypto::ed25519::Signature::kSize &&
                      crypto::ed25519::verify(key->key, base::as_bytes(note.text), crypto::ed25519::Signature::copy_of(line.signature));
    if (!good) return refuse(ErrorCode::invalid_signature, "the signature of " + key->name + " does not verify", "note");
    note.verified.push_back(key->name);
    return {};
}

// The next line of `text` without its line feed, taken off; none at the end or without a line feed.
std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::uint32_t note_key_id(const NoteKey& key) noexcept {
    const Bytes typed = typed_key(key.key);
    const crypto::Hash hash = crypto::sha256(base::as_bytes(key.name), base::as_bytes("\n"), typed);
    return read_id(hash.view());
}

std::string to_text(const NoteKey& key) {
    return key.name + "+" + key_id_hex(note_key_id(key)) + "+" + base::to_base64(typed_key(key.key));
}

Result<NoteKey> note_key_from_text(std::string_view text) {
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return malformed("a verifier key is written name+id+base64");
    NoteKey out;
    out.name = text.substr(0, first);
    if (!is_name(out.name)) return malformed("not a name of a key");
    PLACET_TRY_ASSIGN(const Bytes typed, base::from_base64(text.substr(second + 1)));
    if (typed.size() != 1 + crypto::ed25519::PublicKey::kSize || typed[0] != kEd25519)
        return refuse(ErrorCode::unsupported, "only Ed25519 verifier keys are known", "note");
    out.key = crypto::ed25519::PublicKey::copy_of(base::BytesView(typed).subspan(1));
    if (text.substr(first + 1, second - first - 1) != key_id_hex(note_key_id(out))) return malformed("the key id is not that of name and key");
    return out;
}

std::string sign_note(std::string_view text, std::string_view name, const crypto::ed25519::SecretKey& secret) {
    ASSERT(text.ends_with('\n') && is_name(name), "a note ends with a line feed and is signed under a plain name");
    const NoteKey key{std::string(name), crypto::ed25519::public_key(secret)};
    const std::uint32_t id = note_key_id(key);
    Bytes blob;
    for (int shift = 24; shift >= 0; shift -= 8) blob.push_back(static_cast<std::uint8_t>(id >> shift));
    base::append(blob, crypto::ed25519::sign(secret, base::as_bytes(text)).view());
    std::string out(text);
    out += '\n';
    out += kSignaturePrefix;
    out += name;
    out += ' ';
    out += base::to_base64(blob);
    out += '\n';
    return out;
}

Result<OpenedNote> open_note(std::string_view note, const std::vector<NoteKey>& trusted) {
    if (note.size() > kMaxNote) return refuse(ErrorCode::too_large, "a note has at most a million octets", "note");
    const bool plain = base::cbor::is_utf8(base::as_bytes(note)) &&
                       std::ranges::none_of(note, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
    if (!plain) return malformed("a note is UTF-8 text without control characters");
    const std::size_t split = note.rfind("\n\n");
    if (split == std::string_view::npos) return malformed("an empty line stands between a note's text and its signatures");
    OpenedNote out;
    out.text = note.substr(0, split + 1);
    std::string_view rest = note.substr(split + 2);
    if (rest.empty() || !rest.ends_with('\n')) return malformed("a note ends with a signature line");
    std::set<std::string_view> unknown_seen;
    std::set<std::pair<std::string_view, std::uint32_t>> seen;  // a key's second signature says nothing new
    for (std::size_t lines = 0; !rest.empty(); ++lines) {
        if (lines == kMaxSignatures) return malformed("more than a hundred signatures");
        const std::optional<std::string_view> line = take_line(rest);
        PLACET_TRY_ASSIGN(const SignatureLine parsed, parse_line(line.value_or("")));
        if (find_key(parsed, trusted) == trusted.end()) {
            out.unknown += unknown_seen.insert(*line).second ? 1 : 0;
        } else if (seen.emplace(parsed.name, parsed.id).second) {
            PLACET_TRY(take_signature(parsed, trusted, out));
        }
    }
    if (out.verified.empty()) return refuse(ErrorCode::invalid_signature, "no trusted key signed this note", "note");
    return out;
}

Result<LogCheckpoint> parse_checkpoint(std::string_view text) {
    std::string_view rest = text;
    const std::optional<std::string_view> origin = take_line(rest);
    const std::optional<std::string_view> size = take_line(rest);
    const std::optional<std::string_view> root = take_line(rest);
    if (!origin || !size || !root || origin->empty()) return malformed("a checkpoint has three lines: origin, size, root");
    LogCheckpoint out;
    out.origin = *origin;
    const auto [stop, error] = std::from_chars(size->data(), size->data() + size->size(), out.head.size);
    if (error != std::errc{} || std::to_string(out.head.size) != *size) return malformed("the size is a decimal number without leading zeros");
    PLACET_TRY_ASSIGN(const Bytes octets, base::from_base64(*root));
    if (octets.size() != crypto::Hash::kSize) return malformed("the root is 32 octets of base64");
    out.head.root = crypto::Hash::copy_of(octets);
    return out;
}

}  // namespace placet::proof
