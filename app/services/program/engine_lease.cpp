#include "app/services/program/engine_lease.h"

namespace dsm {

bool EngineLease::take(Holder holder) {
    Q_ASSERT(holder != Holder::None);
    if (count_ > 0 && (holder_ != holder || holder == Holder::Training)) return false;
    holder_ = holder;
    ++count_;
    return true;
}

void EngineLease::giveBack(Holder holder) {
    Q_ASSERT(count_ > 0 && holder_ == holder);
    if (--count_ > 0) return;
    holder_ = Holder::None;
    Q_EMIT freed();
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
