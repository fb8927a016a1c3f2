#include "ui/texts/token_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <cmath>

namespace dsm {
namespace {

struct TokenWords {
    Q_DECLARE_TR_FUNCTIONS(TokenWords)
};

}  // namespace

QString visibleToken(const QString& text) {
    QString shown;
    for (const QChar letter : text) {
        if (letter == u' ') {
            shown += u'␣';
        } else if (letter == u'\n') {
            shown += u'↵';
        } else if (letter == u'\r') {
            shown += u'␍';
        } else if (letter == u'\t') {
            shown += u'⇥';
        } else if (letter.unicode() < 0x20) {
            shown += QChar(0x2400 + letter.unicode());  // its picture
        } else {
            shown += letter;
        }
    }
    return shown;
}

QString percentOf(double probability) {
    const QLocale locale;
    const double percent = 100 * probability;
    if (percent < 0.001) return TokenWords::tr("< %1 %").arg(locale.toString(0.001, 'f', 3));
    const int digits = percent >= 1 ? 1 : 3;
    return TokenWords::tr("%1 %").arg(locale.toString(percent, 'f', digits));
}

QString describeToken(const QList<TextToken>& tokens, qsizetype index) {
    if (index < 0 || index >= tokens.size()) return {};
    const TextToken& token = tokens[index];
    QStringList ids;
    QString text = token.text;
    double logProbability = 0;
    bool isScored = true;
    for (const TextToken& part : tokens.mid(index)) {
        if (part.begin != token.begin) break;
        ids.append(QString::number(part.id));
        isScored = isScored && part.logProbability.has_value();
        logProbability += part.logProbability.value_or(0);
    }
    QStringList said;
    if (ids.size() == 1) {
        said.append(TokenWords::tr("Token “%1”, id %2").arg(visibleToken(text), ids.first()));
    } else {
        said.append(TokenWords::tr("A character of %n tokens, ids %1", nullptr,
                                   static_cast<int>(ids.size()))
                        .arg(ids.join(QStringLiteral(", "))));
    }
    if (isScored)
        said.append(TokenWords::tr("probability %1").arg(percentOf(std::exp(logProbability))));
    return said.join(QStringLiteral(", "));
}

}  // namespace dsm
