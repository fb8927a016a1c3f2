#include "app/services/program/mailbox.h"

#include <utility>

namespace dsm {

Mailbox::Mailbox() : notifier_(bell_.descriptor(), QSocketNotifier::Read) {
    QObject::connect(&notifier_, &QSocketNotifier::activated, &notifier_, [this] { carryOut(); });
}

void Mailbox::post(std::function<void()> call) {
    {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(call));
    }
    bell_.ring();
}

void Mailbox::carryOut() {
    bell_.silence();
    std::vector<std::function<void()>> calls;
    {
        const std::lock_guard lock(mutex_);
        calls.swap(calls_);
    }
    for (const auto& call : calls)
        call();
}

}  // namespace dsm
