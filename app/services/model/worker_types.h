// What the worker of a model is ordered, and what it tells.
//
// Threads  Plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/services/model/model_figures.h"
#include "app/services/model/write_order.h"
#include "engine/generate/generation.h"
#include "engine/generate/language_model.h"
#include "kernels/base/reason.h"

namespace dsm {

class PromptMeasure;

// The answers without and with an adapter, one after the other.
struct CompareOrder {
    WriteOrder question;
    AdapterChoice adapter;
};

// What a model finds of a raw text.
struct StudyOrder {
    std::uint64_t id = 0;
    std::string text;
    std::size_t likeliest = 0;  // so many tokens that could follow; 0: the score of each of its own
};

// An error with its reason, which only the thread that made it knows.
struct ToldError {
    Error error;
    Reason reason;

    // Not explicit: whatever tells an error tells its reason.
    ToldError(const Error& made) : error(made), reason(reasonOf(made)) {}
    bool isCancel() const { return error.code == ErrorCode::Cancelled; }
};

struct WorkerStatus : ModelFigures {
    LoadOptions options;                   // of the model that is loaded, loading or failed to load
    std::optional<AdapterChoice> adapter;  // that it computes with
    std::string name;
    std::optional<ToldError> templateProblem;
    std::string backend;
    std::string gpuName;
    std::optional<ToldError> fallback;
    std::shared_ptr<const PromptMeasure> measure = {};  // of the loaded model
    std::optional<ToldError> error;
};

namespace worker_event {

struct LoadEnded {
    std::optional<ToldError> error;  // Cancelled when somebody asked for that
};
struct WriteBegan {
    std::uint64_t id = 0;
};
struct Wrote {
    std::uint64_t id = 0;
    std::string text;
    std::vector<TokenId> ids;
};
struct WriteEnded {
    std::uint64_t id = 0;
    Generation generation;
    std::int64_t droppedMessages = 0;
    std::string modelName;
    std::optional<ToldError> error;
};
struct GpuLost {  // while writing; the model is gone
    ToldError error;
};
struct AdapterEnded {
    std::optional<ToldError> error;  // the adapter of before stays
};
struct Compared {
    std::uint64_t id = 0;
    std::string base;
    std::string tuned;
    std::optional<ToldError> error;
};
struct Studied {
    std::uint64_t id = 0;
    std::vector<TokenScore> scores;  // of all tokens that are read
    std::vector<LikelyToken> likeliest;
    std::string text;                                 // that was ordered
    std::shared_ptr<const Tokenizer> tokenizer = {};  // of the model that read it
    std::optional<ToldError> error;                   // Cancelled where it was stopped
};
// Other programs have asked for something. All that they asked for has been answered, or has ended.
struct ServeWanted {};
struct ServeEnded {};
struct StatusChanged {};

}  // namespace worker_event

using WorkerEvent =
    std::variant<worker_event::LoadEnded, worker_event::WriteBegan, worker_event::Wrote,
                 worker_event::WriteEnded, worker_event::GpuLost, worker_event::AdapterEnded,
                 worker_event::Compared, worker_event::Studied, worker_event::ServeWanted,
                 worker_event::ServeEnded, worker_event::StatusChanged>;

}  // namespace dsm
