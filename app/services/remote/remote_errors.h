// Why an engine at an address did not answer, or not to its end: whole sentences for people, which say what
// to do.
//
// Threads  Any.
#pragma once

#include <QCoreApplication>
#include <QNetworkReply>
#include <QString>
#include <chrono>

namespace dsm {

struct RemoteText {
    Q_DECLARE_TR_FUNCTIONS(RemoteText)
};

// There was no answer, or it broke off before its first word.
QString connectionProblem(QNetworkReply::NetworkError error, const QString& system,
                          const QString& host);
// A status that is not 200; `words` are the server's own, "" where it has none, `target` where it sends
// us, "" nowhere.
QString statusProblem(int status, const QString& words, const QString& host,
                      std::chrono::seconds patience, const QString& target);
QString brokenOff(const QString& host);
QString toldMeanwhile(const QString& words, const QString& host);
QString notUnderstood(const QString& host);
QString tooMuch(const QString& host);
QString silent(const QString& host, std::chrono::seconds time);

}  // namespace dsm
