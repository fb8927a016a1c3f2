// Label: a label whose text is shown as it is, whatever it holds: no markup, no image, no link.
//
// A label that is elided takes the room there is, ends its text with "…" where that is too little,
// and shows the whole of it as its tool tip.
//
// Threads  Main thread.
#pragma once

#include <QLabel>

namespace dsm {

class Label : public QLabel {
  public:
    explicit Label(QWidget* parent = nullptr);
    Label(const QString& text, QWidget* parent);

    void setElided(Qt::TextElideMode mode);
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    bool isCut() const;

    Qt::TextElideMode mode_ = Qt::ElideNone;
};

}  // namespace dsm
