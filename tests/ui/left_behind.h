// What of a page stays in the language it was made in when another is chosen.
//
// Threads  Main thread.
#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTranslator>

namespace dsm::test {

inline constexpr QChar kMark = u'◆';

// A language in which every text begins with the mark.
class Marking : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char*, const char* text, const char*, int) const override {
        return kMark + QString::fromUtf8(text);
    }
};

// Of one widget, each with the name of what it is.
inline QStringList textsOf(const QWidget* widget) {
    QStringList texts{widget->accessibleName(), widget->accessibleDescription(), widget->toolTip()};
    if (const auto* label = qobject_cast<const QLabel*>(widget)) texts.append(label->text());
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        texts.append(button->text());
    if (const auto* line = qobject_cast<const QLineEdit*>(widget))
        texts.append(line->placeholderText());
    if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget))
        texts.append(edit->placeholderText());
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
        for (int i = 0; i < box->count(); ++i)
            texts.append({box->itemText(i), box->itemData(i, Qt::ToolTipRole).toString()});
    }
    for (const QAction* action : widget->actions())
        texts.append({action->text(), action->toolTip()});
    return texts;
}

// Of a page that was made in another language; what is no text of the program is `own`.
inline QStringList leftBehind(const QWidget* page, const QRegularExpression& own) {
    static const QRegularExpression kWord(QStringLiteral("[A-Za-z]{3,}"));
    QStringList left;
    QList<const QWidget*> all{page};
    for (const QWidget* widget : page->findChildren<QWidget*>()) {
        if (widget->isVisibleTo(page)) all.append(widget);
    }
    for (const QWidget* widget : all) {
        for (QString text : textsOf(widget)) {
            if (text.contains(kMark)) continue;
            if (text.remove(own).contains(kWord))
                left.append(QStringLiteral("%1: %2").arg(
                    QLatin1String(widget->metaObject()->className()), text));
        }
    }
    left.removeDuplicates();
    return left;
}

}  // namespace dsm::test
