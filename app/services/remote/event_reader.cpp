#include "app/services/remote/event_reader.h"

#include <algorithm>
#include <utility>

namespace dsm {

QList<QByteArray> EventReader::take(QByteArrayView bytes) {
    QList<QByteArray> events;
    while (!bytes.isEmpty() && !isBroken_) {
        // "\r\n" is one end of a line, also where it came in two pieces.
        if (std::exchange(endedWithReturn_, false) && bytes.front() == '\n') {
            bytes = bytes.sliced(1);
            continue;
        }
        const auto end =
            std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
        const qsizetype length = end - bytes.begin();
        if (line_.size() + length > kMostBytes) {
            isBroken_ = true;
            break;
        }
        line_.append(bytes.first(length));
        if (end == bytes.end()) break;
        endedWithReturn_ = *end == '\r';
        takeLine(line_, events);
        line_.clear();
        bytes = bytes.sliced(length + 1);
    }
    return events;
}

QList<QByteArray> EventReader::end() {
    QList<QByteArray> events;
    if (isBroken_) return events;
    takeLine(std::exchange(line_, {}), events);
    finishEvent(events);
    return events;
}

void EventReader::takeLine(QByteArrayView line, QList<QByteArray>& events) {
    if (line.isEmpty()) return finishEvent(events);
    constexpr QByteArrayView kField("data:");
    if (!line.startsWith(kField)) return;
    line = line.sliced(kField.size());
    if (line.startsWith(' ')) line = line.sliced(1);
    if (data_.size() + line.size() > kMostBytes) {
        isBroken_ = true;
        return;
    }
    if (std::exchange(hasData_, true)) data_.append('\n');
    data_.append(line);
}

void EventReader::finishEvent(QList<QByteArray>& events) {
    if (std::exchange(hasData_, false)) events.append(std::exchange(data_, {}));
}

}  // namespace dsm
