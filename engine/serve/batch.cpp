#include "engine/serve/batch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/serve/served_models.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

// A beginning that is worth waiting for.
constexpr std::int64_t kWorthWaitingIds = 16;
// A pass that reads a piece of a prompt takes about so long where others write meanwhile.
constexpr double kPieceSeconds = 0.15;
constexpr std::int64_t kSmallestPiece = 8;
constexpr std::int64_t kLargestPiece = 256;  // beside the tokens of others one pass takes it

std::int64_t commonBeginning(std::span<const TokenId> a, std::span<const TokenId> b) {
    return std::ranges::mismatch(a, b).in1 - a.begin();
}

}  // namespace

Batch::Batch(LanguageModel& model, std::size_t mostStreams)
    : model_(model),
      adapter_(adapterOf(model)),
      contexts_(model, mostStreams),
      mostStreams_(mostStreams) {
    DSM_CHECK(mostStreams >= 1 && mostStreams <= kMostStreams);
}

void Batch::add(Order order, std::shared_ptr<OrderSink> sink) {
    waiting_.push_back({std::move(order), std::move(sink)});
}

bool Batch::isBeingRead(const Order& order) const {
    return std::ranges::any_of(streams_, [&](const auto& stream) {
        if (!stream->isReading()) return false;
        const std::int64_t shared = commonBeginning(order.prompt, stream->prompt());
        return shared >= stream->context().cache.size() + kWorthWaitingIds;
    });
}

// False where there is no context for it until another ends.
bool Batch::beginOne(Waiting& waiting) {
    Order& order = waiting.order;
    const auto promptTokens = static_cast<std::int64_t>(order.prompt.size());
    const std::int64_t written = order.writes ? order.settings.maximumTokens : 0;
    ContextWish wish{.prompt = order.prompt,
                     .positions = std::min(model_.contextLimit(), promptTokens + written)};
    if (order.scoresPrompt) wish.scored = order.likeliest.value_or(0);
    const auto context = contexts_.take(wish);
    if (!context) {
        waiting.sink->ended(tl::unexpected(context.error()));
        return true;
    }
    if (*context == nullptr) return false;
    streams_.push_back(
        std::make_unique<Stream>(model_, std::move(order), std::move(waiting.sink), **context));
    counted_.promptTokens += static_cast<std::uint64_t>(promptTokens);
    counted_.reusedTokens += static_cast<std::uint64_t>(streams_.back()->statistics().reusedTokens);
    return true;
}

Result<void> Batch::use(const AdapterUse& adapter) {
    if (adapter == adapter_) return {};
    if (auto used = model_.model().useAdapter(adapter.adapter, adapter.scale); !used) return used;
    adapter_ = adapter;
    return {};
}

void Batch::begin() {
    std::erase_if(waiting_, [](Waiting& each) {
        if (each.sink->isWanted()) return false;
        each.sink->ended(tl::unexpected(cancelled().value()));
        return true;
    });
    for (auto each = waiting_.begin(); each != waiting_.end() && streams_.size() < mostStreams_;) {
        const bool isForAnother = !(each->order.adapter == adapter_);
        if (isForAnother && !streams_.empty()) return;
        if (const auto used = use(each->order.adapter); !used) {
            each->sink->ended(tl::unexpected(used.error()));
            each = waiting_.erase(each);
        } else if (isBeingRead(each->order)) {
            ++each;
        } else if (beginOne(*each)) {
            each = waiting_.erase(each);
        } else {
            return;
        }
    }
}

// In turn, so that a long prompt does not hold up a short one.
Stream* Batch::nextReader() {
    Stream* first = nullptr;
    bool isAfterLast = false;
    for (const auto& stream : streams_) {
        if (stream->isReading()) {
            if (isAfterLast) return stream.get();
            if (first == nullptr) first = stream.get();
        }
        isAfterLast = isAfterLast || stream.get() == lastReader_;
    }
    return first;
}

std::int64_t Batch::pieceSize(bool othersWrite) const {
    if (!othersWrite || secondsPerId_ == 0) return othersWrite ? kSmallestPiece : kLargestPiece;
    return std::clamp(static_cast<std::int64_t>(kPieceSeconds / secondsPerId_), kSmallestPiece,
                      kLargestPiece);
}

void Batch::notePass(std::int64_t promptIds, double seconds) {
    ++counted_.passes;
    if (promptIds == 0) return;
    const double measured = seconds / static_cast<double>(promptIds);
    secondsPerId_ = secondsPerId_ == 0 ? measured : (secondsPerId_ + measured) / 2;
}

void Batch::step(const std::stop_token& stop) {
    for (const auto& stream : streams_)
        stream->endIfUnwanted();
    removeEnded();
    begin();
    std::array<Stream*, kMostStreams> inPass{};
    std::array<ContextTokens, kMostStreams> contexts;
    std::size_t count = 0;
    for (const auto& stream : streams_) {
        if (stream->isReading()) continue;
        contexts[count] = stream->next(1, 1);
        inPass[count++] = stream.get();
    }
    std::int64_t promptIds = 0;
    if (Stream* reader = nextReader(); reader != nullptr) {
        lastReader_ = reader;
        contexts[count] =
            reader->next(pieceSize(count > 0), kLogitsRows - static_cast<std::int64_t>(count));
        promptIds = static_cast<std::int64_t>(contexts[count].ids.size());
        inPass[count++] = reader;
    }
    if (count == 0) return;
    const auto began = std::chrono::steady_clock::now();
    const auto logits = model_.model().readTogether(std::span(contexts).first(count), stop);
    if (!logits) return endAll(model_.model().failure().value_or(cancelled().value()));
    notePass(promptIds,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    std::int64_t row = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t rows = contexts[i].logitRows;
        const std::int64_t before = inPass[i]->written();
        inPass[i]->take({logits->row(row), rows, logits->cols});
        counted_.writtenTokens += static_cast<std::uint64_t>(inPass[i]->written() - before);
        row += rows;
    }
    removeEnded();
}

void Batch::removeEnded() {
    std::erase_if(streams_, [this](const auto& stream) {
        if (!stream->hasEnded()) return false;
        contexts_.giveBack(stream->context());
        if (lastReader_ == stream.get()) lastReader_ = nullptr;
        return true;
    });
}

void Batch::endAll(const Error& error) {
    for (const auto& stream : streams_)
        stream->fail(error);
    removeEnded();
    for (Waiting& each : waiting_)
        each.sink->ended(tl::unexpected(error));
    waiting_.clear();
}

BatchFigures Batch::figures() const {
    BatchFigures figures = counted_;
    figures.waiting = waiting_.size();
    for (const auto& stream : streams_)
        ++(stream->isReading() ? figures.reading : figures.writing);
    return figures;
}

}  // namespace dsm
