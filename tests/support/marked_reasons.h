// A language whose words of reasons are those of English in brackets: what is said in it was translated.
//
// Threads  Main thread.
#pragma once

#include <QString>
#include <QTranslator>

namespace dsm::test {

class MarkedReasons : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* text, const char*, int) const override {
        if (QLatin1String(context) != QLatin1String("Reasons")) return {};
        return QStringLiteral("<%1>").arg(QString::fromUtf8(text));
    }
};

}  // namespace dsm::test
