// CardHead: what a card begins with: a mark in the corner, the name of what it is about with a pill
// of its kind, lines of text below the name, and what acts on all of it at the end.
//
// Ownership  Borrows the theme; what is added becomes its child.
// Threads    Main thread.
#pragma once

#include <QString>
#include <QWidget>

#include "ui/widgets/theme.h"

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace dsm {

class Label;
class Pill;

class CardHead : public QWidget {
    Q_OBJECT

  public:
    CardHead(const Theme& theme, IconName mark, QWidget* parent = nullptr);

    void setMark(IconName mark);
    // On one line, cut in its middle where there is no room for all of it.
    void setName(const QString& name);
    QString name() const;
    Pill* kind() const { return kind_; }
    void addLine(QWidget* line);
    void addAtEnd(QWidget* widget);

  private:
    void applyTheme();

    const Theme& theme_;
    IconName icon_;
    QLabel* mark_;
    Label* name_;
    Pill* kind_;
    QVBoxLayout* lines_;
    QHBoxLayout* row_;
};

}  // namespace dsm
