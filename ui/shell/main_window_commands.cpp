// What the window can be told to do, and the palette that finds it.
#include <QAction>
#include <algorithm>
#include <array>
#include <iterator>

#include "app/services/chat/chat_service.h"
#include "app/services/downloads/download_service.h"
#include "app/services/program/settings.h"
#include "ui/chat/branches_dialog.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/prompts_dialog.h"
#include "ui/settings/connections_dialog.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/main_window.h"
#include "ui/shell/shortcuts_dialog.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/tray.h"
#include "ui/texts/text_bar.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/view_switches.h"
#include "ui/widgets/typing_focus.h"

namespace dsm {

void MainWindow::makeCommands() {
    addChatCommands();
    addPlaces();
    addTextCommands();
    addHistoryCommands();
}

namespace {

// Percent; steps that can be told apart.
int nextTextSize(int percent, int step) {
    constexpr std::array kSizes{100, 110, 125, 150, 175, 200, 250};
    const auto at = std::lower_bound(kSizes.begin(), kSizes.end(), percent) - kSizes.begin();
    return kSizes[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(at + step, 0, std::ssize(kSizes) - 1))];
}

}  // namespace

void MainWindow::addPlaces() {
    const auto add = [this](const char* id, std::function<QString()> name, QKeySequence keys,
                            std::function<void()> run) {
        commands_->add({QString::fromLatin1(id), std::move(name), keys, std::move(run), {}});
    };
    add(
        "palette", [] { return tr("All commands"); }, Qt::CTRL | Qt::Key_K,
        [this] { showPalette(); });
    add(
        "search", [] { return tr("Search all chats"); }, Qt::CTRL | Qt::SHIFT | Qt::Key_F,
        [this] { searchEverything(); });
    add(
        "sidebar", [] { return tr("Show or hide the sidebar"); }, Qt::CTRL | Qt::Key_B,
        [this] { chooseSidebar(sidebar_->isHidden()); });
    add(
        "chat", [] { return tr("Back to the chat"); }, Qt::CTRL | Qt::Key_L,
        [this] { showChat(); });
    add(
        "texts", [] { return tr("Texts"); }, Qt::CTRL | Qt::SHIFT | Qt::Key_E,
        [this] { showTexts(); });
    add(
        "models", [] { return tr("Models"); }, Qt::CTRL | Qt::Key_M, [this] { showModels(); });
    if (parts_.finetune != nullptr) {
        add(
            "finetune", [] { return tr("Fine-tuning"); }, Qt::CTRL | Qt::Key_T,
            [this] { showFinetune(); });
    }
    if (parts_.benchmarks != nullptr) {
        add(
            "benchmarks", [] { return tr("Benchmarks"); }, Qt::CTRL | Qt::SHIFT | Qt::Key_M,
            [this] { showBenchmarks(); });
    }
    add(
        "openModel", [] { return tr("Open a model folder…"); }, Qt::CTRL | Qt::Key_O,
        [this] { chooseModelFolder(); });
    add(
        "unload", [] { return tr("Unload the model"); }, {}, [this] { unload(); });
    add(
        "settings", [] { return tr("Settings"); }, Qt::CTRL | Qt::Key_Comma,
        [this] { showSettings(); });
    add(
        "largerText", [] { return tr("Larger text"); }, QKeySequence::ZoomIn,
        [this] { parts_.settings.setTextPercent(nextTextSize(parts_.settings.textPercent(), 1)); });
    add(
        "smallerText", [] { return tr("Smaller text"); }, QKeySequence::ZoomOut,
        [this] {
            parts_.settings.setTextPercent(nextTextSize(parts_.settings.textPercent(), -1));
        });
    add(
        "usualText", [] { return tr("Text of the usual size"); }, Qt::CTRL | Qt::Key_0,
        [this] { parts_.settings.setTextPercent(Settings::kLeastText); });
    add(
        "connections", [] { return tr("Connections…"); }, {}, [this] { showConnections(); });
    add(
        "shortcuts", [] { return tr("Keyboard shortcuts…"); }, {}, [this] { showShortcuts(); });
    add(
        "about", [] { return tr("About this program"); }, {}, [this] { showAbout(); });
    add(
        "quit", [] { return tr("End the program"); }, Qt::CTRL | Qt::Key_Q, [this] { end(); });
}

