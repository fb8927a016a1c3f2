#include <QScrollBar>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_selection.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kGapMessages = 10;

}  // namespace

void MessageView::scheduleLayout(size_t first) {
    firstMoved_ = std::min(firstMoved_, first);
    if (!isLayingOut_) layoutTimer_->start();
}

void MessageView::takeHeight(size_t index) {
    realize(index);
    scheduleLayout(index);
}

int MessageView::bottomOf(size_t item) const {
    return tops_[item] + items_[item]->heightAt(itemWidth_);
}

int MessageView::columnHeight() const {
    return items_.empty() ? space::kHuge
                          : bottomOf(items_.size() - 1) + kGapMessages + space::kSmall;
}

// The first item in view whose height is known: what is above it may turn out to be of another
// height. Without one, the first in view.
MessageView::Anchor MessageView::anchor() const {
    const int value = verticalScrollBar()->value();
    const auto [first, last] = itemsBetween(value, value + viewport()->height());
    for (size_t i = first; i < last; ++i) {
        if (items_[i]->isRealized()) return {i, tops_[i] - value};
    }
    return first < last ? Anchor{first, tops_[first] - value} : Anchor();
}

int MessageView::valueFor(const Anchor& anchor) const {
    const int maximum = std::max(0, columnHeight() - viewport()->height());
    if (isFollowing_ || items_.empty()) return maximum;
    return std::clamp(tops_[anchor.item] - anchor.distance, 0, maximum);
}

void MessageView::stack(size_t first) {
    tops_.resize(items_.size());
    for (size_t i = first; i < items_.size(); ++i)
        tops_[i] = i == 0 ? space::kHuge : bottomOf(i - 1) + kGapMessages;
}

std::pair<size_t, size_t> MessageView::itemsBetween(int top, int bottom) const {
    const auto known =
        tops_.begin() + static_cast<std::ptrdiff_t>(std::min(tops_.size(), items_.size()));
    auto first = std::upper_bound(tops_.begin(), known, top);
    if (first != tops_.begin()) --first;
    const auto last = std::upper_bound(first, known, bottom);
    return {static_cast<size_t>(first - tops_.begin()), static_cast<size_t>(last - tops_.begin())};
}

void MessageView::realize(size_t index) {
    if (std::find(realized_.begin(), realized_.end(), index) == realized_.end()) {
        realized_.push_back(index);
    }
    items_[index]->realize();
}

bool MessageView::measureItem(size_t index) {
    const int reckoned = items_[index]->heightAt(itemWidth_);
    const int height = items_[index]->layoutFor(itemWidth_);
    selection_->watch(*items_[index]);
    if (height == reckoned) return false;
    firstMoved_ = std::min(firstMoved_, index + 1);
    return true;
}

// Lays out what is near and what has widgets, where that is not done yet, and returns whether one
// has another height than was reckoned with.
bool MessageView::measure(std::pair<size_t, size_t> near) {
    for (size_t i = near.first; i < near.second; ++i)
        realize(i);
    bool isOther = false;
    for (const size_t index : realized_)
        isOther = measureItem(index) || isOther;
    return isOther;
}

void MessageView::releaseFar(std::pair<size_t, size_t> near) {
    std::erase_if(realized_, [this, near](size_t index) {
        MessageItem* item = items_[index];
        if ((index >= near.first && index < near.second) || item->isInUse()) return false;
        item->hide();
        item->release();
        return true;
    });
}

void MessageView::placeItems() {
    // In the middle of the whole view, like what stands above and below it.
    const int left = (QWidget::width() - itemWidth_) / 2;
    for (const size_t index : realized_) {
        items_[index]->setGeometry(left, tops_[index], itemWidth_,
                                   items_[index]->heightAt(itemWidth_));
        items_[index]->show();
    }
}

// A message that begins above the view keeps the share of it that is out of sight.
void MessageView::changeWidth(int width, Anchor& kept) {
    const bool isInside = kept.distance < 0 && kept.item < items_.size();
    const int before = isInside ? items_[kept.item]->heightAt(itemWidth_) : 0;
    itemWidth_ = width;
    firstMoved_ = 0;
    if (before <= 0) return;
    realize(kept.item);
    const double share = kept.distance / static_cast<double>(before);
    kept.distance = static_cast<int>(share * items_[kept.item]->layoutFor(width));
}

void MessageView::layoutItems() {
    if (!isLayingOut_) layoutAround(anchor());
}

void MessageView::layoutAround(Anchor kept) {
    isLayingOut_ = true;
    layoutTimer_->stop();
    const int width = viewport()->width();
    const int itemWidth = std::max(1, std::min(kColumnWidth, width - 2 * space::kHuge));
    if (itemWidth != itemWidth_) changeWidth(itemWidth, kept);
    const int margin = viewport()->height();
    std::pair<size_t, size_t> near;
    do {
        stack(std::exchange(firstMoved_, items_.size()));
        const int value = valueFor(kept);
        near = itemsBetween(value - margin, value + viewport()->height() + margin);
    } while (measure(near));
    releaseFar(near);
    placeItems();
    column_->resize(width, columnHeight());
    verticalScrollBar()->setValue(valueFor(kept));
    isLayingOut_ = false;
    placeBottomButton();
}

}  // namespace dsm
