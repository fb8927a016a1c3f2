#include "ui/shell/commands.h"

#include <QShortcut>
#include <algorithm>

#include "app/services/program/settings.h"

namespace dsm {

Commands::Commands(Settings& settings, QWidget* window)
    : QObject(window), settings_(settings), window_(window) {}

void Commands::add(Command command) {
    auto* shortcut = new QShortcut(command.where != nullptr ? command.where : window_);
    if (command.where != nullptr) shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    const QString id = command.id;
    connect(shortcut, &QShortcut::activated, this, [this, id] { run(id); });
    commands_.push_back(std::move(command));
    shortcuts_.push_back(shortcut);
    applyKeys();
}

const Command* Commands::find(const QString& id) const {
    const auto found = std::find_if(commands_.begin(), commands_.end(),
                                    [&id](const Command& command) { return command.id == id; });
    return found == commands_.end() ? nullptr : &*found;
}

void Commands::run(const QString& id) const {
    const Command* command = find(id);
    if (command == nullptr || (command->isPossible && !command->isPossible())) return;
    command->run();
}

QKeySequence Commands::keysOf(const QString& id) const {
    const Command* command = find(id);
    if (command == nullptr) return {};
    const auto chosen = settings_.shortcut(id);
    return chosen ? QKeySequence(*chosen, QKeySequence::PortableText) : command->keys;
}

QString Commands::setKeys(const QString& id, const QKeySequence& keys) {
    for (const Command& other : commands_) {
        if (!keys.isEmpty() && other.id != id && keysOf(other.id) == keys) return other.name();
    }
    const Command* command = find(id);
    if (command == nullptr) return {};
    const bool isOwn = command->keys == keys;
    settings_.setShortcut(
        id, isOwn ? std::nullopt : std::optional(keys.toString(QKeySequence::PortableText)));
    applyKeys();
    Q_EMIT keysChanged();
    return {};
}

void Commands::resetKeys() {
    for (const Command& command : commands_)
        settings_.setShortcut(command.id, std::nullopt);
    applyKeys();
    Q_EMIT keysChanged();
}

// A file of settings may give two commands the same keys: the first has them.
void Commands::applyKeys() {
    std::vector<QKeySequence> taken;
    for (std::size_t i = 0; i < commands_.size(); ++i) {
        QKeySequence keys = keysOf(commands_[i].id);
        if (std::find(taken.begin(), taken.end(), keys) != taken.end()) keys = {};
        if (!keys.isEmpty()) taken.push_back(keys);
        shortcuts_[i]->setKey(keys);
    }
}

}  // namespace dsm