void MainWindow::addChatCommands() {
    const auto isChatOpen = [this] { return isChatShown() && page_->conversation() != 0; };
    const auto add = [this](const char* id, std::function<QString()> name, QKeySequence keys,
                            std::function<void()> run, std::function<bool()> isPossible = {}) {
        commands_->add({QString::fromLatin1(id), std::move(name), keys, std::move(run),
                        std::move(isPossible)});
    };
    const auto info = [this] { return parts_.chat.conversation(page_->conversation()); };
    add(
        "newChat", [] { return tr("New chat"); }, Qt::CTRL | Qt::Key_N, [this] { newChat(); });
    add(
        "temporaryChat", [] { return tr("New temporary chat"); }, Qt::CTRL | Qt::SHIFT | Qt::Key_N,
        [this] { newTemporaryChat(); });
    add(
        "quickQuestion", [] { return tr("Quick question…"); }, {}, [this] { tray_->askQuickly(); });
    add(
        "find", [] { return tr("Find in this chat"); }, Qt::CTRL | Qt::Key_F,
        [this] { findHere(); });
    add(
        "fork", [] { return tr("New chat from the chosen message"); },
        Qt::CTRL | Qt::SHIFT | Qt::Key_D, [this] { forkChat(page_->chosenMessage()); }, isChatOpen);
    add(
        "branches", [] { return tr("Branches of this chat…"); }, Qt::CTRL | Qt::SHIFT | Qt::Key_B,
        [this] { showBranches(); }, isChatOpen);
    add(
        "prompts", [] { return tr("Prompts…"); }, {}, [this] { showPrompts(); });
    add(
        "chatSettings", [] { return tr("Settings of this chat…"); },
        Qt::CTRL | Qt::SHIFT | Qt::Key_Comma, [this] { showChatSettings(); }, isChatOpen);
    add(
        "rename", [] { return tr("Rename this chat"); }, {},
        [this] {
            chooseSidebar(true);
            sidebar_->renameConversation(page_->conversation());
        },
        isChatOpen);
    add(
        "pin", [] { return tr("Pin or unpin this chat"); }, {},
        [this, info] { parts_.chat.setPinned(page_->conversation(), !info().isPinned); },
        isChatOpen);
    add(
        "archive", [] { return tr("Archive this chat"); }, {},
        [this, info] {
            const QString title = info().title;
            if (parts_.chat.setArchived(page_->conversation(), true))
                offerOutOfArchive(page_->conversation(), title);
        },
        isChatOpen);
    add(
        "delete", [] { return tr("Delete this chat"); }, {},
        [this, info] {
            const QString title = info().title;
            const qint64 id = page_->conversation();
            if (parts_.chat.remove(id)) offerUndo(id, title);
        },
        isChatOpen);
    add(
        "export", [] { return tr("Export this chat…"); }, {},
        [this] { exportChats({page_->conversation()}); }, isChatOpen);
    add(
        "print", [] { return tr("Print this chat…"); }, Qt::CTRL | Qt::Key_P,
        [this] { printChat(page_->conversation()); }, isChatOpen);
}

