// Where the passphrase of key files comes from: a file named by --passphrase-file, PLACET_PASSPHRASE_FILE or placet.toml, or a
// question on the terminal. Never a flag or an environment variable itself: those are seen by every process of the machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace placet::cli::home {

/// A passphrase in memory, wiped when destroyed.
class Passphrase {
public:
    explicit Passphrase(std::string text) : text_(std::move(text)) {}
    Passphrase(Passphrase&& other) noexcept;
    Passphrase& operator=(Passphrase&& other) noexcept;
    ~Passphrase();
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    std::string text_;
};

/// The first line of the file, without its line end. Refuses an empty one, and a file that others may read (mode).
[[nodiscard]] base::Result<Passphrase> passphrase_from_file(const std::string& path);

enum class Purpose : std::uint8_t { open, choose };
/// From `file` if given, else asked on the terminal (twice for a new one); without a terminal an error that says what to set.
[[nodiscard]] base::Result<Passphrase> obtain_passphrase(const std::optional<std::string>& file, std::string_view what, Purpose purpose);

/// 160 random bits as text, for files that a machine opens.
[[nodiscard]] std::string random_passphrase();

}  // namespace placet::cli::home
