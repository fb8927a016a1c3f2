// Announcement: what a screen reader says of its own accord, such as that a reply has begun or a message waits.
//
// This Qt has no event for that (QAccessibleAnnouncementEvent came with 6.8). In its place each window
// has a point in a corner with the role of a notification: it is shown anew with the text as its name, which
// AT-SPI tells as state-changed:showing, and screen readers say.
//
// Threads  Main thread. Nothing is made or shown while nobody listens.
#pragma once

#include <QWidget>

namespace dsm {

class Announcement : public QWidget {
    Q_OBJECT

  public:
    // In the window of this widget; "" says nothing.
    static void say(QWidget* from, const QString& text);

  private:
    explicit Announcement(QWidget* window);
};

}  // namespace dsm
