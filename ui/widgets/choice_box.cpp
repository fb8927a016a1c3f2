#include "ui/widgets/choice_box.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QStyleOptionComboBox>
#include <QToolTip>

namespace dsm {

// Its texts come and change with the language.
ChoiceBox::ChoiceBox(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(AdjustToContents);
    view()->installEventFilter(this);
}

// Escape closes the open list, whatever else it does on the page below.
bool ChoiceBox::eventFilter(QObject* watched, QEvent* event) {
    const bool isCloseKey = event->type() == QEvent::ShortcutOverride &&
                            static_cast<QKeyEvent*>(event)->matches(QKeySequence::Cancel);
    if (!isCloseKey) return QComboBox::eventFilter(watched, event);
    event->accept();
    return true;
}

QString ChoiceBox::fitting(const QStyleOptionComboBox& option) const {
    const QRect field =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    return fontMetrics().elidedText(option.currentText, Qt::ElideRight, field.width());
}

QString ChoiceBox::shownText() const {
    QStyleOptionComboBox option;
    initStyleOption(&option);
    return option.currentText;
}

void ChoiceBox::initStyleOption(QStyleOptionComboBox* option) const {
    QComboBox::initStyleOption(option);
    option->currentText = fitting(*option);
}

bool ChoiceBox::event(QEvent* event) {
    const bool isCut = event->type() == QEvent::ToolTip && shownText() != currentText();
    if (!isCut) return QComboBox::event(event);
    const QString tip = toolTip().isEmpty() ? currentText() : currentText() + u'\n' + toolTip();
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tip, this);
    return true;
}

}  // namespace dsm
