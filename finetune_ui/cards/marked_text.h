// MarkedText: a text that is only read, as high as its lines, with stretches of it marked.
//
// Its lines are laid out once for each text and width: to mark other stretches lays out nothing. It
// can be selected and copied, and loads nothing.
//
// Threads  Main thread.
#pragma once

#include <QHash>
#include <QList>
#include <QTextCharFormat>
#include <QWidget>

class QTextDocument;
class QTextEdit;

namespace dsm {

class MarkedText : public QWidget {
  public:
    // A stretch behind the one before it, and how it is marked: colours and lines, never what would
    // make its letters wider.
    struct Stretch {
        QString text;
        QTextCharFormat mark;
    };

    explicit MarkedText(QWidget* parent = nullptr);

    void setStretches(const QList<Stretch>& stretches);
    // What a screen reader says of it.
    void setSpoken(const QString& text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

    // Times the lines of any such text were laid out since the program began, for tests.
    static qint64 laidOut() { return laidOut_; }

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    static qint64 laidOut_;

    QTextEdit* text_;
    // The same, to measure: layouts ask for the heights of widths that the text never gets.
    QTextDocument* measured_;
    QString shown_;
    mutable QHash<int, int> heights_;  // by width
};

}  // namespace dsm
