// Pill: a word or two on a coloured ground: a verdict, a kind.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

namespace dsm {

class Theme;

class Pill : public QWidget {
    Q_OBJECT

  public:
    enum class Tone { Neutral, Accent, Good, Warning, Bad };

    explicit Pill(const Theme& theme, QWidget* parent = nullptr);

    // `explanation` is the tool tip and the accessible description.
    void setContent(Tone tone, const QString& text, const QString& explanation = {});
    QString text() const { return text_; }
    Tone tone() const { return tone_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    Tone tone_ = Tone::Neutral;
    QString text_;
};

}  // namespace dsm
