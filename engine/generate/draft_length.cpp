#include "engine/generate/draft_length.h"

#include <algorithm>

namespace dsm {

void DraftLength::sawOne(double seconds) {
    constexpr double kNewShare = 0.25;
    oneSeconds_ = singles_ == 0 ? seconds : oneSeconds_ + kNewShare * (seconds - oneSeconds_);
    ++singles_;
    rest_ = std::max<std::int64_t>(0, rest_ - 1);
}

void DraftLength::sawDraft(std::size_t drafted, std::size_t accepted, double seconds) {
    const double cost = oneSeconds_ > 0 ? seconds / oneSeconds_ : 1;
    balance_ = std::min(kMostCredit, balance_ + static_cast<double>(accepted + 1) - cost);
    if (balance_ < -kMostLoss) return rest();
    if (accepted == drafted) {
        length_ = std::min(kMost, 2 * length_ + 1);
        leastMatch_ = kReadyMatch;
        nextRest_ = kFirstRest;
    } else if (2 * accepted < drafted) {
        length_ = kShort;
    }
}

void DraftLength::rest() {
    rest_ = nextRest_;
    nextRest_ = std::min(kMostRest, 2 * nextRest_);
    leastMatch_ = std::min(kMostMatch, 2 * std::max(leastMatch_, kReadyMatch));
    length_ = kShort;
    balance_ = 0;
}

}  // namespace dsm
