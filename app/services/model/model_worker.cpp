#include "app/services/model/model_worker.h"

#include <fcntl.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <new>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/services/model/prompt_measure.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;
using namespace worker_event;

Error fromException(const std::exception& exception) {
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
        return {ErrorCode::OutOfMemory,
                "There is not enough memory. Close other programs, or open a smaller model."};
    }
    return {ErrorCode::Internal, std::string("The engine failed: ") + exception.what() + "."};
}

// A load on the CPU could go better.
bool wantsGpu(const LoadOptions& options) {
    return options.gpu.has_value() || options.backend == name(Backend::Cuda);
}

WorkerStatus loadingStatus(const LoadOptions& options) {
    WorkerStatus status;
    status.state = WorkerStatus::State::Loading;
    status.options = options;
    status.name = options.folder.filename().string();
    return status;
}

// Tokens per second, from the second token on.
class Speed {
  public:
    double afterAnotherToken() {
        const Clock::time_point now = Clock::now();
        if (tokens_++ == 0) start_ = now;
        const std::chrono::duration<double> elapsed = now - start_;
        return elapsed.count() > 0 ? static_cast<double>(tokens_ - 1) / elapsed.count() : 0;
    }

  private:
    Clock::time_point start_;
    std::int64_t tokens_ = 0;
};

void publishMemory(const MemoryPlan& memory, WorkerStatus& status) {
    status.memoryBytes = memory.totalBytes();
    status.ownMemoryBytes = memory.cacheBytes + memory.workspaceBytes + memory.adapterBytes;
}

}  // namespace

ModelWorker::ModelWorker(std::filesystem::path crashMark, ContextStore contexts,
                         std::function<void()> wake)
    : crashMark_(std::move(crashMark)),
      wake_(std::move(wake)),
      contexts_(std::move(contexts)),
      thread_([this] { run(); }) {}

ModelWorker::~ModelWorker() {
    stopAll();
    {
        const std::lock_guard lock(mutex_);
        quitting_ = true;
    }
    ordered_.notify_one();
    thread_.join();
}

void ModelWorker::load(const LoadOptions& options) {
    stopAll();
    const std::uint64_t wish = ++latestWish_;
    publishWish(wish, [&](WorkerStatus& status) { status = loadingStatus(options); });
    place({Load{options, wish}, {}});
}

void ModelWorker::cancelLoad() {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        if (std::holds_alternative<Load>(order->what)) order->stop.request_stop();
    }
}

void ModelWorker::unload() {
    stopAll();
    place({Unload{++latestWish_}, {}});
}

void ModelWorker::write(WriteOrder order) {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& other : orders_) {
            if (std::holds_alternative<Open>(other->what)) other->stop.request_stop();
        }
    }
    place({std::move(order), {}});
}

void ModelWorker::useAdapter(std::optional<AdapterChoice> choice) {
    place({Adapt{std::move(choice)}, {}});
}

void ModelWorker::compare(CompareOrder order) {
    place({std::move(order), {}});
}

void ModelWorker::stop(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        const auto* compare = std::get_if<CompareOrder>(&order->what);
        if (compare != nullptr && compare->question.id == id) order->stop.request_stop();
        const auto* write = std::get_if<WriteOrder>(&order->what);
        if (write != nullptr && write->id == id) order->stop.request_stop();
    }
}

void ModelWorker::openConversation(std::int64_t conversation) {
    place({Open{conversation}, {}});
}

void ModelWorker::forgetConversation(std::int64_t conversation) {
    place({Forget{conversation}, {}});
}

WorkerStatus ModelWorker::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

std::vector<WorkerEvent> ModelWorker::takeEvents() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
}

void ModelWorker::place(Order order) {
    {
        const std::lock_guard lock(mutex_);
        orders_.push_back(std::make_shared<Order>(std::move(order)));
    }
    ordered_.notify_one();
}

void ModelWorker::stopAll() {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        if (!std::holds_alternative<Unload>(order->what)) order->stop.request_stop();
    }
}

void ModelWorker::run() {
    for (;;) {
        std::shared_ptr<Order> order;
        {
            std::unique_lock lock(mutex_);
            ordered_.wait(lock, [this] { return quitting_ || !orders_.empty(); });
            if (quitting_) break;
            order = orders_.front();
        }
        carryOut(*order);
        const std::lock_guard lock(mutex_);
        orders_.pop_front();
    }
    carryOutForgetting();
    saveContext({});
    setCrashMark(false);
}

