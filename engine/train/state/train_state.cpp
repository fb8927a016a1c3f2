#include "engine/train/state/train_state.h"

#include <nlohmann/json.hpp>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/train/state/checkpoint_name.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostStateBytes = std::size_t{256} << 20;
constexpr std::int64_t kOwnVersion = 2;

json entryJson(const LogEntry& entry) {
    json value{{"step", entry.step}, {"epoch", entry.epoch}};
    if (entry.loss) {
        value["loss"] = *entry.loss;
        value["learning_rate"] = entry.rate;
        value["grad_norm"] = entry.gradNorm;
    }
    if (entry.evalLoss) value["eval_loss"] = *entry.evalLoss;
    return value;
}

// Takes the fields of one object, and keeps the first that is wrong.
class Taker {
  public:
    explicit Taker(const JsonField& object) : object_(object) {}

    std::int64_t integer(const char* key) { return take(key, &JsonField::integer); }
    double number(const char* key) { return take(key, &JsonField::number); }
    std::string text(const char* key) { return take(key, &JsonField::string); }
    bool boolean(const char* key) {
        const auto field = object_.at(key);
        if (!field) return fail<bool>(field.error());
        const auto value = field->boolean(false);
        return value ? *value : fail<bool>(value.error());
    }
    std::optional<double> optional(const char* key) {
        const auto field = object_.maybe(key);
        if (!field || field->isNull()) return std::nullopt;
        return number(key);
    }
    const std::optional<Error>& error() const { return error_; }

  private:
    template <class T>
    T take(const char* key, Result<T> (JsonField::*read)() const) {
        const auto field = object_.at(key);
        if (!field) return fail<T>(field.error());
        const Result<T> value = ((*field).*read)();
        return value ? *value : fail<T>(value.error());
    }
    template <class T>
    T fail(const Error& error) {
        if (!error_) error_ = error;
        return T{};
    }

    const JsonField& object_;
    std::optional<Error> error_;
};

Result<std::vector<LogEntry>> parseLog(const JsonField& root) {
    const auto list = root.at("log_history");
    if (!list) return tl::unexpected(list.error());
    const auto elements = list->elements();
    if (!elements) return tl::unexpected(elements.error());
    std::vector<LogEntry> log;
    for (const JsonField& element : *elements) {
        Taker take(element);
        LogEntry entry{.step = take.integer("step"),
                       .epoch = take.number("epoch"),
                       .loss = take.optional("loss"),
                       .evalLoss = take.optional("eval_loss")};
        if (entry.loss) {
            entry.rate = take.number("learning_rate");
            entry.gradNorm = take.number("grad_norm");
        }
        if (take.error()) return tl::unexpected(*take.error());
        log.push_back(entry);
    }
    return log;
}

Result<RunIdentity> parseIdentity(const JsonField& own) {
    const auto field = own.at("identity");
    if (!field) return tl::unexpected(field.error());
    if (!field->value().is_object()) return field->expected("an object");
    RunIdentity identity;
    for (const auto& item : field->value().items()) {
        if (!item.value().is_string()) return field->expected("strings alone");
        identity[item.key()] = item.value().get<std::string>();
    }
    return identity;
}

// What the writer never writes, and what nobody may go on from: a step behind the last one ends the
// run at once, and the best checkpoint's name is part of a path.
Result<void> checkNumbers(const TrainState& state, const JsonField& root, const JsonField& own) {
    const auto refuse = [](const JsonField& object, const char* key, const char* expected) {
        return object.at(key).and_then(
            [&](const JsonField& field) -> Result<void> { return field.expected(expected); });
    };
    if (state.step < 0 || state.step > state.steps)
        return refuse(root, "global_step", "0 to max_steps");
    if (state.epochs < 0) return refuse(root, "num_train_epochs", "0 or more");
    if (state.epoch < 0) return refuse(root, "epoch", "0 or more");
    if (state.evaluationsWithoutGain < 0)
        return refuse(own, "evaluations_without_gain", "0 or more");
    if (state.unloggedSteps < 0 || state.unloggedSteps > state.step)
        return refuse(own, "unlogged_steps", "0 to global_step");
    if (state.pieceTokens < 0) return refuse(own, "piece_tokens", "0 or more");
    if (!state.bestCheckpoint.empty() && !isCheckpoint(state.bestCheckpoint))
        return refuse(root, "best_model_checkpoint", "a name like checkpoint-12");
    return {};
}

}  // namespace

