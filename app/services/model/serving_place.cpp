#include "app/services/model/serving_place.h"

#include <utility>

namespace dsm {

void ServingPlace::setWanted(bool isWanted) {
    const std::lock_guard lock(mutex_);
    isWanted_ = isWanted;
}

bool ServingPlace::isWanted() const {
    const std::lock_guard lock(mutex_);
    return isWanted_;
}

void ServingPlace::set(std::shared_ptr<Serving> serving, std::string name) {
    const std::lock_guard lock(mutex_);
    serving_.swap(serving);
    name_ = std::move(name);
}

std::vector<std::string> ServingPlace::names() const {
    const std::lock_guard lock(mutex_);
    if (serving_ == nullptr) return {};
    return {name_};
}

Result<std::shared_ptr<Serving>> ServingPlace::use() {
    if (auto serving = current()) return serving;
    return failure(ErrorCode::NotFound, "No model is loaded in the window.");
}

std::shared_ptr<Serving> ServingPlace::current() const {
    const std::lock_guard lock(mutex_);
    return serving_;
}

void ServingPlace::end() {
    if (const auto serving = current()) serving->queue().stop();
}

}  // namespace dsm
