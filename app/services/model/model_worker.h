// ModelWorker: the thread on which a model is loaded and writes, and the mail between it and the
// main thread.
//
// Orders are carried out one at a time, in the order they came. What happens lies in a mailbox;
// `wake` is called when an empty mailbox gets something, and takeEvents() empties it. The texts of
// one generation that nobody has taken yet are joined, so that a slow reader gets few, larger ones.
//
// Threads   Public methods from one thread, the owner's; `wake` is called on the worker's. Locks
//           are held to copy a few fields, never while the model works. The destructor stops
//           everything and waits for the thread.
// Errors    Travel as events; exceptions end the order that met them with a message.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "app/services/model/context_store.h"
#include "app/services/model/write_order.h"
#include "engine/generate/generation.h"
#include "engine/generate/language_model.h"
#include "engine/generate/side_by_side.h"

namespace dsm {

class PromptMeasure;

// The answers without and with an adapter, one after the other.
struct CompareOrder {
    WriteOrder question;
    AdapterChoice adapter;
};

struct WorkerStatus {
    enum class State { Empty, Loading, Ready, Generating, Failed };

    State state = State::Empty;
    LoadOptions options;                   // of the model that is loaded, loading or failed to load
    std::optional<AdapterChoice> adapter;  // that it computes with
    std::string name;
    bool isChat = false;
    std::string templateProblem;  // "" where there is none
    std::string backend;
    std::string fallback;
    bool gpuFailed = false;
    std::uint64_t gpuBytes = 0;
    std::uint64_t gpuTotalBytes = 0;
    int gpuIndex = -1;               // of the GPU that computes
    std::uint64_t gpuFreeBytes = 0;  // of it, before the model was there
    std::uint64_t memoryBytes = 0;
    std::uint64_t ownMemoryBytes = 0;
    std::int64_t contextUsed = 0;
    std::int64_t contextLimit = 0;
    std::int64_t contextConversation = 0;  // whose context it is; 0: of none that is known
    std::int64_t promptTokens = 0;         // that are being read; 0: nothing is
    std::int64_t promptRead = 0;           // of them
    std::shared_ptr<const PromptMeasure> measure = {};  // of the loaded model
    double tokensPerSecond = 0;
    double loadProgress = 0;
    std::string error;
};

namespace worker_event {

struct LoadEnded {
    std::optional<Error> error;  // Cancelled when somebody asked for that
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
    std::optional<Error> error;
};
struct GpuLost {  // while writing; the model is gone
    std::string error;
};
struct AdapterEnded {
    std::optional<Error> error;  // the adapter of before stays
};
struct Compared {
    std::uint64_t id = 0;
    std::string base;
    std::string tuned;
    std::optional<Error> error;
};
struct StatusChanged {};

}  // namespace worker_event

using WorkerEvent =
    std::variant<worker_event::LoadEnded, worker_event::WriteBegan, worker_event::Wrote,
                 worker_event::WriteEnded, worker_event::GpuLost, worker_event::AdapterEnded,
                 worker_event::Compared, worker_event::StatusChanged>;

class ModelWorker {
  public:
    // `crashMark` is a file that names the model folder while a crash may be its fault: from the
    // beginning of a load to its end, and from the first order to write to its first token.
    // `contexts` keeps what was read of conversations that are left.
    ModelWorker(std::filesystem::path crashMark, ContextStore contexts, std::function<void()> wake);
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
    void stop(std::uint64_t id);
    // Somebody looks at this conversation: what the model has read of another one is saved, unless
    // there is something to write. Replies never wait for that.
    void openConversation(std::int64_t conversation);
    // Deletes what was saved of it.
    void forgetConversation(std::int64_t conversation);

    WorkerStatus status() const;
    std::vector<WorkerEvent> takeEvents();

  private:
    // A load or unload is a wish; only the latest one speaks in the status.
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
    struct Order {
        std::variant<Load, Unload, WriteOrder, Open, Forget, Adapt, CompareOrder> what;
        std::stop_source stop;
    };

    void place(Order order);
    void stopAll();
    void run();
    void carryOut(Order& order);
    void carryOutLoad(const Load& load, std::stop_token stop);
    void carryOutUnload(const Unload& unload);
    void carryOutForget(const Forget& forget);
    void carryOutForgetting();
    void carryOutAdapt(const Adapt& adapt);
    void carryOutCompare(const CompareOrder& order, const std::stop_token& stop);
    Result<SideBySide> compareOn(const CompareOrder& order, const std::stop_token& stop);
    void saveContext(const std::stop_token& stop);
    void giveUpGpu(const std::string& error);
    void carryOutWrite(WriteOrder& order, std::stop_token stop);
    Result<std::vector<TokenId>> promptFor(const WriteOrder& order, std::int64_t& dropped) const;
    Result<Generation> writeOn(const WriteOrder& order, std::span<const TokenId> prompt,
                               std::stop_token stop);
    void publish(const std::function<void(WorkerStatus&)>& change);
    void publishWish(std::uint64_t wish, const std::function<void(WorkerStatus&)>& change);
    void announce(WorkerEvent event);
    void announceText(std::uint64_t id, std::string_view text, TokenId token);
    void deliver(std::unique_lock<std::mutex>& lock, bool wasEmpty);
    void setCrashMark(bool suspected);

    const std::filesystem::path crashMark_;
    const std::function<void()> wake_;

    std::atomic<std::uint64_t> latestWish_ = 0;

    mutable std::mutex mutex_;  // guards what follows, up to the thread's own
    std::condition_variable ordered_;
    std::deque<std::shared_ptr<Order>> orders_;  // front: being carried out
    bool quitting_ = false;
    WorkerStatus status_;
    std::vector<WorkerEvent> events_;

    std::unique_ptr<LanguageModel> model_;  // the thread's own
    bool provenModel_ = false;              // it has written a token
    bool isReadingPrompt_ = false;
    LoadOptions loaded_;
    ContextStore contexts_;
    std::int64_t conversation_ = 0;  // that the model's context belongs to
    bool contextSaved_ = true;

    std::thread thread_;  // last: the others exist before it starts
};

}  // namespace dsm
