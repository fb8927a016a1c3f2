#include "engine/serve/reply_board.h"

#include <algorithm>
#include <utility>

namespace dsm {

class ReplyBoard::Sink : public OrderSink {
  public:
    Sink(std::shared_ptr<ReplyBoard> board, ReplyState& state)
        : board_(std::move(board)), state_(state) {}

    bool isWanted() const override {
        const std::lock_guard lock(board_->mutex_);
        return board_->isWanted_;
    }
    void promptScored(std::vector<TokenScore> scores) override {
        board_->change([&] { state_.prompt = std::move(scores); });
    }
    void wrote(std::string_view text, TokenId id, std::optional<TokenScore> score) override {
        board_->change([&] {
            state_.tokens.push_back(
                {.id = id, .text = std::string(text), .score = std::move(score)});
        });
    }
    void ended(Result<Generation> generation) override {
        board_->change([&] { state_.end = std::move(generation); });
    }

  private:
    std::shared_ptr<ReplyBoard> board_;
    ReplyState& state_;
};

std::shared_ptr<OrderSink> ReplyBoard::sink(std::size_t order) {
    return std::make_shared<Sink>(shared_from_this(), states_[order]);
}

void ReplyBoard::change(const std::function<void()>& changed) {
    {
        const std::lock_guard lock(mutex_);
        changed();
        ++events_;
    }
    happened_.notify_all();
}

void ReplyBoard::abandon() {
    change([this] { isWanted_ = false; });
}

std::size_t ReplyBoard::waitForMore(std::size_t seen, std::chrono::milliseconds atMost) {
    std::unique_lock lock(mutex_);
    happened_.wait_for(lock, atMost, [&] { return events_ != seen; });
    return events_;
}

void ReplyBoard::read(const std::function<void(std::span<const ReplyState>)>& reader) const {
    const std::lock_guard lock(mutex_);
    reader(states_);
}

bool ReplyBoard::hasEnded() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::all_of(states_, [](const auto& state) { return state.end.has_value(); });
}

std::optional<Error> ReplyBoard::failure() const {
    const std::lock_guard lock(mutex_);
    for (const ReplyState& state : states_) {
        if (!state.end) continue;
        if (!*state.end) return state.end->error();
        if ((*state.end)->reason == StopReason::NotFinite)
            return Error{ErrorCode::Malformed, (*state.end)->problem};
    }
    return std::nullopt;
}

}  // namespace dsm
