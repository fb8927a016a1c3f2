// What the worker's model does for other programs.
#include <chrono>
#include <exception>
#include <thread>

#include "app/services/model/worker_errors.h"
#include "app/services/model/worker_model.h"
#include "engine/serve/served_models.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

using namespace std::chrono_literals;
using namespace worker_event;

// Whoever still sends an answer is done by then, or keeps the model for a moment longer.
constexpr auto kLongestWait = 2s;

}  // namespace

void WorkerModel::offer() {
    withdraw();
    if (!model_ || !place_->isWanted()) return;
    const auto& adapter = model_->adapter();
    const std::string name = adapter ? servedName(model_->name(), *adapter) : model_->name();
    try {
        auto serving =
            Serving::makeQueue(model_, {.name = name}, [this] { mail_.announce(ServeWanted{}); });
        if (serving) return place_->set(std::move(*serving), name);
        logMessage(LogLevel::Warning, serving.error().message);
    } catch (const std::exception& exception) {
        logMessage(LogLevel::Warning, fromException(exception).message);
    }
}

void WorkerModel::withdraw() {
    auto serving = place_->current();
    if (serving == nullptr) return;
    place_->set(nullptr, {});
    serving->end();
    const auto latest = std::chrono::steady_clock::now() + kLongestWait;
    while (serving.use_count() > 1 && std::chrono::steady_clock::now() < latest)
        std::this_thread::sleep_for(2ms);
}

bool WorkerModel::serve(const std::function<bool()>& othersWait) {
    const auto serving = place_->current();
    if (serving == nullptr) return false;
    try {
        while (serving->queue().hasWork() && !othersWait())
            serving->queue().step();
    } catch (const std::exception& exception) {
        serving->queue().refuse(fromException(exception));
    }
    if (model_->hasFailed()) giveUpGpu(*model_->model().failure());
    return place_->current() == serving && serving->queue().hasWork();
}

}  // namespace dsm
