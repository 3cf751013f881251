// A library for LD_PRELOAD that writes down what a process hands to TLS before it is encrypted, and what TLS hands
// back: one file a connection and direction in the folder PLACET_RECORD names. Only the leak test loads it; no product
// binary knows of it.
//
// Files are named PROGRAM.PID.NUMBER.out (written) or .in (read). Each write reaches the file before this returns, so that
// a process killed with SIGKILL loses nothing. Thread-safe by one mutex.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

struct ssl_st;

namespace {

template <class F>
F* next(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

struct Recording {
    int in = -1;
    int out = -1;
};

class Recorder {
public:
    void written(const ssl_st* tls, const void* bytes, std::size_t size) { put(tls, bytes, size, &Recording::out); }
    void read(const ssl_st* tls, const void* bytes, std::size_t size) { put(tls, bytes, size, &Recording::in); }
    void forget(const ssl_st* tls) {
        const std::lock_guard lock(mutex_);
        const auto found = recordings_.find(tls);
        if (found == recordings_.end()) return;
        ::close(found->second.in);
        ::close(found->second.out);
        recordings_.erase(found);
    }

private:
    void put(const ssl_st* tls, const void* bytes, std::size_t size, int Recording::* which) {
        const std::lock_guard lock(mutex_);
        auto found = recordings_.find(tls);
        if (found == recordings_.end()) found = recordings_.emplace(tls, open()).first;
        const char* from = static_cast<const char*>(bytes);
        while (size > 0) {
            const ssize_t done = ::write(found->second.*which, from, size);
            if (done <= 0) std::abort();  // a recording with a hole proves nothing
            from += done;
            size -= static_cast<std::size_t>(done);
        }
    }
    Recording open() {
        const char* folder = std::getenv("PLACET_RECORD");
        if (folder == nullptr) std::abort();
        const std::string path = std::string(folder) + "/" + program_invocation_short_name + "." +
                                 std::to_string(getpid()) + "." + std::to_string(++number_);
        constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
        return {::open((path + ".in").c_str(), kFlags, 0600), ::open((path + ".out").c_str(), kFlags, 0600)};
    }

    std::mutex mutex_;
    std::map<const ssl_st*, Recording> recordings_;
    unsigned number_ = 0;
};

Recorder& recorder() {
    static auto* const kRecorder = new Recorder;  // outlives every thread
    return *kRecorder;
}

}  // namespace

extern "C" {

int SSL_write(ssl_st* tls, const void* bytes, int size) {
    static const auto real = next<int(ssl_st*, const void*, int)>("SSL_write");
    const int done = real(tls, bytes, size);
    if (done > 0) recorder().written(tls, bytes, static_cast<std::size_t>(done));
    return done;
}

int SSL_write_ex(ssl_st* tls, const void* bytes, std::size_t size, std::size_t* done) {
    static const auto real = next<int(ssl_st*, const void*, std::size_t, std::size_t*)>("SSL_write_ex");
    const int result = real(tls, bytes, size, done);
    if (result == 1) recorder().written(tls, bytes, *done);
    return result;
}

int SSL_read(ssl_st* tls, void* bytes, int size) {
    static const auto real = next<int(ssl_st*, void*, int)>("SSL_read");
    const int done = real(tls, bytes, size);
    if (done > 0) recorder().read(tls, bytes, static_cast<std::size_t>(done));
    return done;
}

int SSL_read_ex(ssl_st* tls, void* bytes, std::size_t size, std::size_t* done) {
    static const auto real = next<int(ssl_st*, void*, std::size_t, std::size_t*)>("SSL_read_ex");
    const int result = real(tls, bytes, size, done);
    if (result == 1) recorder().read(tls, bytes, *done);
    return result;
}

void SSL_free(ssl_st* tls) {
    static const auto real = next<void(ssl_st*)>("SSL_free");
    recorder().forget(tls);
    real(tls);
}
}
