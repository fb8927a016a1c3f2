// Commands: everything the window can be told to do, by name, with the keys that tell it.
//
// Keys can be changed; the settings keep what differs from the program's own. Two commands never have
// the same keys.
//
// Ownership  Borrows the settings; the shortcuts are the window's.
// Threads    Main thread.
#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>
#include <functional>
#include <vector>

class QShortcut;
class QWidget;

namespace dsm {

class Settings;

struct Command {
    QString id;                     // in the settings; never shown
    std::function<QString()> name;  // in the language of now
    QKeySequence keys;              // the program's own; may be empty
    std::function<void()> run;
    std::function<bool()> isPossible = {};  // none: always
    // The keys work only while the keyboard is in here; nullptr: in the whole window.
    QWidget* where = nullptr;
};

class Commands : public QObject {
    Q_OBJECT

  public:
    Commands(Settings& settings, QWidget* window);

    void add(Command command);
    const std::vector<Command>& all() const { return commands_; }
    // Does it where it is possible now.
    void run(const QString& id) const;

    QKeySequence keysOf(const QString& id) const;
    // "" where the command has these keys now; else the name of the one that has them, and nothing
    // changed. Empty keys take them away.
    QString setKeys(const QString& id, const QKeySequence& keys);
    void resetKeys();

  Q_SIGNALS:
    void keysChanged();

  private:
    const Command* find(const QString& id) const;
    void applyKeys();

    Settings& settings_;
    QWidget* window_;
    std::vector<Command> commands_;
    std::vector<QShortcut*> shortcuts_;  // one for each
};

}  // namespace dsm
