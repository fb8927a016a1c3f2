#include "app/services/spelling/dictionaries.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QMap>
#include <QRegularExpression>

namespace dsm {
namespace {

// Not of hyphenation ("hyph_en") or of synonyms ("th_en_v2"), which lie in the same folders.
const QRegularExpression kName(QStringLiteral("^[a-z]{2,3}([_-][A-Za-z0-9]{2,12}){0,3}$"));

bool isSameLanguage(const QString& name, const QString& language) {
    const auto beginning = [](const QString& of) {
        return of.section(QRegularExpression(QStringLiteral("[_-]")), 0, 0);
    };
    return beginning(name) == beginning(language);
}

QString withUnderscores(QString language) {
    return language.replace(u'-', u'_');
}

}  // namespace

QStringList dictionaryFolders() {
    QStringList folders =
        qEnvironmentVariable("DICPATH").split(QDir::listSeparator(), Qt::SkipEmptyParts);
    return folders << QStringLiteral("/usr/share/hunspell") << QStringLiteral("/usr/share/myspell")
                   << QStringLiteral("/usr/share/myspell/dicts")
                   << QStringLiteral("/usr/local/share/hunspell");
}

QList<DictionaryFiles> findDictionaries(const QStringList& folders) {
    QMap<QString, DictionaryFiles> found;
    for (const QString& folder : folders) {
        for (const QFileInfo& affixes :
             QDir(folder).entryInfoList({QStringLiteral("*.aff")}, QDir::Files | QDir::Readable)) {
            const QString name = affixes.completeBaseName();
            const QFileInfo words(affixes.path() + u'/' + name + QStringLiteral(".dic"));
            if (found.contains(name) || !kName.match(name).hasMatch()) continue;
            if (words.isFile() && words.isReadable())
                found.insert(name, {name, affixes.filePath(), words.filePath()});
        }
    }
    return found.values();
}

QStringList usualDictionaries(const QStringList& names, const QStringList& languages) {
    QStringList usual;
    for (const QString& language : languages + QStringList{QStringLiteral("en_US")}) {
        const auto isThere = [&](const QString& name) { return isSameLanguage(name, language); };
        if (std::any_of(usual.begin(), usual.end(), isThere)) continue;
        const auto any = std::find_if(names.begin(), names.end(), isThere);
        if (names.contains(withUnderscores(language))) {
            usual.append(withUnderscores(language));
        } else if (any != names.end()) {
            usual.append(*any);
        }
    }
    return usual;
}

QString dictionaryTitle(const QString& name) {
    const QLocale locale(name);
    if (locale.language() == QLocale::C || !isSameLanguage(locale.name(), name)) return name;
    // Without the country, which Qt has in the names of some: "American English".
    const bool isEnglish = locale.language() == QLocale::English;
    QString language =
        isEnglish ? QStringLiteral("English") : QLocale(locale.language()).nativeLanguageName();
    const bool hasCountry = name.contains(u'_') || name.contains(u'-');
    const QString country = locale.nativeTerritoryName();
    if (language.isEmpty()) return name;
    language[0] = language[0].toUpper();
    return !hasCountry || country.isEmpty() ? language
                                            : QStringLiteral("%1 (%2)").arg(language, country);
}

}  // namespace dsm
