// ContextPool: the contexts of a batch. One that is given back keeps what it has read, and what
// begins with the same tokens begins there: a shared beginning is read once, also where the one who
// read it still goes on.
//
// Ownership Owns the contexts; borrows the model.
// Threads   The batch's.
// Errors    take(): OutOfMemory, with numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/generate/language_model.h"

namespace dsm {

struct PooledContext {
    KvCache cache;
    // Of the first ids it has read, each about the id at its place, with so many likeliest ones.
    std::vector<TokenScore> scores = {};
    std::size_t likeliest = 0;
    std::string reader = {};  // the fingerprint of the model, with its adapter, that read it
    bool isTaken = false;
    std::uint64_t lastUse = 0;
};

struct ContextWish {
    std::span<const TokenId> prompt;
    std::int64_t positions = 0;                        // that prompt and reply may take
    std::optional<std::size_t> scored = std::nullopt;  // the prompt is, with so many likeliest
};

class ContextPool {
  public:
    // At most `most` contexts at once.
    ContextPool(LanguageModel& model, std::size_t most) : model_(model), most_(most) {}

    // A context that holds as much of the beginning of the prompt as any has; at least its last
    // token is left to be read. nullptr where there is none until one is given back.
    Result<PooledContext*> take(const ContextWish& wish);
    void giveBack(PooledContext& context);

  private:
    struct Source {
        PooledContext* context = nullptr;
        std::int64_t positions = 0;  // of it that serve
    };
    Source bestSource(const ContextWish& wish) const;
    // The context that is to hold it; `source` is empty afterwards where it had to go.
    Result<PooledContext*> chooseTarget(const ContextWish& wish, Source& source);
    // Of those not taken the one used longest ago that has so much room; `last` only where there is
    // no other.
    PooledContext* oldest(std::int64_t positions, const PooledContext* last) const;
    Result<PooledContext*> make(std::int64_t positions);
    void drop(const PooledContext* context);

    LanguageModel& model_;
    std::size_t most_;
    std::uint64_t uses_ = 0;
    std::vector<std::unique_ptr<PooledContext>> contexts_;
};

}  // namespace dsm