void ModelWorker::carryOut(Order& order) {
    if (auto* load = std::get_if<Load>(&order.what)) {
        carryOutLoad(*load, order.stop.get_token());
    } else if (auto* write = std::get_if<WriteOrder>(&order.what)) {
        carryOutWrite(*write, order.stop.get_token());
    } else if (const auto* open = std::get_if<Open>(&order.what)) {
        if (open->conversation != conversation_) saveContext(order.stop.get_token());
    } else if (const auto* forget = std::get_if<Forget>(&order.what)) {
        carryOutForget(*forget);
    } else if (const auto* adapt = std::get_if<Adapt>(&order.what)) {
        carryOutAdapt(*adapt);
    } else if (const auto* compare = std::get_if<CompareOrder>(&order.what)) {
        carryOutCompare(*compare, order.stop.get_token());
    } else {
        carryOutUnload(std::get<Unload>(order.what));
    }
}

void ModelWorker::carryOutAdapt(const Adapt& adapt) {
    AdapterEnded ended;
    if (!model_) {
        ended.error = {ErrorCode::NotFound, "No model is loaded. Open a model first."};
        announce(ended);
        return;
    }
    saveContext({});
    conversation_ = 0;
    try {
        if (auto used = model_->useAdapter(adapt.choice); !used) ended.error = used.error();
    } catch (const std::exception& exception) {
        ended.error = fromException(exception);
    }
    publish([this](WorkerStatus& status) {
        if (status.state != WorkerStatus::State::Ready) return;
        status.adapter = model_->adapter();
        publishMemory(model_->memory(), status);
        status.contextUsed = model_->contextUsed();
        status.contextConversation = 0;
    });
    announce(std::move(ended));
}

Result<SideBySide> ModelWorker::compareOn(const CompareOrder& order, const std::stop_token& stop) {
    std::int64_t dropped = 0;
    const auto prompt = promptFor(order.question, dropped);
    if (!prompt) return tl::unexpected(prompt.error());
    saveContext(stop);
    conversation_ = 0;
    const GenerationSettings settings = overridden(model_->ownSettings(), order.question.choices);
    return generateSideBySide(*model_, order.adapter, *prompt, settings, {}, stop);
}

void ModelWorker::carryOutCompare(const CompareOrder& order, const std::stop_token& stop) {
    Compared compared;
    compared.id = order.question.id;
    publish([](WorkerStatus& status) {
        if (status.state == WorkerStatus::State::Ready)
            status.state = WorkerStatus::State::Generating;
    });
    try {
        auto answers = compareOn(order, stop);
        if (!answers) compared.error = answers.error();
        if (answers) {
            if (auto problem = answers->problem(); !problem.empty())
                compared.error = {ErrorCode::Malformed, std::move(problem)};
            compared.base = std::move(answers->base.text);
            compared.tuned = std::move(answers->tuned.text);
        }
    } catch (const std::exception& exception) {
        compared.error = fromException(exception);
    }
    publish([this](WorkerStatus& status) {
        if (status.state != WorkerStatus::State::Generating) return;
        status.state = WorkerStatus::State::Ready;
        if (model_) status.contextUsed = model_->contextUsed();
        status.contextConversation = 0;
    });
    announce(std::move(compared));
}

void ModelWorker::carryOutForget(const Forget& forget) {
    if (forget.conversation == conversation_) conversation_ = 0;
    contexts_.remove(forget.conversation);
}

// What was ordered to be deleted is not left on the disk by a program that ends.
void ModelWorker::carryOutForgetting() {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        if (const auto* forget = std::get_if<Forget>(&order->what)) carryOutForget(*forget);
    }
}

void ModelWorker::saveContext(const std::stop_token& stop) {
    if (!model_ || conversation_ == 0 || contextSaved_ || stop.stop_requested()) return;
    try {
        contexts_.save(*model_, conversation_, stop);
    } catch (const std::exception& exception) {
        logMessage(LogLevel::Info, fromException(exception).message);
    }
    contextSaved_ = !stop.stop_requested();
}

