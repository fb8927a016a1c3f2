#include "app/services/model/worker_model.h"

#include <fcntl.h>

#include <exception>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/services/model/answer_author.h"
#include "app/services/model/order_prompt.h"
#include "app/services/model/prompt_measure.h"
#include "app/services/model/reply_speed.h"
#include "app/services/model/worker_errors.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

using namespace worker_event;

// A load on the CPU could go better.
bool wantsGpu(const LoadOptions& options, const Error& error) {
    return error.code == ErrorCode::DeviceLost || options.gpu.has_value() ||
           options.backend == name(Backend::Cuda);
}

void publishMemory(const MemoryPlan& memory, WorkerStatus& status) {
    status.memoryBytes = memory.totalBytes();
    status.ownMemoryBytes = memory.cacheBytes + memory.workspaceBytes + memory.adapterBytes;
}

}  // namespace

WorkerStatus loadingStatus(const LoadOptions& options) {
    WorkerStatus status;
    status.state = ModelState::Loading;
    status.options = options;
    status.name = options.folder.filename().string();
    return status;
}

WorkerModel::WorkerModel(std::filesystem::path crashMark, ContextStore contexts, WorkerMail& mail,
                         std::shared_ptr<ServingPlace> place)
    : crashMark_(std::move(crashMark)),
      contexts_(std::move(contexts)),
      mail_(mail),
      place_(std::move(place)) {}

void WorkerModel::end() {
    withdraw();
    saveContext({});
    setCrashMark(false);
}

void WorkerModel::openConversation(std::int64_t conversation, const std::stop_token& stop) {
    if (conversation != conversation_) saveContext(stop);
}

void WorkerModel::useAdapter(const std::optional<AdapterChoice>& choice) {
    AdapterEnded ended;
    if (!model_) {
        ended.error = noModel().value();
        mail_.announce(ended);
        return;
    }
    saveContext({});
    withdraw();
    conversation_ = 0;
    scores_.clear();
    try {
        if (auto used = model_->useAdapter(choice); !used) ended.error = used.error();
    } catch (const std::exception& exception) {
        ended.error = fromException(exception);
    }
    mail_.publish([this](WorkerStatus& status) {
        if (status.state != ModelState::Ready) return;
        status.adapter = model_->adapter();
        publishMemory(model_->memory(), status);
        status.contextUsed = model_->contextUsed();
        status.contextConversation = 0;
    });
    offer();
    mail_.announce(std::move(ended));
}

Result<SideBySide> WorkerModel::compareOn(const CompareOrder& order, const std::stop_token& stop) {
    if (!model_) return noModel();
    const auto prompt = promptFor(*model_, order.question);
    if (!prompt) return tl::unexpected(prompt.error());
    saveContext(stop);
    conversation_ = 0;
    const GenerationSettings settings = overridden(model_->ownSettings(), order.question.choices);
    return generateSideBySide(*model_, order.adapter, prompt->ids, settings, {}, stop);
}

void WorkerModel::compare(const CompareOrder& order, const std::stop_token& stop) {
    Compared compared;
    compared.id = order.question.id;
    mail_.publish([](WorkerStatus& status) {
        if (status.state == ModelState::Ready) status.state = ModelState::Generating;
    });
    try {
        auto answers = compareOn(order, stop);
        if (!answers) compared.error = answers.error();
        if (answers) {
            if (auto problem = answers->problem(); !problem.empty())
                compared.error = Error{ErrorCode::Malformed, std::move(problem)};
            compared.base = std::move(answers->base.text);
            compared.tuned = std::move(answers->tuned.text);
        }
    } catch (const std::exception& exception) {
        compared.error = fromException(exception);
    }
    mail_.publish([this](WorkerStatus& status) {
        if (status.state != ModelState::Generating) return;
        status.state = ModelState::Ready;
        if (model_) status.contextUsed = model_->contextUsed();
        status.contextConversation = 0;
    });
    mail_.announce(std::move(compared));
}

void WorkerModel::forget(std::int64_t conversation) {
    if (conversation == conversation_) conversation_ = 0;
    contexts_.remove(conversation);
}

