#include "engine/serve/context_pool.h"

#include <algorithm>
#include <utility>

namespace dsm {
namespace {

// Capacities are whole numbers of these, so that a context serves for many.
constexpr std::int64_t kStepPositions = 256;

// How much of a context serves: its last logits are needed, and with scores those of each position.
std::int64_t servesFor(const PooledContext& context, const ContextWish& wish) {
    const std::int64_t shared = context.cache.commonPrefix(wish.prompt);
    if (!wish.scored) return std::min(shared, static_cast<std::int64_t>(wish.prompt.size()) - 1);
    if (context.likeliest < *wish.scored) return 0;
    const auto scored = static_cast<std::int64_t>(context.scores.size());
    return std::max<std::int64_t>(0, std::min(shared, scored) - 1);
}

void cutTo(std::int64_t positions, const ContextWish& wish, PooledContext& context) {
    context.cache.truncate(positions);
    // The score at the cut is about the token that comes next, which is the wish's if it has scores.
    const std::int64_t kept = positions > 0 && wish.scored ? positions + 1 : positions;
    context.scores.resize(std::min(static_cast<std::size_t>(kept), context.scores.size()));
    if (positions == 0) context.likeliest = wish.scored.value_or(0);
}

}  // namespace

ContextPool::Source ContextPool::bestSource(const ContextWish& wish) const {
    Source best;
    for (const auto& context : contexts_) {
        if (context->reader != model_.fingerprint()) continue;
        const std::int64_t positions = servesFor(*context, wish);
        if (positions > best.positions) best = {context.get(), positions};
    }
    return best;
}

PooledContext* ContextPool::oldest(std::int64_t positions, const PooledContext* last) const {
    PooledContext* found = nullptr;
    for (const auto& each : contexts_) {
        PooledContext* context = each.get();
        if (context->isTaken || context->cache.capacity() < positions) continue;
        const bool isEarlier = found == nullptr || found == last ||
                               (context != last && context->lastUse < found->lastUse);
        if (isEarlier) found = context;
    }
    return found;
}

void ContextPool::drop(const PooledContext* context) {
    std::erase_if(contexts_, [&](const auto& each) { return each.get() == context; });
}

Result<PooledContext*> ContextPool::make(std::int64_t positions) {
    const std::int64_t whole = (positions + kStepPositions - 1) / kStepPositions * kStepPositions;
    auto cache = model_.model().makeCache(std::min(whole, model_.contextLimit()));
    if (!cache) return tl::unexpected(cache.error());
    contexts_.push_back(std::make_unique<PooledContext>(PooledContext{.cache = std::move(*cache)}));
    return contexts_.back().get();
}

Result<PooledContext*> ContextPool::chooseTarget(const ContextWish& wish, Source& source) {
    const bool isFull = contexts_.size() >= most_;
    const bool canGoOn = source.context != nullptr && !source.context->isTaken &&
                         source.context->cache.capacity() >= wish.positions;
    // What would be cut off is worth less than what it brings, or there is no other place.
    if (canGoOn && (isFull || 2 * source.positions >= source.context->cache.size()))
        return source.context;
    if (!isFull) {
        auto made = make(wish.positions);
        if (made || contexts_.empty()) return made;
    }
    if (PooledContext* free = oldest(wish.positions, source.context)) return free;
    PooledContext* small = oldest(0, source.context);
    if (small == nullptr) return nullptr;
    if (small == source.context) source = {};
    drop(small);
    auto made = make(wish.positions);
    if (!made && !contexts_.empty()) return nullptr;  // those taken will give their memory back
    return made;
}

Result<PooledContext*> ContextPool::take(const ContextWish& wish) {
    Source source = bestSource(wish);
    const auto chosen = chooseTarget(wish, source);
    if (!chosen || *chosen == nullptr) return chosen;
    PooledContext& target = **chosen;
    if (&target != source.context) {
        cutTo(0, wish, target);
        if (source.context != nullptr) {
            model_.model().copyContext(source.context->cache, source.positions, target.cache);
            target.scores = source.context->scores;
            target.likeliest = source.context->likeliest;
        }
    }
    cutTo(source.positions, wish, target);
    target.reader = model_.fingerprint();
    target.isTaken = true;
    target.lastUse = ++uses_;
    return &target;
}

void ContextPool::giveBack(PooledContext& context) {
    context.isTaken = false;
    context.lastUse = ++uses_;
}

}  // namespace dsm
