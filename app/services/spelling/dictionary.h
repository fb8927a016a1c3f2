// Dictionary: one dictionary of hunspell as it was read, with the scripts that it is about.
//
// Ownership  Its memory, some tens of megabytes for a large language.
// Threads    One at a time.
// Errors     A file that hunspell cannot make sense of gives a dictionary that knows no word.
#pragma once

#include <QChar>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/spelling/dictionaries.h"

class Hunspell;

namespace dsm {

class Dictionary {
  public:
    explicit Dictionary(const DictionaryFiles& files);
    ~Dictionary();
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;

    bool knows(const QString& word) const;
    QStringList suggestions(const QString& word) const;

  private:
    class Encoding;

    std::unique_ptr<Encoding> encoding_;
    std::unique_ptr<Hunspell> hunspell_;
};

// The script in which a language is written, as its name says; QChar::Script_Unknown where Qt does
// not know.
QChar::Script scriptOf(const QString& dictionaryName);

}  // namespace dsm