void WorkerModel::saveContext(const std::stop_token& stop) {
    if (!model_ || conversation_ == 0 || contextSaved_ || stop.stop_requested()) return;
    try {
        contexts_.save(*model_, conversation_, stop);
    } catch (const std::exception& exception) {
        logMessage(LogLevel::Info, fromException(exception).message);
    }
    contextSaved_ = !stop.stop_requested();
}

void WorkerModel::load(const LoadOptions& options, std::uint64_t wish,
                       const std::stop_token& stop) {
    saveContext(stop);
    withdraw();
    model_.reset();
    conversation_ = 0;
    Result<std::unique_ptr<LanguageModel>> loaded = cancelled();
    if (!stop.stop_requested()) {
        mail_.publishWish(wish, [&](WorkerStatus& status) { status = loadingStatus(options); });
        loaded_ = options;
        setCrashMark(true);
        try {
            loaded = LanguageModel::load(
                options,
                [&](double share) {
                    mail_.publishWish(
                        wish, [share](WorkerStatus& status) { status.loadProgress = share; });
                },
                stop);
        } catch (const std::exception& exception) {
            loaded = tl::unexpected(fromException(exception));
        }
        setCrashMark(false);
    }
    if (!loaded) {
        const Error error = loaded.error();
        const ToldError told(error);
        mail_.publishWish(wish, [&](WorkerStatus& status) {
            const bool cancelledByUser = error.code == ErrorCode::Cancelled;
            status.state = cancelledByUser ? ModelState::Empty : ModelState::Failed;
            if (!cancelledByUser) status.error = told;
            status.gpuFailed = !cancelledByUser && wantsGpu(options, error);
        });
        mail_.announce(LoadEnded{told});
        return;
    }
    model_ = std::move(*loaded);
    scores_.clear();
    provenModel_ = false;
    model_->onPassRead([this](std::int64_t positions) {
        if (!isReadingPrompt_) return;
        mail_.publish([positions](WorkerStatus& status) { status.promptRead = positions; });
    });
    mail_.publishWish(wish, [this](WorkerStatus& status) {
        status.state = ModelState::Ready;
        status.name = model_->name();
        status.isChat = model_->chatTemplate().has_value();
        if (const auto& problem = model_->templateProblem()) status.templateProblem = *problem;
        status.backend = model_->backendDescription();
        if (const std::string& why = model_->fallback(); !why.empty())
            status.fallback = Error{ErrorCode::Unsupported, why};
        status.threads = model_->model().threads();
        status.isReference = model_->model().backend() == Backend::Reference;
        if (const GpuPart* gpu = model_->gpu()) {
            status.gpuBytes = gpu->plan().totalBytes();
            status.gpuTotalBytes = gpu->device().totalBytes;
            status.gpuIndex = gpu->device().index;
            status.gpuName = gpu->device().name;
            status.layers = static_cast<int>(gpu->plan().moeLayers);
            status.layersOnGpu = static_cast<int>(gpu->plan().expertLayers);
            status.gpuFreeBytes = gpu->device().freeBytes;
        }
        publishMemory(model_->memory(), status);
        status.contextUsed = 0;
        status.contextLimit = model_->contextLimit();
        status.measure = std::make_shared<const PromptMeasure>(*model_);
        status.adapter = model_->adapter();
        status.loadProgress = 1;
    });
    offer();
    mail_.announce(LoadEnded{});
}

// What was on the GPU is gone: its memory is given back, so that another load may have it.
void WorkerModel::giveUpGpu(const ToldError& error) {
    withdraw();
    model_.reset();
    conversation_ = 0;
    contextSaved_ = true;
    mail_.publish([&](WorkerStatus& status) {
        // Another load may have been ordered: then that is what the status is about.
        if (status.state != ModelState::Ready) return;
        status.state = ModelState::Failed;
        status.error = error;
        status.gpuFailed = true;
        status.measure = nullptr;
    });
    mail_.announce(GpuLost{error});
}

