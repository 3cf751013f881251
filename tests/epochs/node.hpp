// A machine: the driver's duties of consensus/replica.hpp, epochs included, over a modelled disk. Without a seat it follows.
#pragma once

#include "tests/epochs/world.hpp"

namespace placet::epochs {

class Node {
public:
    Node(World& world, std::size_t machine);
    ~Node();

    void boot();
    void crash();
    /// The disk is gone; a new machine with keys of the next generation, which has to be rotated in.
    void replace();
    void keep_image() { image_ = Image{records_, durable_, oldest_keys_}; }
    /// An old copy of the disk comes back: what was signed since is forgotten, and the start-up check has to find it out.
    void put_back_image();
    void receive(std::size_t from, const consensus::MessagePtr& message);
    void accept(Transaction transaction);
    /// New keys beside those in use, with an empty guard of their own.
    unsigned make_keys();

    [[nodiscard]] bool is_up() const noexcept { return up_; }
    [[nodiscard]] std::size_t machine() const noexcept { return machine_; }
    [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }
    [[nodiscard]] unsigned newest_keys() const noexcept { return newest_keys_; }
    /// Not lost: neither the keys, nor what they signed.
    [[nodiscard]] bool may_vote(const types::Validator& seat) const;
    /// An old disk is back, and no start-up check has judged it yet: it may turn out to be lost.
    [[nodiscard]] bool is_doubtful() const noexcept { return is_doubtful_; }
    [[nodiscard]] bool holds(const types::Validator& validator) const noexcept { return generation_of(validator) >= oldest_keys_; }
    /// Runs a core of the newest epoch, or follows without a seat.
    [[nodiscard]] bool is_in_place() const;
    [[nodiscard]] std::string describe() const;

private:
    struct Write {
        std::vector<consensus::Record> records;
        std::optional<SeqNum> forget;
        std::optional<SeqNum> block;
        std::uint64_t token = 0;       ///< of the Persist; 0 = none
        std::uint64_t generation = 0;  ///< of the core that asked
    };
    void start_core();
    void enter_epoch();
    void step(consensus::Event event);
    void on(consensus::Send& effect);
    void on(consensus::Broadcast& effect);
    void on(consensus::SetTimer& effect);
    void on(consensus::Persist& effect);
    void on(consensus::Forget& effect);
    void on(consensus::WantProposal& effect);
    void on(consensus::ForwardRequests& effect);
    void on(consensus::Deliver& effect);
    void on(consensus::FetchState& effect);
    void on(consensus::Sealed& effect);
    /// What this world has no use for.
    void on(auto&) {}
    void sync();
    void apply(const Write& write);
    void append(const BlockPtr& block);
    void install(const Node& source, SeqNum to);
    void answer_laggard(std::size_t to, Epoch epoch);
    void fetch(SeqNum to);
    void follow();
    void answer_want();
    void tell_requests();
    void later(std::uint64_t delay_us, std::function<void()> action);
    void core_later(std::uint64_t delay_us, std::function<void()> action);
    [[nodiscard]] std::optional<types::ReplicaId> seat() const;
    [[nodiscard]] base::TimeMs clock_ms() const;

    class KeySigner;
    World& world_;
    std::size_t machine_;
    bool up_ = false;
    bool is_doubtful_ = false;
    std::uint64_t incarnation_ = 0;
    std::uint64_t core_generation_ = 0;
    unsigned newest_keys_ = 0;  ///< ever made: no key is made twice, whatever disk comes back
    unsigned oldest_keys_ = 0;  ///< those before it went with their disk
    std::uint64_t executor_ = 0;
    std::uint64_t executor_free_at_us_ = 0;
    Ledger ledger_;
    std::unique_ptr<KeySigner> signer_;
    std::optional<consensus::Replica> core_;
    consensus::Config config_;
    std::unique_ptr<consensus::Verifier> verifier_;
    // disk
    std::map<base::Bytes, base::Bytes> records_;
    SeqNum durable_ = 0;
    std::vector<Write> pending_;
    struct Image {
        std::map<base::Bytes, base::Bytes> records;
        SeqNum durable = 0;
        unsigned oldest_keys = 0;
    };
    std::optional<Image> image_;
    bool syncing_ = false;
    std::vector<std::function<void()>> after_sync_;
    // mempool
    std::set<Transaction> mempool_;
    std::set<Transaction> told_;  ///< of the mempool, to the core
    std::optional<consensus::WantProposal> want_;
    std::map<std::size_t, std::uint64_t> answered_at_us_;
};

}  // namespace placet::epochs
