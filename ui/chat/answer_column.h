// AnswerColumn: one of several answers, which grows: its text, how it is going, and the buttons that
// stop it or keep it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QUrl>
#include <QWidget>

#include "ui/widgets/message/message_content.h"

class QLabel;
class QPushButton;
class QScrollArea;

namespace dsm {

class MarkdownView;
class Theme;

class AnswerColumn : public QWidget {
    Q_OBJECT

  public:
    // `number` counts from 1.
    AnswerColumn(const Theme& theme, int number, QWidget* parent = nullptr);

    void setContent(const MessageContent& content);
    // Text that the content lacks; of another answer it is ignored.
    void appendText(qint64 id, const QString& delta);
    const MessageContent& content() const { return content_; }
    bool isGrowing() const;

    MarkdownView* text() const { return text_; }
    QPushButton* keepButton() const { return keep_; }
    QPushButton* stopButton() const { return stop_; }

  Q_SIGNALS:
    void keepRequested(qint64 id);
    void stopRequested(qint64 id);
    void linkActivated(const QUrl& url);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeLayout();
    void fit();
    void applyTheme();
    void showTexts();

    const Theme& theme_;
    const int number_;
    MessageContent content_;
    QLabel* title_;
    QLabel* note_;
    QScrollArea* scroll_;
    MarkdownView* text_;
    QPushButton* stop_;
    QPushButton* keep_;
};

}  // namespace dsm
