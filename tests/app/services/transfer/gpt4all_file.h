// A chat as GPT4All saves it, written here by its format.
#pragma once

#include <QByteArray>
#include <QDataStream>
#include <QIODevice>
#include <QStringList>

namespace dsm {

// One question and its answer, after a system text; versions 8 to 12.
inline QByteArray gpt4AllFile(qint32 version) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << quint32{0xF5D553CC} << version;
    out.setVersion(QDataStream::Qt_6_2);
    out << qint64{1'700'000'000} << QStringLiteral("id") << QStringLiteral("Of whales")
        << QStringLiteral("me") << QStringLiteral("mistral-7b.gguf")
        << QStringList{QStringLiteral("documents")};
    if (version < 11) {
        const bool hasContext = version < 10;
        out << hasContext << qint32{2} << qint32{0} << QStringLiteral("answer")
            << QStringLiteral("name") << quint32{7};
        if (hasContext) {
            out << qint32{3} << quint32{2048} << quint64{2};
            out.writeRawData("12345678", 8);
            out << QByteArray("state");
        }
    }
    const auto item = [&](const QString& name, const QString& text, bool isUp) {
        if (version < 12) out << qint32{0};
        out << name << text;
        if (version < 10) out << QString();
        out << QString() << false << false << isUp << false;
        if (version >= 11 && name == QLatin1String("Response: ")) out << false;
        out << qint64{1};
        for (int i = 0; i < 7; ++i)
            out << QStringLiteral("source");
        out << qint32{1} << qint32{2} << qint32{3};
        if (version >= 10) out << qint64{1} << QByteArray("file:///x") << QByteArray("attached");
        if (version >= 12) out << qint64{0};
    };
    out << qint32{3};
    item(QStringLiteral("System: "), QStringLiteral("Speak of whales."), false);
    item(QStringLiteral("Prompt: "), QStringLiteral("How large?"), false);
    item(QStringLiteral("Response: "), QStringLiteral("Thirty metres."), true);
    return bytes;
}

}  // namespace dsm
