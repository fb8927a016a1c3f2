// NumberField: a field for one number of a range, which may be left empty where something else then
// holds.
//
// The range stands at the end of the field. What is no number of it stays as it was typed, is
// marked, and changes nothing: no number becomes another by itself. The arrow keys, and the wheel
// while the field has the keyboard, go step by step.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QLineEdit>
#include <optional>

namespace dsm {

class Theme;

class NumberField : public QLineEdit {
    Q_OBJECT

  public:
    struct Range {
        double least = 0;
        double most = 1;
        double step = 1;
        bool isWhole = true;
    };

    NumberField(const Theme& theme, const Range& range, QWidget* parent = nullptr);

    // What holds while the field is empty, as a word in it; "": a number is needed.
    void setNone(const QString& text);
    void setUnit(const QString& unit);

    // The number that holds: of the last text that was one, or none.
    std::optional<double> value() const { return value_; }
    // Shows it, without valueChanged().
    void setValue(std::optional<double> value);
    bool isValid() const { return isValid_; }
    // "0 – 2", for people; "≥ 1" where there is no bound to speak of.
    QString rangeText() const;

  Q_SIGNALS:
    // The user has finished another number, or emptied the field.
    void valueChanged(std::optional<double> value);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    // A text that is no number of the range is no value; the empty one is a value of none.
    bool read(std::optional<double>& value) const;
    void check();
    void finish();
    void stepBy(int steps);
    QString textOf(double number) const;
    void fitMargins();

    const Theme& theme_;
    Range range_;
    QString none_;
    QString unit_;
    std::optional<double> value_;
    bool isValid_ = true;
};

}  // namespace dsm