void ModelWorker::carryOutLoad(const Load& load, std::stop_token stop) {
    saveContext(stop);
    model_.reset();
    conversation_ = 0;
    Result<std::unique_ptr<LanguageModel>> loaded = cancelled();
    if (!stop.stop_requested()) {
        publishWish(load.wish, [&](WorkerStatus& status) { status = loadingStatus(load.options); });
        loaded_ = load.options;
        setCrashMark(true);
        try {
            loaded = LanguageModel::load(
                load.options,
                [&](double share) {
                    publishWish(load.wish,
                                [share](WorkerStatus& status) { status.loadProgress = share; });
                },
                stop);
        } catch (const std::exception& exception) {
            loaded = tl::unexpected(fromException(exception));
        }
        setCrashMark(false);
    }
    if (!loaded) {
        const Error error = loaded.error();
        publishWish(load.wish, [&](WorkerStatus& status) {
            const bool cancelledByUser = error.code == ErrorCode::Cancelled;
            status.state =
                cancelledByUser ? WorkerStatus::State::Empty : WorkerStatus::State::Failed;
            if (!cancelledByUser) status.error = error.message;
            status.gpuFailed = !cancelledByUser && wantsGpu(load.options);
        });
        announce(LoadEnded{error});
        return;
    }
    model_ = std::move(*loaded);
    provenModel_ = false;
    model_->onPassRead([this](std::int64_t positions) {
        if (!isReadingPrompt_) return;
        publish([positions](WorkerStatus& status) { status.promptRead = positions; });
    });
    publishWish(load.wish, [this](WorkerStatus& status) {
        status.state = WorkerStatus::State::Ready;
        status.name = model_->name();
        status.isChat = model_->chatTemplate().has_value();
        const std::optional<Error>& problem = model_->templateProblem();
        status.templateProblem = problem ? problem->message : std::string();
        status.backend = model_->backendDescription();
        status.fallback = model_->fallback();
        if (const GpuPart* gpu = model_->gpu()) {
            status.gpuBytes = gpu->plan().totalBytes();
            status.gpuTotalBytes = gpu->device().totalBytes;
            status.gpuIndex = gpu->device().index;
            status.gpuFreeBytes = gpu->device().freeBytes;
        }
        publishMemory(model_->memory(), status);
        status.contextUsed = 0;
        status.contextLimit = model_->contextLimit();
        status.measure = std::make_shared<const PromptMeasure>(*model_);
        status.adapter = model_->adapter();
        status.loadProgress = 1;
    });
    announce(LoadEnded{});
}

// What was on the GPU is gone: its memory is given back, so that another load may have it.
void ModelWorker::giveUpGpu(const std::string& error) {
    model_.reset();
    conversation_ = 0;
    contextSaved_ = true;
    publish([&](WorkerStatus& status) {
        // Another load may have been ordered: then that is what the status is about.
        if (status.state != WorkerStatus::State::Ready) return;
        status.state = WorkerStatus::State::Failed;
        status.error = error;
        status.gpuFailed = true;
        status.measure = nullptr;
    });
    announce(GpuLost{error});
}

void ModelWorker::carryOutUnload(const Unload& unload) {
    saveContext({});
    model_.reset();
    conversation_ = 0;
    publishWish(unload.wish, [](WorkerStatus& status) { status = {}; });
}

void ModelWorker::carryOutWrite(WriteOrder& order, std::stop_token stop) {
    WriteEnded ended;
    ended.id = order.id;
    if (model_) ended.modelName = model_->name();
    if (stop.stop_requested()) {
        ended.generation.reason = StopReason::Cancelled;
        announce(std::move(ended));
        return;
    }
    announce(WriteBegan{order.id});
    try {
        auto prompt = promptFor(order, ended.droppedMessages);
        auto written = prompt ? writeOn(order, *prompt, stop)
                              : Result<Generation>(tl::unexpected(prompt.error()));
        if (written) {
            ended.generation = std::move(*written);
            if (ended.generation.reason == StopReason::NotFinite)
                ended.error = {ErrorCode::Malformed, ended.generation.problem};
        } else {
            ended.error = written.error();
        }
    } catch (const std::exception& exception) {
        ended.error = fromException(exception);
    }
    if (ended.error && ended.error->code == ErrorCode::Cancelled) {
        ended.error.reset();
        ended.generation.reason = StopReason::Cancelled;
    }
    const bool lost = ended.error && model_ && model_->hasFailed();
    const std::string why = lost ? ended.error->message : std::string();
    announce(std::move(ended));
    if (lost) giveUpGpu(why);
}

Result<std::vector<TokenId>> ModelWorker::promptFor(const WriteOrder& order,
                                                    std::int64_t& dropped) const {
    if (!model_) return failure(ErrorCode::NotFound, "No model is loaded. Open a model first.");
    const Tokenizer& tokenizer = model_->tokenizer();
    const std::int64_t limit = model_->contextLimit();
    std::vector<TokenId> prompt;
    if (order.messages.empty() || !model_->chatTemplate()) {
        prompt = model_->encodeText(rawTextOf(order));
        if (prompt.empty())
            return failure(ErrorCode::Unsupported, "There is no text to go on with.");
    } else {
        std::vector<ChatMessage> messages = order.messages;
        for (ChatMessage& message : messages) {
            if (!spells(tokenizer, message)) message.ids.clear();
        }
        std::vector<TokenId> begun;
        if (!order.replySoFar.content.empty()) begun = idsOfReply(tokenizer, order.replySoFar);
        const auto begunTokens = static_cast<std::int64_t>(begun.size());
        if (!begun.empty()) {
            const PromptSize size = PromptMeasure(*model_).measure(order);
            if (!size.fits()) {
                return failure(ErrorCode::Unsupported,
                               "The reply cannot go on: with its question it takes " +
                                   std::to_string(size.tokens) + " tokens, and the context of " +
                                   std::to_string(limit) + " leaves room for " +
                                   std::to_string(size.room) + ". Begin a new chat.");
            }
        }
        auto chat = model_->encodeChat(
            messages, reserveFor(order, model_->ownSettings(), limit) + begunTokens);
        if (!chat) return tl::unexpected(chat.error());
        dropped = chat->droppedMessages;
        prompt = std::move(chat->ids);
        prompt.insert(prompt.end(), begun.begin(), begun.end());
    }
    if (static_cast<std::int64_t>(prompt.size()) >= limit) {
        return failure(ErrorCode::Unsupported, "The text takes " + std::to_string(prompt.size()) +
                                                   " tokens, but the context holds " +
                                                   std::to_string(limit) +
                                                   ". Shorten it, or begin a new chat.");
    }
    return prompt;
}

