// Bulk requests and the follower's sequence: decoding what others say.
#include <catch2/catch.hpp>
#include <thread>

#include "ledger/base/cbor.hpp"
#include "node/commit/receipt_board.hpp"
#include "node/transfer/block_exchange.hpp"
#include "node/transfer/rest_follower.hpp"

using namespace placet;

TEST_CASE("a CBOR sequence is cut into its items, and a torn one is refused") {
    base::cbor::Writer writer;
    writer.array(2).uint(1).text("a").bytes(base::to_bytes("bc")).uint(7);
    const auto items = node::split_sequence(writer.view());
    REQUIRE(items.has_value());
    CHECK(items->size() == 3);
    CHECK(node::split_sequence({})->empty());
    CHECK_FALSE(node::split_sequence(base::BytesView(writer.view()).first(2)).has_value());
}

TEST_CASE("an answer with blocks decodes, and nonsense does not") {
    base::cbor::Writer writer;
    writer.array(1).array(2).bytes(base::to_bytes("record")).array(1).bytes(base::to_bytes("part"));
    const auto blocks = node::decode_blocks(writer.view());
    REQUIRE(blocks.has_value());
    REQUIRE(blocks->size() == 1);
    CHECK(base::as_text(blocks->front().record) == "record");
    CHECK(base::as_text(blocks->front().parts.at(0)) == "part");
    for (std::size_t size = 0; size < writer.view().size(); ++size)
        CHECK_FALSE(node::decode_blocks(base::BytesView(writer.view()).first(size)).has_value());
}

TEST_CASE("a receipt that comes while its deadline is waited for takes the deadline along") {
    node::ReceiptBoard board(2);
    board.start();
    std::atomic<int> called{0};
    const auto count = [&](const std::optional<api::dto::Receipt>&) { ++called; };
    constexpr int kRounds = 20;
    for (int round = 0; round < kRounds; ++round) {
        const auto id = crypto::sha256(base::as_bytes(std::to_string(round)));
        board.wait(id, std::chrono::seconds(60), count);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the thread of the board waits for this deadline by now
        board.settle(id, {});
    }
    board.stop();
    CHECK(called == kRounds);
}

TEST_CASE("who waits for a receipt is called once: with it, at the deadline, at the end, or when too many wait") {
    node::ReceiptBoard board(2);
    board.start();
    const auto id = crypto::sha256(base::as_bytes("a"));
    const auto other = crypto::sha256(base::as_bytes("b"));
    std::atomic<int> receipts{0};
    std::atomic<int> nothings{0};
    const auto count = [&](const std::optional<api::dto::Receipt>& receipt) { ++(receipt ? receipts : nothings); };
    board.wait(id, std::chrono::seconds(60), count);
    CHECK(board.awaits(id));
    board.wait(other, std::chrono::milliseconds(1), count);
    board.wait(id, std::chrono::seconds(60), count);
    board.wait(id, std::chrono::seconds(60), count);
    board.wait(id, std::chrono::seconds(60), count);
    CHECK(nothings >= 1);
    api::dto::Receipt receipt;
    receipt.transaction = id;
    board.settle(id, receipt);
    CHECK_FALSE(board.awaits(id));
    CHECK(receipts >= 1);
    board.stop();
    CHECK(receipts + nothings == 5);
    board.wait(id, std::chrono::seconds(60), count);
    CHECK(receipts + nothings == 6);
}
