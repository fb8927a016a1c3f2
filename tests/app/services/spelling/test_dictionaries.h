// Small dictionaries of hunspell in a folder of their own: English in UTF-8, German as ISO 8859-1,
// and what lies beside such files.
#pragma once

#include <QDir>
#include <QFile>
#include <QString>

namespace dsm::test {

inline bool writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

// English knows: hello, world(s), the, it's; German: Stra\u00dfe, sch\u00f6n.
inline bool writeDictionaries(const QString& folder) {
    const auto path = [&](const char* name) {
        return QDir(folder).filePath(QString::fromLatin1(name));
    };
    return writeFile(path("en_US.aff"),
                     "SET UTF-8\nTRY esianrtolcdugmphbyfvkwz'\nSFX S Y 1\nSFX S 0 s .\n") &&
           writeFile(path("en_US.dic"), "4\nhello\nworld/S\nthe\nit's\n") &&
           writeFile(path("de_DE.aff"), "SET ISO8859-1\nTRY esianrtolcdugmphbyfvkwz\xF6\n") &&
           writeFile(path("de_DE.dic"),
                     "2\nStra\xDF"
                     "e\nsch\xF6n\n") &&
           writeFile(path("hyph_en.aff"), "") && writeFile(path("hyph_en.dic"), "") &&
           writeFile(path("fr_FR.aff"), "SET UTF-8\n");  // without its words
}

}  // namespace dsm::test
