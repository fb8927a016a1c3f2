#include "finetune_ui/cards/button_row.h"

#include <QLayout>
#include <algorithm>
#include <memory>
#include <vector>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

class WrappingLayout : public QLayout {
  public:
    explicit WrappingLayout(QWidget* parent) : QLayout(parent) {
        setContentsMargins(0, 0, 0, 0);
        setSpacing(space::kSmall);
    }

    void addItem(QLayoutItem* item) override { items_.emplace_back(item); }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override {
        return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)].get()
                                             : nullptr;
    }
    QLayoutItem* takeAt(int index) override {
        if (itemAt(index) == nullptr) return nullptr;
        QLayoutItem* item = items_[static_cast<std::size_t>(index)].release();
        items_.erase(items_.begin() + index);
        return item;
    }
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place({0, 0, width, 0}, false); }
    QSize sizeHint() const override {
        QSize all(0, 0);
        for (const auto& item : items_) {
            if (item->isEmpty()) continue;
            const QSize size = item->sizeHint();
            all = {all.width() + size.width() + (all.width() > 0 ? spacing() : 0),
                   std::max(all.height(), size.height())};
        }
        return all;
    }
    // Of the widest: the others can stand below it.
    QSize minimumSize() const override {
        QSize least(0, 0);
        for (const auto& item : items_) {
            if (!item->isEmpty()) least = least.expandedTo(item->minimumSize());
        }
        return least;
    }
    void setGeometry(const QRect& rect) override {
        QLayout::setGeometry(rect);
        place(rect, true);
    }

  private:
    // The height that they take.
    int place(const QRect& rect, bool isMeant) const {
        int x = 0;
        int y = 0;
        int lineHeight = 0;
        for (const auto& item : items_) {
            if (item->isEmpty()) continue;
            const QSize size = item->sizeHint().boundedTo({rect.width(), QWIDGETSIZE_MAX});
            if (x > 0 && x + size.width() > rect.width()) {
                x = 0;
                y += lineHeight + spacing();
                lineHeight = 0;
            }
            if (isMeant) item->setGeometry({rect.topLeft() + QPoint(x, y), size});
            x += size.width() + spacing();
            lineHeight = std::max(lineHeight, size.height());
        }
        return y + lineHeight;
    }

    std::vector<std::unique_ptr<QLayoutItem>> items_;
};

}  // namespace

ButtonRow::ButtonRow(const QList<QWidget*>& buttons, QWidget* parent) : QWidget(parent) {
    auto* layout = new WrappingLayout(this);
    for (QWidget* button : buttons)
        layout->addWidget(button);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

}  // namespace dsm
