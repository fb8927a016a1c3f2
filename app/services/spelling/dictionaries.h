// The dictionaries of hunspell that are on this computer.
//
// A dictionary is two files, NAME.aff and NAME.dic, in one of the folders where distributions put
// them; its name is that of a language, mostly with a country: "en_US". What is found in an earlier
// folder hides the same name in a later one.
//
// Threads  Any.
// Errors   None: a folder that cannot be read has none.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace dsm {

struct DictionaryFiles {
    QString name;
    QString affixes;
    QString words;
};

// DICPATH, which hunspell's own program reads, and those of the distributions.
QStringList dictionaryFolders();

// By name.
QList<DictionaryFiles> findDictionaries(const QStringList& folders);

// What is used where nobody has chosen: of `names` one for each language that a person reads, as
// QLocale::uiLanguages() tells them, and one for English, in which everybody writes some words.
QStringList usualDictionaries(const QStringList& names, const QStringList& languages);

// "English (United States)", in the language itself; the name where Qt does not know it.
QString dictionaryTitle(const QString& name);

}  // namespace dsm
