// The loop of the load: see load.hpp.
#include "tests/bench/load/load.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_set>

#include "api/client/client.hpp"
#include "api/dto/receipt.hpp"
#include "tests/bench/load/work.hpp"

namespace placet::bench {

namespace {

constexpr auto kBackOff = std::chrono::milliseconds(100);
constexpr int kPollMs = 20;
constexpr std::size_t kOpenAtOnce = 32;  // handshakes; so that a server is not asked for all in one moment

struct Session {
    Connection connection;
    std::size_t client = 0;
    std::size_t endpoint = 0;
    std::uint64_t accepted = 0;
    std::string request;  ///< asked again after a failure, until it is answered
    types::TransactionId id;
    Clock::time_point began{};
    Clock::time_point not_before{};
};

class Loop {
public:
    Loop(const LoadPlan& plan, const std::function<void(const char*)>& on_phase)
        : plan_(plan),
          on_phase_(on_phase),
          genesis_hash_(types::genesis_hash(plan.genesis)),
          endpoints_(api::client::endpoints_of(plan.genesis, {})),
          maker_(plan.genesis, plan.part_bytes, plan.rows),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (const auto& client : plan.clients) {
            auto context = api::http::make_client_context(client.certificate_pem, client.key_pem);
            if (!context) throw std::runtime_error(base::describe(context.error()));
            contexts_.push_back(std::move(*context));
        }
        for (std::size_t i = 0; i < plan.connections; ++i)
            sessions_.push_back(std::unique_ptr<Session>(
                new Session{{epoll_, i}, i % plan.clients.size(), i % endpoints_.size(), 0, {}, {}, {}, {}}));
    }
    ~Loop() {
        sessions_.clear();
        ::close(epoll_);
    }

    LoadResult run() {
        const auto measure_at = Clock::now() + plan_.warm_up;
        run_until(measure_at);
        on_phase_("begin");
        began_ = last_ = Clock::now();
        measuring_ = true;
        run_until(began_ + plan_.measured);
        measuring_ = false;
        const auto end = Clock::now();
        on_phase_("end");
        note_pause(end);
        result_.seconds = std::chrono::duration<double>(end - began_).count();
        result_.blocks = measured_blocks_;
        return std::move(result_);
    }

private:
    void run_until(Clock::time_point end) {
        epoll_event events[256];
        while (Clock::now() < end) {
            revive();
            const int count = ::epoll_wait(epoll_, events, 256, kPollMs);
            for (int i = 0; i < count; ++i) turn(*sessions_[events[i].data.u64]);
        }
    }

    // Opens what is closed and asks where nothing is asked. Whoever was turned away waits a little.
    void revive() {
        const auto now = Clock::now();
        std::size_t shaking = 0;
        for (const auto& session : sessions_) {
            const auto state = session->connection.state();
            if (state == Connection::State::connecting || state == Connection::State::shaking) ++shaking;
        }
        for (const auto& session : sessions_) {
            if (session->not_before > now) continue;
            if (session->connection.state() == Connection::State::idle) ask(*session);
            if (session->connection.state() != Connection::State::closed || shaking >= kOpenAtOnce) continue;
            session->connection.open(endpoints_[session->endpoint], contexts_[session->client].get());
            ++shaking;
        }
    }

    void turn(Session& session) {
        const auto answer = session.connection.advance();
        if (answer) settle(session, *answer);
        if (session.connection.state() == Connection::State::closed) {
            ++result_.broken;
            session.endpoint = (session.endpoint + 1) % endpoints_.size();
            session.not_before = Clock::now() + kBackOff;
        } else if (session.connection.state() == Connection::State::idle && session.not_before <= Clock::now()) {
            ask(session);
        }
    }

    void ask(Session& session) {
        if (session.request.empty()) {
            session.began = Clock::now();
            const Work work = maker_.next(plan_.clients[session.client], session.accepted);
            session.id = work.transaction.id;
            session.request = request_of(work, endpoints_[session.endpoint].address);
        }
        session.connection.ask(session.request);
    }

    void settle(Session& session, const Answer& answer) {
        if (answer.status != 200 && answer.status != 201) {
            ++result_.turned_away;
            problem("status " + std::to_string(answer.status) + ": " + answer.body.substr(0, 300));
            session.not_before = Clock::now() + kBackOff;
            const bool again =
                answer.status == 202 || answer.status == 429 || answer.status == 503 || answer.status == 408;
            if (!again) session.request.clear();
            return;
        }
        session.request.clear();
        const auto receipt = api::dto::receipt_from_json(answer.body);
        if (!receipt || receipt->transaction != session.id || !proved(*receipt)) {
            ++result_.unproved;
            return problem("not a proved receipt: " + answer.body.substr(0, 300));
        }
        if (!receipt->outcome.accepted) {
            ++result_.refused;
            return problem("refused: " + receipt->outcome.code);
        }
        ++session.accepted;
        if (!measuring_) return;
        const auto now = Clock::now();
        note_pause(now);
        result_.latencies_us.push_back(static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(now - session.began).count()));
    }

    bool proved(const api::dto::Receipt& receipt) {
        const auto key = crypto::sha256(types::encode(receipt.certificate));
        if (certificates_.contains(key)) return true;
        if (!types::verify(receipt.certificate, plan_.genesis.validators, genesis_hash_) ||
            receipt.certificate.body.height != receipt.height)
            return false;
        certificates_.insert(key);
        if (measuring_) ++measured_blocks_;
        return true;
    }

    void note_pause(Clock::time_point now) {
        result_.longest_pause_ms =
            std::max(result_.longest_pause_ms, std::chrono::duration<double, std::milli>(now - last_).count());
        last_ = now;
    }

    void problem(const std::string& text) {
        if (result_.first_problem.empty()) result_.first_problem = text;
    }

    const LoadPlan& plan_;
    const std::function<void(const char*)>& on_phase_;
    crypto::Hash genesis_hash_;
    std::vector<api::client::Endpoint> endpoints_;
    WorkMaker maker_;
    int epoll_;
    std::vector<api::http::TlsContext> contexts_;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::unordered_set<crypto::Hash, base::FixedBytesHasher> certificates_;
    LoadResult result_;
    bool measuring_ = false;
    std::uint64_t measured_blocks_ = 0;
    Clock::time_point began_;
    Clock::time_point last_;
};

}  // namespace

LoadResult run_load(const LoadPlan& plan, const std::function<void(const char*)>& on_phase) {
    return Loop(plan, on_phase).run();
}

}  // namespace placet::bench
