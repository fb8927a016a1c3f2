// EngineKeys: the keys of engines, one for each host: in the system's keyring, or where a person has agreed
// to that, in a file that only they can read.
//
// Ownership Borrows the store, which outlives it.
// Threads   Main thread; answers come later, while `context` lives.
// Errors    A problem is a whole sentence for people; the key then works until the program ends.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QString>
#include <functional>

namespace dsm {

class TokenStore;

class EngineKeys {
  public:
    enum class Place { Keyring, KeyringOrFile };

    EngineKeys(const QString& file, TokenStore& keyring);

    void read(const QString& host, QObject* context,
              std::function<void(const QString& key, const QString& problem)> done);
    // An empty one takes it away, from wherever it is. `isInFile`: the keyring did not take it.
    void write(const QString& host, const QString& key, Place place, QObject* context,
               std::function<void(const QString& problem, bool isInFile)> done);
    bool isInFile(const QString& host) const;

  private:
    QString writeToFile(const QString& host, const QString& key);

    const QString file_;
    QJsonObject kept_;  // in the file
    TokenStore& keyring_;
};

}  // namespace dsm
