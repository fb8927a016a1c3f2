#include "app/services/program/said.h"

#include <QHash>
#include <QMutex>
#include <QMutexLocker>
#include <optional>

namespace dsm {
namespace {

// Far more than stand on the screen at once; rows that are refused have reasons of their own.
constexpr qsizetype kMostKept = 2048;

class Memory {
  public:
    void keep(const QString& text, const std::function<QString()>& words) {
        const QMutexLocker lock(&mutex_);
        if (!words_.contains(text)) order_.append(text);
        words_.insert(text, words);
        if (order_.size() > kMostKept) words_.remove(order_.takeFirst());
    }

    std::function<QString()> find(const QString& text) {
        const QMutexLocker lock(&mutex_);
        return words_.value(text);
    }

  private:
    QMutex mutex_;
    QHash<QString, std::function<QString()>> words_;
    QStringList order_;  // the oldest first
};

Memory& memory() {
    static Memory all;
    return all;
}

std::optional<QString> again(const QString& text) {
    const std::function<QString()> words = memory().find(text);
    if (!words) return std::nullopt;
    return said(words);
}

}  // namespace

QString said(const std::function<QString()>& words) {
    const QString text = words();
    if (!text.isEmpty()) memory().keep(text, words);
    return text;
}

QString said(const std::function<QString()>& words, const QStringList& arguments) {
    return said([words, arguments] {
        const QStringList now = saidAgain(arguments);
        const QString text = words();
        // All at once: an argument may hold "%2".
        switch (now.size()) {
            case 1:
                return text.arg(now[0]);
            case 2:
                return text.arg(now[0], now[1]);
            case 3:
                return text.arg(now[0], now[1], now[2]);
            default:
                return text.arg(now[0], now[1], now[2], now[3]);
        }
    });
}

QString saidAgain(const QString& text) {
    if (const auto whole = again(text)) return *whole;
    if (!text.contains(u'\n')) return text;
    return saidAgain(text.split(u'\n')).join(u'\n');
}

QStringList saidAgain(const QStringList& texts) {
    QStringList all;
    for (const QString& text : texts)
        all.append(saidAgain(text));
    return all;
}

std::function<QString()> sayAgain(const QString& text) {
    return [last = text]() mutable { return last = saidAgain(last); };
}

}  // namespace dsm
