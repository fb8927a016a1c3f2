// Serving: a model that is loaded, with its batch and its endpoints. ServingSource is where requests get
// one: from ServingKeeper, which loads it when somebody asks and lets it go when nobody has asked for a
// while, or from a program that has a model anyway.
//
// Ownership A serving shares or borrows its model; whoever uses it shares it, and it stays as long.
// Threads   use(), current() and names() from any: one loads, the others wait for it. A keeper drops
//           its serving on a thread of its own. end() and the destructor end what is under way.
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
    // With a thread that computes; a borrowed model computes for nobody else meanwhile.
    static Result<std::shared_ptr<Serving>> make(LanguageModel& model,
                                                 const ServingOptions& options);
    static Result<std::shared_ptr<Serving>> make(std::shared_ptr<LanguageModel> model,
                                                 const ServingOptions& options);
    // Without: who made it computes what is in the queue, of which `arrived` tells.
    static Result<std::shared_ptr<Serving>> makeQueue(std::shared_ptr<LanguageModel> model,
                                                      const ServingOptions& options,
                                                      std::function<void()> arrived);

    Api& api() { return api_; }
    BatchQueue& queue() { return queue_; }
    ~Serving() { end(); }
    void end();

  private:
    Serving(LanguageModel& model, std::vector<ServedModel> served, const BatchLimits& limits,
            std::function<void()> arrived);

    std::shared_ptr<LanguageModel> shared_;
    BatchQueue queue_;
    Api api_;
    std::shared_ptr<BatchThread> thread_;  // before all else it goes; nullptr: another's
};

class ServingSource {
  public:
    virtual ~ServingSource() = default;
    virtual std::vector<std::string> names() const = 0;  // that requests may ask for
    virtual Result<std::shared_ptr<Serving>> use() = 0;
    virtual std::shared_ptr<Serving> current() const = 0;  // nullptr: none is loaded
    virtual void end() = 0;                                // whoever waits for an answer has it
};

class ServingKeeper : public ServingSource {
  public:
    using Loader =
        std::function<Result<std::unique_ptr<LanguageModel>>(const std::stop_token& stop)>;

    // Lets the model go after so long without a request; none: never.
    ServingKeeper(Loader load, ServingOptions options,
                  std::optional<std::chrono::seconds> idleTime);
    // Of a model that is there and stays.
    ServingKeeper(std::shared_ptr<Serving> serving, ServingOptions options);
    ~ServingKeeper() override { ServingKeeper::end(); }

    std::vector<std::string> names() const override;
    Result<std::shared_ptr<Serving>> use() override;
    std::shared_ptr<Serving> current() const override;
    void end() override;

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
