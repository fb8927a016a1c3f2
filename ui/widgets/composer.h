// Composer: the card in which a message is written, with the button that sends it or stops the
// reply.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

namespace dsm {

class IconButton;
class PromptEdit;
class Theme;

class Composer : public QWidget {
    Q_OBJECT

  public:
    explicit Composer(const Theme& theme, QWidget* parent = nullptr);

    QString text() const;
    void setText(const QString& text);
    void clear();
    void focusEditor();

    // Shows stop instead of send.
    void setGenerating(bool generating);
    bool isGenerating() const { return isGenerating_; }
    // Whether a message could be answered now; the text can be written in any case.
    void setReady(bool ready);
    bool isReady() const { return isReady_; }
    void setPlaceholder(const QString& text);

    PromptEdit* editor() const { return editor_; }
    IconButton* button() const { return button_; }

  Q_SIGNALS:
    void sendRequested(const QString& text);
    void queueRequested(const QString& text);  // while a reply runs
    void stopRequested();
    void attachRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void submit();
    void press();
    void applyTheme();
    void retranslate();
    void updateButton();

    const Theme& theme_;
    PromptEdit* editor_;
    IconButton* attach_;
    IconButton* button_;
    bool isGenerating_ = false;
    bool isReady_ = true;
};

}  // namespace dsm
