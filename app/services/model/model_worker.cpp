#include "app/services/model/model_worker.h"

#include <utility>

namespace dsm {

namespace {

// Stops the answer of that number, if it is one of several. True: nothing of the order is left.
bool stopsWhole(WriteOrder& order, std::uint64_t id) {
    if (order.answers.empty()) return order.id == id;
    bool isOver = true;
    for (OrderedAnswer& answer : order.answers) {
        if (answer.id == id) answer.stop.request_stop();
        isOver = isOver && answer.stop.stop_requested();
    }
    return isOver;
}

}  // namespace

ModelWorker::ModelWorker(std::filesystem::path crashMark, ContextStore contexts,
                         std::function<void()> wake, std::shared_ptr<ServingPlace> place)
    : mail_(std::move(wake)),
      model_(std::move(crashMark), std::move(contexts), mail_, std::move(place)),
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
    const std::uint64_t wish = mail_.newWish();
    mail_.publishWish(wish, [&](WorkerStatus& status) { status = loadingStatus(options); });
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
    place({Unload{mail_.newWish()}, {}});
}

void ModelWorker::write(WriteOrder order) {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& other : orders_) {
            const bool givesWay = std::holds_alternative<Open>(other->what) ||
                                  std::holds_alternative<StudyOrder>(other->what);
            if (givesWay) other->stop.request_stop();
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

void ModelWorker::study(StudyOrder order) {
    place({std::move(order), {}});
}

void ModelWorker::stop(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        const auto* compare = std::get_if<CompareOrder>(&order->what);
        if (compare != nullptr && compare->question.id == id) order->stop.request_stop();
        const auto* study = std::get_if<StudyOrder>(&order->what);
        if (study != nullptr && study->id == id) order->stop.request_stop();
        auto* write = std::get_if<WriteOrder>(&order->what);
        if (write != nullptr && stopsWhole(*write, id)) order->stop.request_stop();
    }
}

void ModelWorker::openConversation(std::int64_t conversation) {
    place({Open{conversation}, {}});
}

void ModelWorker::forgetConversation(std::int64_t conversation) {
    place({Forget{conversation}, {}});
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
    forgetWhatWasOrdered();
    model_.end();
}

void ModelWorker::carryOut(Order& order) {
    const std::stop_token stop = order.stop.get_token();
    if (const auto* load = std::get_if<Load>(&order.what)) {
        model_.load(load->options, load->wish, stop);
    } else if (const auto* write = std::get_if<WriteOrder>(&order.what)) {
        model_.write(*write, stop);
    } else if (const auto* open = std::get_if<Open>(&order.what)) {
        model_.openConversation(open->conversation, stop);
    } else if (const auto* forget = std::get_if<Forget>(&order.what)) {
        model_.forget(forget->conversation);
    } else if (const auto* adapt = std::get_if<Adapt>(&order.what)) {
        model_.useAdapter(adapt->choice);
    } else if (const auto* compare = std::get_if<CompareOrder>(&order.what)) {
        model_.compare(*compare, stop);
    } else if (const auto* study = std::get_if<StudyOrder>(&order.what)) {
        model_.study(*study, stop);
    } else if (std::holds_alternative<Offer>(order.what)) {
        model_.offer();
    } else if (std::holds_alternative<Serve>(order.what)) {
        carryOnServing();
    } else {
        model_.unload(std::get<Unload>(order.what).wish);
    }
}

bool ModelWorker::othersWait() {
    const std::lock_guard lock(mutex_);
    return quitting_ || orders_.size() > 1;
}

// Whoever waits has the next turn, and what is left comes after him.
void ModelWorker::carryOnServing() {
    const bool isLeft = model_.serve([this] { return othersWait(); });
    if (isLeft) return serve();
    mail_.announce(worker_event::ServeEnded{});
}

// What was ordered to be deleted is not left on the disk by a program that ends.
void ModelWorker::forgetWhatWasOrdered() {
    const std::lock_guard lock(mutex_);
    for (const auto& order : orders_) {
        if (const auto* forget = std::get_if<Forget>(&order->what))
            model_.forget(forget->conversation);
    }
}

}  // namespace dsm
