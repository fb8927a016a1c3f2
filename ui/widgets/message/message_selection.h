// MessageSelection: a selection that runs from any place of a conversation to any other.
//
// A press begins it, a drag beyond the text it began in and a click with Shift carry it on, Ctrl+A
// takes all. Messages without widgets are selected too: they show it when they get some. Copied is
// what is read on the screen, or Markdown; of whole messages that is their source.
//
// Ownership  Belongs to the view and borrows its list of items; filters the events of the texts it watches.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <QPoint>
#include <compare>
#include <vector>

class QAbstractScrollArea;
class QMouseEvent;
class QScrollArea;
class QTimer;

namespace dsm {

class MessageItem;

class MessageSelection : public QObject {
    Q_OBJECT

  public:
    // Of the items, which stand from top to bottom in the view.
    MessageSelection(QScrollArea& view, const std::vector<MessageItem*>& items);

    // The item has widgets, perhaps new ones.
    void watch(MessageItem& item);
    // The items from the index on are others now.
    void forget(size_t firstItem);

    void selectAll();
    void clear();
    bool isEmpty() const;
    QString text(bool asMarkdown) const;
    void copy(bool asMarkdown) const;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    // A position in one of the texts of a message.
    struct Place {
        size_t item = 0;
        size_t text = 0;
        int position = 0;

        auto operator<=>(const Place&) const = default;
    };

    bool press(QAbstractScrollArea& text, const QMouseEvent& event);
    bool drag(QAbstractScrollArea& text, const QMouseEvent& event);
    bool takeKey(QEvent& event);
    void showMenu(QPoint global);
    void scrollOn();
    void extendTo(QPoint global);
    void show();
    void showIn(size_t item);
    Place placeAt(QPoint global) const;
    Place placeIn(const QAbstractScrollArea& text, QPoint global) const;

    QScrollArea& view_;
    const std::vector<MessageItem*>& items_;
    QTimer* scrollTimer_;
    Place anchor_;
    Place end_;
    QPoint lastGlobal_;
    bool hasAnchor_ = false;
    bool isAcross_ =
        false;  // more than one text is selected, which the texts cannot do by themselves
};

}  // namespace dsm
