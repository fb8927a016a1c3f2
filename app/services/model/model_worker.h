// ModelWorker: the thread on which a model is loaded and writes, and the mail between it and the
// main thread.
//
// Orders are carried out one at a time, in the order they came (worker_model.h). What happens lies in
// a mailbox (worker_mail.h).
//
// Threads   Public methods from one thread, the owner's; `wake` is called on the worker's. Locks
//           are held to copy a few fields, never while the model works. The destructor stops
//           everything and waits for the thread.
// Errors    Travel as events; exceptions end the order that met them with a message.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "app/services/model/context_store.h"
#include "app/services/model/worker_mail.h"
#include "app/services/model/worker_model.h"
#include "app/services/model/worker_types.h"

namespace dsm {

class ModelWorker {
  public:
    // `crashMark` is a file that names the model folder while a crash may be its fault: from the
    // beginning of a load to its end, and from the first order to write to its first token.
    // `contexts` keeps what was read of conversations that are left.
    ModelWorker(std::filesystem::path crashMark, ContextStore contexts, std::function<void()> wake,
                std::shared_ptr<ServingPlace> place);
    ~ModelWorker();
    ModelWorker(const ModelWorker&) = delete;
    ModelWorker& operator=(const ModelWorker&) = delete;

    void load(const LoadOptions& options);  // stops all other orders
    void cancelLoad();
    void unload();  // stops all other orders
    void write(WriteOrder order);
    // Without loading the model again; nothing: without an adapter.
    void useAdapter(std::optional<AdapterChoice> choice);
    void compare(CompareOrder order);
    // Is stopped by any order to write.
    void study(StudyOrder order);
    void stop(std::uint64_t id);
    // Whether other programs may ask is as the place says.
    void offer() { place({Offer{}, {}}); }
    // Computes for them, between all other orders; ends with ServeEnded.
    void serve() { place({Serve{}, {}}); }
    // Somebody looks at this conversation: what the model has read of another one is saved, unless
    // there is something to write. Replies never wait for that.
    void openConversation(std::int64_t conversation);
    // Deletes what was saved of it.
    void forgetConversation(std::int64_t conversation);

    WorkerStatus status() const { return mail_.status(); }
    std::vector<WorkerEvent> takeEvents() { return mail_.takeEvents(); }

  private:
    struct Load {
        LoadOptions options;
        std::uint64_t wish = 0;
    };
    struct Unload {
        std::uint64_t wish = 0;
    };
    struct Open {
        std::int64_t conversation = 0;
    };
    struct Forget {
        std::int64_t conversation = 0;
    };
    struct Adapt {
        std::optional<AdapterChoice> choice;
    };
    struct Offer {};
    struct Serve {};
    struct Order {
        std::variant<Offer, Serve, Load, Unload, WriteOrder, Open, Forget, Adapt, CompareOrder,
                     StudyOrder>
            what;
        std::stop_source stop;
    };

    void place(Order order);
    void stopAll();
    void run();
    void carryOut(Order& order);
    void carryOnServing();
    bool othersWait();
    void forgetWhatWasOrdered();

    WorkerMail mail_;
    WorkerModel model_;  // the thread's own

    std::mutex mutex_;  // guards what follows, up to the thread
    std::condition_variable ordered_;
    std::deque<std::shared_ptr<Order>> orders_;  // front: being carried out
    bool quitting_ = false;

    std::thread thread_;  // last: the others exist before it starts
};

}  // namespace dsm