std::string writeTrainState(const TrainState& state) {
    json log = json::array();
    for (const LogEntry& entry : state.log)
        log.push_back(entryJson(entry));
    const json own{{"version", kOwnVersion},
                   {"identity", state.identity},
                   {"evaluation_due", state.evaluationDue},
                   {"evaluations_without_gain", state.evaluationsWithoutGain},
                   {"unlogged_loss", state.unloggedLoss},
                   {"unlogged_steps", state.unloggedSteps},
                   {"piece_tokens", state.pieceTokens}};
    json root{{"best_global_step", nullptr},
              {"best_metric", nullptr},
              {"best_model_checkpoint", nullptr},
              {"epoch", state.epoch},
              {"eval_steps", state.intervals.evalSteps},
              {"global_step", state.step},
              {"is_hyper_param_search", false},
              {"is_local_process_zero", true},
              {"is_world_process_zero", true},
              {"log_history", std::move(log)},
              {"logging_steps", state.intervals.logSteps},
              {"max_steps", state.steps},
              {"num_input_tokens_seen", 0},
              {"num_train_epochs", state.epochs},
              {"save_steps", state.intervals.saveSteps},
              {"stateful_callbacks", {{"deepseekmoe", own}}},
              {"total_flos", 0},
              {"train_batch_size", state.intervals.batchSamples},
              {"trial_name", nullptr},
              {"trial_params", nullptr}};
    if (state.bestLoss) root["best_metric"] = *state.bestLoss;
    if (!state.bestCheckpoint.empty()) {
        root["best_model_checkpoint"] = state.bestCheckpoint;
        root["best_global_step"] = stepOfCheckpoint(state.bestCheckpoint).value_or(0);
    }
    return root.dump(2) + "\n";
}

namespace {

Result<TrainState> fromDocument(const Result<json>& document, const std::string& file) {
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, file);
    const auto own = root.at("stateful_callbacks").and_then([](const JsonField& callbacks) {
        return callbacks.at("deepseekmoe");
    });
    if (!own) return tl::unexpected(own.error());
    auto identity = parseIdentity(*own);
    if (!identity) return tl::unexpected(identity.error());
    Taker take(root);
    Taker takeOwn(*own);
    if (takeOwn.integer("version") != kOwnVersion && !takeOwn.error()) {
        return own->unsupported(
            {ReasonCode::StateOfOtherVersion, {std::to_string(takeOwn.integer("version"))}});
    }
    TrainState state{
        .step = take.integer("global_step"),
        .steps = take.integer("max_steps"),
        .epochs = take.integer("num_train_epochs"),
        .epoch = take.number("epoch"),
        .bestLoss = take.optional("best_metric"),
        .bestCheckpoint = {},
        .evaluationsWithoutGain = takeOwn.integer("evaluations_without_gain"),
        .unloggedLoss = takeOwn.number("unlogged_loss"),
        .unloggedSteps = takeOwn.integer("unlogged_steps"),
        .evaluationDue = takeOwn.boolean("evaluation_due"),
        .identity = std::move(*identity),
        .log = {},
        .intervals = {.logSteps = take.integer("logging_steps"),
                      .evalSteps = take.integer("eval_steps"),
                      .saveSteps = take.integer("save_steps"),
                      .batchSamples = take.integer("train_batch_size")},
        // Runs of before there were pieces say nothing.
        .pieceTokens = own->maybe("piece_tokens") ? takeOwn.integer("piece_tokens") : 0};
    const auto best = root.at("best_model_checkpoint");
    if (best && !best->isNull()) state.bestCheckpoint = take.text("best_model_checkpoint");
    for (const Taker* t : {&take, &takeOwn}) {
        if (t->error()) return tl::unexpected(*t->error());
    }
    if (auto ok = checkNumbers(state, root, *own); !ok) return tl::unexpected(ok.error());
    auto log = parseLog(root);
    if (!log) return tl::unexpected(log.error());
    state.log = std::move(*log);
    return state;
}

}  // namespace

Result<TrainState> parseTrainState(std::string_view text, const std::string& file) {
    return fromDocument(parseJson(text, file), file);
}

Result<TrainState> readTrainState(const std::filesystem::path& checkpoint) {
    const std::filesystem::path path = checkpoint / kTrainStateName;
    return fromDocument(readJson(path, kMostStateBytes), path.string());
}

}  // namespace dsm
