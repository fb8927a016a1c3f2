#include "app/services/chat/prompt_text.h"

#include <QRegularExpression>
#include <algorithm>

namespace dsm {
namespace {

const QRegularExpression& place() {
    static const QRegularExpression pattern(
        QStringLiteral("\\{\\{\\s*([\\w\\- ]{1,60}?)\\s*\\}\\}"),
        QRegularExpression::UseUnicodePropertiesOption);
    return pattern;
}

}  // namespace

QStringList placesIn(const QString& prompt) {
    QStringList names;
    for (auto matches = place().globalMatch(prompt); matches.hasNext();)
        names.append(matches.next().captured(1));
    names.removeDuplicates();
    return names;
}

QString filledPrompt(const QString& prompt, const QHash<QString, QString>& values) {
    QString filled;
    qsizetype end = 0;
    for (auto matches = place().globalMatch(prompt); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        filled += prompt.mid(end, match.capturedStart() - end);
        filled += values.value(match.captured(1), match.captured(0));
        end = match.capturedEnd();
    }
    return filled + prompt.mid(end);
}

QString promptName(const QString& wish) {
    QString name = wish;
    name.remove(u'/');
    return name.simplified().toLower().replace(u' ', u'-');
}

QString promptWanted(const QString& message) {
    if (!message.startsWith(u'/')) return {};
    for (const QChar c : message) {
        if (c.isSpace()) return {};
    }
    const QString word = message.mid(1);
    return word.isNull() ? QStringLiteral("") : word;
}

bool isChinese(QStringView text) {
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return c.unicode() >= 0x4E00 && c.unicode() <= 0x9FFF; });
}

}  // namespace dsm
