// Asks on /dev/tty with echo off; the terminal is put back on every way out.
#include "cli/home/passphrase.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli/frame/printable.hpp"
#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::cli::home {

using base::ErrorCode;
using base::refuse;

namespace {
void wipe_text(std::string& text) {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    text.clear();
}

class SilentTerminal {
public:
    SilentTerminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (file_ < 0) return;
        ::tcgetattr(file_, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(file_, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        if (file_ < 0) return;
        ::tcsetattr(file_, TCSAFLUSH, &before_);
        ::close(file_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    [[nodiscard]] bool is_open() const { return file_ >= 0; }

    std::string ask(std::string_view question) const {
        write(frame::printable(question) + ": ");
        std::string out;
        char character = 0;
        while (::read(file_, &character, 1) == 1 && character != '\n') out += character;
        write("\n");
        return out;
    }

private:
    void write(std::string_view text) const { [[maybe_unused]] const auto written = ::write(file_, text.data(), text.size()); }
    int file_;
    termios before_{};
};
}  // namespace

Passphrase::Passphrase(Passphrase&& other) noexcept : text_(other.text_) { wipe_text(other.text_); }
Passphrase& Passphrase::operator=(Passphrase&& other) noexcept {
    if (this != &other) {
        wipe_text(text_);
        text_ = other.text_;
        wipe_text(other.text_);
    }
    return *this;
}
Passphrase::~Passphrase() { wipe_text(text_); }

base::Result<Passphrase> passphrase_from_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
        return refuse(ErrorCode::io, "others may read this passphrase file; run: chmod 600 " + path, path);
    PLACET_TRY_ASSIGN(std::string text, read_text(path, 4096));
    text = text.substr(0, text.find('\n'));
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.empty()) return refuse(ErrorCode::invalid_value, "the passphrase file's first line is empty", path);
    return Passphrase(std::move(text));
}

base::Result<Passphrase> obtain_passphrase(const std::optional<std::string>& file, std::string_view what, Purpose purpose) {
    if (file) return passphrase_from_file(*file);
    const SilentTerminal terminal;
    if (!terminal.is_open())
        return refuse(ErrorCode::unauthenticated,
                      "there is no terminal to ask for the passphrase; give --passphrase-file FILE or set PLACET_PASSPHRASE_FILE",
                      std::string(what));
    Passphrase passphrase(terminal.ask("Passphrase of " + std::string(what)));
    if (passphrase.text().empty()) return refuse(ErrorCode::invalid_value, "an empty passphrase protects nothing", std::string(what));
    if (purpose == Purpose::choose && passphrase.text() != Passphrase(terminal.ask("The same again")).text())
        return refuse(ErrorCode::invalid_value, "the two passphrases differ; nothing was written", std::string(what));
    return passphrase;
}

std::string random_passphrase() { return base::to_hex(crypto::random_bytes(20)); }

}  // namespace placet::cli::home
