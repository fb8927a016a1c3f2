#include "app/services/program/engine_lease.h"

#include <utility>

namespace dsm {

bool EngineLease::take(Holder holder) {
    Q_ASSERT(holder != Holder::None);
    if (isTraining_ && !(isLent_ && holder == Holder::Chat)) return false;
    if (holder == Holder::Training && chats_ > 0) return false;
    if (holder == Holder::Training) {
        isTraining_ = true;
    } else {
        ++chats_;
    }
    return true;
}

void EngineLease::giveBack(Holder holder) {
    if (holder == Holder::Training) {
        Q_ASSERT(isTraining_);
        isTraining_ = lends_ = isLent_ = false;
        // Chats that waited come before the next run.
        if (std::exchange(isAsked_, false)) Q_EMIT lent();
    } else {
        Q_ASSERT(chats_ > 0);
        --chats_;
    }
    if (chats_ > 0) return;
    if (!isTraining_) {
        Q_EMIT freed();
    } else if (std::exchange(isLent_, false)) {
        Q_EMIT returned();
    }
}

bool EngineLease::ask() {
    if (!lends_) return false;
    if (!std::exchange(isAsked_, true)) Q_EMIT asked();
    return true;
}

void EngineLease::lend() {
    Q_ASSERT(lends_);
    isAsked_ = false;
    isLent_ = true;
    Q_EMIT lent();
    if (chats_ == 0 && std::exchange(isLent_, false)) Q_EMIT returned();
}

EngineLease::Holder EngineLease::holder() const {
    if (chats_ > 0) return Holder::Chat;
    return isTraining_ ? Holder::Training : Holder::None;
}

QString EngineLease::refusal(Holder asking) const {
    if (holder() == Holder::None || (holder() == asking && asking == Holder::Chat)) return {};
    if (holder() == Holder::Training) {
        return tr(
            "A training run or an evaluation uses the computer. Pause it to chat, or wait until it "
            "has finished.");
    }
    return tr("The model is loading or writing. Training begins when it is done.");
}

}  // namespace dsm
