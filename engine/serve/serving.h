// Serving: a model that is loaded, with its batch and its endpoints. ServingKeeper has one: loads it
// when somebody asks, and lets it go when nobody has asked for a while.
//
// Ownership A serving owns or borrows its model; whoever uses it shares it, and it stays as long.
// Threads   use() and current() from any: one loads, the others wait for it. Dropped on the keeper's
//           own thread. end() and the destructor end what is under way.
// Errors    Those of the loader and of served_models.h; Cancelled after end().
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/serve/api.h"
#include "engine/serve/batch_thread.h"
#include "kernels/base/result.h"

namespace dsm {

struct ServingOptions {
    std::string name;                          // of the model, in requests
    std::vector<AdapterChoice> adapters = {};  // offered beside it
    BatchLimits limits = {};
};

class Serving {
  public:
    static Result<std::shared_ptr<Serving>> make(LanguageModel& model,
                                                 const ServingOptions& options);

    Api& api() { return api_; }
    void end() { batch_.end(); }

  private:
    friend class ServingKeeper;
    Serving(LanguageModel& model, std::vector<ServedModel> served, const BatchLimits& limits);

    std::unique_ptr<LanguageModel> owned_;
    BatchThread batch_;
    Api api_;
};

class ServingKeeper {
  public:
    using Loader =
        std::function<Result<std::unique_ptr<LanguageModel>>(const std::stop_token& stop)>;

    // Lets the model go after so long without a request; none: never.
    ServingKeeper(Loader load, ServingOptions options,
                  std::optional<std::chrono::seconds> idleTime);
    // Of a model that is there and stays.
    explicit ServingKeeper(std::shared_ptr<Serving> serving);
    ~ServingKeeper() { end(); }

    Result<std::shared_ptr<Serving>> use();
    std::shared_ptr<Serving> current() const;  // nullptr: none is loaded
    void end();

  private:
    void dropWhenIdle(const std::stop_token& stop);

    Loader load_;
    ServingOptions options_;
    std::stop_source ending_;
    std::mutex loading_;        // held while one loads
    mutable std::mutex mutex_;  // of what follows
    std::shared_ptr<Serving> serving_;
    std::chrono::steady_clock::time_point lastUse_;
    std::chrono::seconds idleTime_{0};
    std::condition_variable_any never_;
    std::jthread thread_;  // where there is an idle time
};

}  // namespace dsm
