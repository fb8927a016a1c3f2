// StepBar: the steps of a path in a row, to go to any of them: those that are complete bear a tick.
// Where there is no room for all names, only the chosen one shows its own; where there is none even
// for that, it stands below.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QAbstractButton>
#include <QStringList>
#include <QWidget>
#include <vector>

namespace dsm {

class Label;
class Theme;

class StepButton : public QAbstractButton {
    Q_OBJECT

  public:
    StepButton(const Theme& theme, int number, QWidget* parent);

    // `missing` "": nothing; a step bears its tick only where it was gone through, too.
    void setState(const QString& missing, bool isComplete);
    void setNamed(bool isNamed);
    bool isNamed() const { return isNamed_; }
    int namedWidth() const;
    int numberWidth() const;  // without its name
    bool isComplete() const { return isComplete_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    int circle() const;

    const Theme& theme_;
    int number_;
    bool isComplete_ = false;
    bool isNamed_ = true;
    bool hasKeyboard_ = false;
};

class StepBar : public QWidget {
    Q_OBJECT

  public:
    StepBar(const Theme& theme, int steps, QWidget* parent = nullptr);

    void setNames(const QStringList& names);
    void setState(int step, const QString& missing, bool isComplete);
    void setCurrent(int step);
    // Of the chosen one, where it stands below; "": beside its number.
    QString nameBelow() const;
    StepButton* button(int step) const { return buttons_[static_cast<std::size_t>(step)]; }

  Q_SIGNALS:
    void chosen(int step);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void applyTheme();
    void fitNames();

    const Theme& theme_;
    std::vector<StepButton*> buttons_;
    Label* name_;
};

}  // namespace dsm