void WorkerModel::unload(std::uint64_t wish) {
    saveContext({});
    withdraw();
    model_.reset();
    conversation_ = 0;
    mail_.publishWish(wish, [](WorkerStatus& status) { status = {}; });
}

void WorkerModel::write(const WriteOrder& order, const std::stop_token& stop) {
    if (!order.answers.empty()) return writeAnswers(order, stop);
    WriteEnded ended;
    ended.id = order.id;
    if (model_) {
        const std::optional<AdapterChoice>& adapter = model_->adapter();
        ended.modelName = answerAuthor(model_->name(), adapter ? adapter->folder : "");
    }
    if (stop.stop_requested()) {
        ended.generation.reason = StopReason::Cancelled;
        mail_.announce(std::move(ended));
        return;
    }
    mail_.announce(WriteBegan{order.id});
    try {
        const Result<LanguageModel::ChatPrompt> prompt =
            model_ ? promptFor(*model_, order) : Result<LanguageModel::ChatPrompt>(noModel());
        if (prompt) ended.droppedMessages = prompt->droppedMessages;
        auto written = prompt ? writeOn(order, prompt->ids, stop)
                              : Result<Generation>(tl::unexpected(prompt.error()));
        if (written) {
            ended.generation = std::move(*written);
            if (ended.generation.reason == StopReason::NotFinite)
                ended.error = Error{ErrorCode::Malformed, ended.generation.problem};
        } else {
            ended.error = written.error();
        }
    } catch (const std::exception& exception) {
        ended.error = fromException(exception);
    }
    if (ended.error && ended.error->isCancel()) {
        ended.error.reset();
        ended.generation.reason = StopReason::Cancelled;
    }
    const bool lost = ended.error && model_ && model_->hasFailed();
    const std::optional<ToldError> error = ended.error;
    mail_.announce(std::move(ended));
    if (lost) giveUpGpu(*error);
}

void WorkerModel::noteBegin(const WriteOrder& order, std::span<const TokenId> prompt) {
    mail_.publish([&](WorkerStatus& status) {
        // Another load may have been ordered: then that is what the status is about.
        if (status.state != ModelState::Ready) return;
        status.state = ModelState::Generating;
        status.contextUsed = static_cast<std::int64_t>(prompt.size());
        status.contextConversation = order.conversation;
        status.promptTokens = static_cast<std::int64_t>(prompt.size());
        status.promptRead = 0;
    });
    isReadingPrompt_ = true;
    if (!provenModel_) setCrashMark(true);
    contexts_.restore(*model_, order.conversation, prompt);
    conversation_ = order.conversation;
    contextSaved_ = false;
}

void WorkerModel::noteToken(double tokensPerSecond) {
    if (!std::exchange(provenModel_, true)) setCrashMark(false);
    isReadingPrompt_ = false;
    mail_.publish([&](WorkerStatus& status) {
        if (status.state != ModelState::Generating) return;
        status.contextUsed = model_->contextUsed();
        status.promptTokens = 0;
        if (tokensPerSecond > 0) status.tokensPerSecond = tokensPerSecond;
    });
}

void WorkerModel::noteEnd() {
    isReadingPrompt_ = false;
    setCrashMark(false);
    mail_.publish([this](WorkerStatus& status) {
        if (status.state != ModelState::Generating) return;
        status.state = ModelState::Ready;
        status.promptTokens = 0;
        status.contextUsed = model_->contextUsed();
    });
}

Result<Generation> WorkerModel::writeOn(const WriteOrder& order, std::span<const TokenId> prompt,
                                        std::stop_token stop) {
    noteBegin(order, prompt);
    ReplySpeed speed;
    const PieceSink sink = [&](std::string_view text, TokenId token) {
        noteToken(speed.afterAnotherToken());
        mail_.announceText(order.id, text, token);
    };
    const GenerationSettings settings = overridden(model_->ownSettings(), order.choices);
    auto written = model_->generate(prompt, settings, sink, std::move(stop));
    noteEnd();
    return written;
}

void WorkerModel::setCrashMark(bool suspected) {
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
