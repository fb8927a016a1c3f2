// EventReader: cuts a stream of server-sent events into the texts of its events.
//
//   data: {"a":1}      ->  {"a":1}        lines of one event are joined by a line feed, as the standard says;
//   : a comment                           what is no data is passed over
//
// Whole lines alone are looked at: a character may come in two pieces.
//
// Source   HTML, "Server-sent events", 9.2.6.
// Threads  One at a time.
// Errors   isBroken() once a line or an event is longer than kMostBytes; nothing more is read then.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace dsm {

class EventReader {
  public:
    static constexpr qsizetype kMostBytes = 1 << 20;

    QList<QByteArray> take(QByteArrayView bytes);
    // What the last event had, whose empty line never came.
    QList<QByteArray> end();
    bool isBroken() const { return isBroken_; }

  private:
    void takeLine(QByteArrayView line, QList<QByteArray>& events);
    void finishEvent(QList<QByteArray>& events);

    QByteArray line_;  // begun
    QByteArray data_;
    bool hasData_ = false;
    bool endedWithReturn_ = false;
    bool isBroken_ = false;
};

}  // namespace dsm