void MainWindow::addTextCommands() {
    const auto add = [this](const char* id, std::function<QString()> name, QKeySequence keys,
                            std::function<void()> run) {
        commands_->add({QString::fromLatin1(id), std::move(name), keys, std::move(run),
                        [this] { return isTextsShown(); }, texts_});
    };
    commands_->add({QStringLiteral("newText"),
                    [] { return tr("New text"); },
                    {},
                    [this] {
                        showTexts();
                        texts_->newText();
                    },
                    {}});
    add(
        "continueText", [] { return tr("Write on at the end of the text"); },
        Qt::CTRL | Qt::Key_Return, [this] { texts_->continueText(); });
    add(
        "continueHere", [] { return tr("Write on at the cursor, in place of what is after it"); },
        Qt::CTRL | Qt::SHIFT | Qt::Key_Return, [this] { texts_->continueHere(); });
    add(
        "stopText", [] { return tr("Stop writing at the text"); }, {}, [this] { texts_->stop(); });
    add(
        "tokens", [] { return tr("Show or hide the tokens of the text"); }, {},
        [this] { texts_->switches()->tokens()->toggle(); });
    add(
        "probabilities", [] { return tr("Show or hide the probabilities of the tokens"); }, {},
        [this] { texts_->switches()->probabilities()->toggle(); });
    add(
        "nextTokens", [] { return tr("Show or hide the likeliest next tokens"); },
        Qt::CTRL | Qt::SHIFT | Qt::Key_L, [this] { texts_->switches()->likeliest()->toggle(); });
    add(
        "sampling", [] { return tr("Show or hide the sampling of the text"); }, {},
        [this] { texts_->switches()->sampling()->toggle(); });
    add(
        "renameText", [] { return tr("Rename the text"); }, {},
        [this] { texts_->bar()->askName(); });
    add(
        "deleteText", [] { return tr("Delete the text"); }, {},
        [this] { texts_->bar()->remove(); });
}

void MainWindow::addHistoryCommands() {
    const auto add = [this](const char* id, std::function<QString()> name,
                            std::function<void()> run) {
        commands_->add({QString::fromLatin1(id), std::move(name), {}, std::move(run), {}});
    };
    add(
        "trash", [] { return tr("Trash…"); }, [this] { showTrash(); });
    add(
        "backups", [] { return tr("Backups of your chats…"); }, [this] { showBackups(); });
    add(
        "import", [] { return tr("Import chats…"); }, [this] { importChats(); });
    add(
        "exportAll", [] { return tr("Export chats…"); }, [this] { exportChats({}); });
}

void MainWindow::searchEverything() {
    chooseSidebar(true);
    sidebar_->focusSearch();
}

void MainWindow::findHere() {
    if (!isChatShown() || !page_->find()) searchEverything();
}

void MainWindow::newTemporaryChat() {
    newChat();
    page_->beginTemporary();
}

void MainWindow::forkChat(qint64 messageId) {
    const qint64 id = parts_.chat.fork(messageId);
    if (id != 0) openConversation(id);
}

void MainWindow::showConnections() {
    if (parts_.downloads.connections() == nullptr) return;
    auto* dialog = new ConnectionsDialog(*parts_.downloads.connections(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::showPrompts() {
    auto* dialog = new PromptsDialog(parts_.settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::showChatSettings() {
    auto* dialog = new ChatSettingsDialog(parts_.chat, parts_.settings, page_->conversation(),
                                          parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

void MainWindow::showBranches() {
    auto* dialog = new BranchesDialog(parts_.chat, page_->conversation(), parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    connect(dialog, &BranchesDialog::chosen, this, [this](qint64 messageId) {
        if (!parts_.chat.selectSibling(messageId)) return;
        openConversation(parts_.chat.message(messageId).conversationId, messageId);
        page_->focusComposer();
    });
    dialog->show();
}

void MainWindow::showPalette() {
    std::vector<PaletteEntry> entries;
    for (const Command& command : commands_->all()) {
        const bool isPossible = !command.isPossible || command.isPossible();
        if (!isPossible || command.id == QLatin1String("palette")) continue;
        entries.push_back({command.name(),
                           commands_->keysOf(command.id).toString(QKeySequence::NativeText),
                           [this, id = command.id] { commands_->run(id); }});
    }
    for (const QString& name : SettingsDialog::names()) {
        entries.push_back({name, tr("Setting"), [this, name] {
                               showSettings();
                               settingsDialog_->focusSetting(name);
                           }});
    }
    for (const ConversationInfo& chat : parts_.chat.conversations()) {
        entries.push_back({chat.title, tr("Chat"), [this, id = chat.id] { openConversation(id); }});
    }
    auto* palette = new CommandPalette(std::move(entries), parts_.theme, this);
    connect(palette, &QDialog::finished, focus_, &TypingFocus::bringHome);
    palette->show();
}

void MainWindow::showShortcuts() {
    auto* dialog = new ShortcutsDialog(*commands_, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
}

}  // namespace dsm
