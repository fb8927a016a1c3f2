// ContextStore: what a model has read of conversations that were left, in files of one folder, so
// that returning to a long one does not read it again.
//
// A file belongs to a conversation and a model. Those used longest ago are removed where the
// folder would hold more than its limit. All of it can be deleted at any time.
//
// Threads  One thread at a time.
// Errors   None: what cannot be saved or restored is read again by the model; the log says why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>

#include "engine/generate/language_model.h"

namespace dsm {

struct ContextLimits {
    std::int64_t leastPositions = 256;  // fewer are read again in no time
    std::uint64_t mostBytes = 4'000'000'000;
    std::uint64_t bytesToLeaveFree = 2'000'000'000;  // on the disk
};

class ContextStore {
  public:
    // An empty folder name: nothing is kept.
    explicit ContextStore(std::filesystem::path folder, const ContextLimits& limits = {});

    // Where the conversation's file holds more of the beginning of `prompt` than the model's
    // context does, the context is taken from it.
    void restore(LanguageModel& model, std::int64_t conversation, std::span<const TokenId> prompt);
    // Saves the model's context; leaves what was saved before where it is stopped.
    void save(const LanguageModel& model, std::int64_t conversation, const std::stop_token& stop);
    // Removes what was saved of the conversation, with every model.
    void remove(std::int64_t conversation);

  private:
    std::filesystem::path fileOf(const LanguageModel& model, std::int64_t conversation) const;
    bool hasRoomFor(std::uint64_t bytes) const;
    void makeRoomFor(std::uint64_t bytes, const std::filesystem::path& replaced) const;

    std::filesystem::path folder_;
    ContextLimits limits_;
};

}  // namespace dsm
