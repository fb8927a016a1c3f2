#include "app/services/remote/remote_errors.h"

#include "app/services/program/said.h"
#include "app/services/program/sentences.h"

namespace dsm {
namespace {

// QNetworkAccessManager's of a request that was not made (app/services/downloads/source/watched_network.h).
constexpr QNetworkReply::NetworkError kNotMade = QNetworkReply::ContentOperationNotPermittedError;

QString itSays(const QString& words) {
    return words.isEmpty() ? QString() : RemoteText::tr("It says: %1").arg(words);
}

}  // namespace

QString connectionProblem(QNetworkReply::NetworkError error, const QString& system,
                          const QString& host) {
    return said([error, system, host]() -> QString {
        switch (error) {
            case kNotMade:
                return RemoteText::tr(
                           "The program is set never to connect, so %1 was not asked. Allow "
                           "connections in the list of connections, or use a model on this "
                           "computer.")
                    .arg(host);
            case QNetworkReply::HostNotFoundError:
                return RemoteText::tr("%1 was not found. Check the address and the network.")
                    .arg(host);
            case QNetworkReply::ConnectionRefusedError:
                return RemoteText::tr(
                           "Nothing answers at %1. Check that the server runs, and its port.")
                    .arg(host);
            case QNetworkReply::SslHandshakeFailedError:
                return RemoteText::tr(
                           "The identity of %1 could not be verified (%2), so nothing was sent. "
                           "Give the server a certificate that this computer trusts.")
                    .arg(host, system);
            case QNetworkReply::OperationCanceledError:
            case QNetworkReply::TimeoutError:
                return RemoteText::tr("%1 did not answer in time. Try again later.").arg(host);
            default:
                return RemoteText::tr(
                           "The connection to %1 failed (%2). Check the network, then try "
                           "again.")
                    .arg(host, system);
        }
    });
}

QString statusProblem(int status, const QString& words, const QString& host,
                      std::chrono::seconds patience, const QString& target) {
    return said([status, words, host, patience, target]() -> QString {
        const auto told = [&](const QString& sentence) {
            return inARow({sentence, itSays(words)});
        };
        if (status == 401 || status == 403)
            return told(RemoteText::tr("%1 refuses the key, or needs one. Enter it under Models.")
                            .arg(host));
        if (status == 404)
            return told(
                RemoteText::tr("%1 has no such model, or does not speak OpenAI's language at this "
                               "address. Try the address again under Models.")
                    .arg(host));
        if (status == 429 && patience.count() > 0)
            return told(RemoteText::tr("%1 has too much to do; it asks to wait %n seconds.",
                                       nullptr, static_cast<int>(patience.count()))
                            .arg(host));
        if (status == 429)
            return told(RemoteText::tr("%1 has too much to do. Try again later.").arg(host));
        if (status / 100 == 3)
            return RemoteText::tr(
                       "%1 sends to another address (%2), which was not followed. Enter that "
                       "one if you trust it.")
                .arg(host, target);
        if (status / 100 == 4)
            return told(
                RemoteText::tr("%1 does not take this request (status %2).").arg(host).arg(status));
        return told(
            RemoteText::tr("%1 has a problem (status %2). Try again later.").arg(host).arg(status));
    });
}

QString brokenOff(const QString& host) {
    return said([host]() -> QString {
        return RemoteText::tr(
                   "The connection to %1 broke off in the middle of the reply. What came of it "
                   "stays, and can be continued.")
            .arg(host);
    });
}

QString toldMeanwhile(const QString& words, const QString& host) {
    return said([words, host]() -> QString {
        return inARow(
            {RemoteText::tr("%1 ended the reply with an error.").arg(host), itSays(words)});
    });
}

QString notUnderstood(const QString& host) {
    return said([host]() -> QString {
        return RemoteText::tr(
                   "%1 gave an answer that was not understood. Check that the address is one "
                   "of OpenAI's kind.")
            .arg(host);
    });
}

QString tooMuch(const QString& host) {
    return said([host]() -> QString {
        return RemoteText::tr("%1 sent more than a reply can be, so it was ended there.").arg(host);
    });
}

QString silent(const QString& host, std::chrono::seconds time) {
    return said([host, time]() -> QString {
        return RemoteText::tr(
                   "%1 said nothing for %n seconds. What came of the reply stays, and can be "
                   "continued.",
                   nullptr, static_cast<int>(time.count()))
            .arg(host);
    });
}

}  // namespace dsm
