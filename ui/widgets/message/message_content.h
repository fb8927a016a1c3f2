// What a message view shows of one message.
//
// Threads  Plain values.
#pragma once

#include <QString>
#include <QStringList>

namespace dsm {

// What stands between a message and the one above it.
struct MessageMark {
    enum class Kind {
        None,
        LeftOut,  // the model no longer sees the messages above
        Summary   // it reads this in their place
    };

    Kind kind = Kind::None;
    qint64 id = 0;     // of the last message above
    int messages = 0;  // above
    QString text;      // of a summary

    bool operator==(const MessageMark&) const = default;
};

struct MessageContent {
    enum class State { Complete, Waiting, Growing, Stopped, Failed };

    qint64 id = 0;
    bool isFromUser = false;
    QString author;  // the label above a reply
    QString text;
    State state = State::Complete;
    QString note;        // below the text: what happened to it, in a few words
    QString statistics;  // small print, e.g. "31 tokens/s"
    QString details;     // what else is known of it, where the small print is asked for more
    int siblingIndex = 0;
    int siblingCount = 1;
    bool canContinue = false;
    int rating = 0;           // of a reply, by the reader: 1 good, -1 bad, 0 neither
    QStringList attachments;  // files that were sent with it, and what of them was read
    MessageMark above;

    bool operator==(const MessageContent&) const = default;
};

}  // namespace dsm