Result<Generation> ModelWorker::writeOn(const WriteOrder& order, std::span<const TokenId> prompt,
                                        std::stop_token stop) {
    publish([&](WorkerStatus& status) {
        // Another load may have been ordered: then that is what the status is about.
        if (status.state != WorkerStatus::State::Ready) return;
        status.state = WorkerStatus::State::Generating;
        status.contextUsed = static_cast<std::int64_t>(prompt.size());
        status.contextConversation = order.conversation;
        status.promptTokens = static_cast<std::int64_t>(prompt.size());
        status.promptRead = 0;
    });
    isReadingPrompt_ = true;
    if (!provenModel_) setCrashMark(true);
    Speed speed;
    const PieceSink sink = [&](std::string_view text, TokenId token) {
        if (!std::exchange(provenModel_, true)) setCrashMark(false);
        isReadingPrompt_ = false;
        const double tokensPerSecond = speed.afterAnotherToken();
        publish([&](WorkerStatus& status) {
            if (status.state != WorkerStatus::State::Generating) return;
            status.contextUsed = model_->contextUsed();
            status.promptTokens = 0;
            if (tokensPerSecond > 0) status.tokensPerSecond = tokensPerSecond;
        });
        announceText(order.id, text, token);
    };
    contexts_.restore(*model_, order.conversation, prompt);
    conversation_ = order.conversation;
    contextSaved_ = false;
    const GenerationSettings settings = overridden(model_->ownSettings(), order.choices);
    auto written = model_->generate(prompt, settings, sink, stop);
    isReadingPrompt_ = false;
    setCrashMark(false);
    publish([this](WorkerStatus& status) {
        if (status.state != WorkerStatus::State::Generating) return;
        status.state = WorkerStatus::State::Ready;
        status.promptTokens = 0;
        status.contextUsed = model_->contextUsed();
    });
    return written;
}

void ModelWorker::publish(const std::function<void(WorkerStatus&)>& change) {
    std::unique_lock lock(mutex_);
    change(status_);
    const bool wasEmpty = events_.empty();
    const bool announced = !wasEmpty && std::holds_alternative<StatusChanged>(events_.back());
    if (!announced) events_.emplace_back(StatusChanged{});
    deliver(lock, wasEmpty);
}

void ModelWorker::publishWish(std::uint64_t wish,
                              const std::function<void(WorkerStatus&)>& change) {
    publish([&](WorkerStatus& status) {
        if (wish == latestWish_) change(status);
    });
}

void ModelWorker::announce(WorkerEvent event) {
    std::unique_lock lock(mutex_);
    const bool wasEmpty = events_.empty();
    events_.push_back(std::move(event));
    deliver(lock, wasEmpty);
}

void ModelWorker::announceText(std::uint64_t id, std::string_view text, TokenId token) {
    std::unique_lock lock(mutex_);
    const bool wasEmpty = events_.empty();
    // Changes of the status do not order against text: look past one for text to join.
    auto last = std::find_if(events_.rbegin(), events_.rend(), [](const WorkerEvent& event) {
        return !std::holds_alternative<StatusChanged>(event);
    });
    auto* open = last == events_.rend() ? nullptr : std::get_if<Wrote>(&*last);
    if (open == nullptr || open->id != id) {
        events_.emplace_back(Wrote{id, {}, {}});
        open = &std::get<Wrote>(events_.back());
    }
    open->text += text;
    open->ids.push_back(token);
    deliver(lock, wasEmpty);
}

void ModelWorker::deliver(std::unique_lock<std::mutex>& lock, bool wasEmpty) {
    lock.unlock();
    if (wasEmpty) wake_();
}

void ModelWorker::setCrashMark(bool suspected) {
    if (crashMark_.empty()) return;
    if (suspected) {
        const std::string folder = loaded_.folder.string();
        auto mark = File::open(crashMark_, O_WRONLY | O_CREAT | O_TRUNC);
        if (mark) static_cast<void>(mark->write(std::as_bytes(std::span(folder))));
    } else {
        static_cast<void>(removePath(crashMark_));
    }
}

}  // namespace dsm
