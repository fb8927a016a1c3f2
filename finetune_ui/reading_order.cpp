#include "finetune_ui/reading_order.h"

#include <QAbstractButton>
#include <QLayout>
#include <QScrollArea>
#include <algorithm>

#include "ui/widgets/card.h"

namespace dsm {
namespace {

void collect(const QLayout& layout, QList<QWidget*>& found);

void collect(QWidget* widget, QList<QWidget*>& found) {
    const bool isStop = widget->focusPolicy() & Qt::TabFocus;
    if (isStop && widget->focusProxy() == nullptr) found.append(widget);
    const auto* area = qobject_cast<const QScrollArea*>(widget);
    if (area != nullptr && area->widget() != nullptr) return collect(area->widget(), found);
    if (widget->layout() != nullptr) collect(*widget->layout(), found);
}

void collect(const QLayout& layout, QList<QWidget*>& found) {
    for (int i = 0; i < layout.count(); ++i) {
        const QLayoutItem* item = layout.itemAt(i);
        if (QWidget* widget = item->widget()) collect(widget, found);
        if (const QLayout* inner = const_cast<QLayoutItem*>(item)->layout()) collect(*inner, found);
    }
}

bool canBeChosen(const QWidget* control, const QWidget* page) {
    const auto* button = qobject_cast<const QAbstractButton*>(control);
    const bool isOther = button != nullptr && button->autoExclusive() && !button->isChecked();
    return control->isVisibleTo(page) && control->isEnabled() && !isOther;
}

}  // namespace

QList<QWidget*> readingOrder(QWidget* page) {
    QList<QWidget*> found;
    collect(page, found);
    return found;
}

void orderTabs(QWidget* page) {
    const QList<QWidget*> order = readingOrder(page);
    for (qsizetype i = 1; i < order.size(); ++i)
        QWidget::setTabOrder(order[i - 1], order[i]);
}

QWidget* firstToChoose(QWidget* page) {
    const QList<QWidget*> order = readingOrder(page);
    const auto first = std::find_if(order.begin(), order.end(), [&](const QWidget* control) {
        return canBeChosen(control, page);
    });
    return first == order.end() ? nullptr : *first;
}

QWidget* neighbourOfGone(const QWidget* control) {
    if (control == nullptr || (control->isEnabled() && control->isVisible())) return nullptr;
    for (QWidget* place = control->parentWidget(); place != nullptr;
         place = place->parentWidget()) {
        QWidget* found = place->isVisible() ? firstToChoose(place) : nullptr;
        if (found != nullptr) return found;
        if (qobject_cast<Card*>(place) != nullptr) break;
    }
    return nullptr;
}

}  // namespace dsm
