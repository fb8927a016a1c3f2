// Drives the page of the models as a person does.
#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QDir>
#include <QFile>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/models/model_card.h"
#include "ui/models/models_page.h"
#include "ui/widgets/icon_button.h"

namespace dsm::test {

inline constexpr int kWaitMs = 30'000;

// A folder with a copy of the tiny checkpoint under a name of its own.
class TinyModel {
  public:
    explicit TinyModel(const char* name, bool isChat = true)
        : folder_(parent_.filePath(QLatin1String(name))) {
        const QDir tiny(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"));
        QDir().mkpath(folder_);
        for (const QString& file : tiny.entryList(QDir::Files))
            QFile::copy(tiny.filePath(file), folder_ + u'/' + file);
        if (isChat) return;
        QFile config(folder_ + QStringLiteral("/tokenizer_config.json"));
        if (!config.open(QIODevice::ReadWrite)) return;
        QByteArray text = config.readAll();
        config.resize(0);
        config.seek(0);
        config.write(text.replace("\"chat_template\"", "\"no_template\""));
    }

    QString folder() const { return folder_; }

  private:
    QTemporaryDir parent_;
    QString folder_;
};

inline ComputerMemory largeMachine() {
    return {64'000'000'000, 60'000'000'000};
}

inline ModelFormRow* rowOf(WindowFixture& fixture, const QString& folder, const QString& preset) {
    ModelFormRow* row = nullptr;
    const bool isThere = QTest::qWaitFor(
        [&] {
            const ModelCard* card = fixture.window().models()->card(folder);
            row = card != nullptr ? card->row(preset) : nullptr;
            return row != nullptr;
        },
        kWaitMs);
    return isThere ? row : nullptr;
}

// Waits until the button of a row says this, and presses it as the keyboard does.
inline bool press(ModelFormRow* row, const QString& text) {
    QPushButton* found = nullptr;
    const bool isOffered = QTest::qWaitFor(
        [&] {
            for (QPushButton* button : {row->button(), row->secondButton()}) {
                if (button->isVisibleTo(row) && button->text() == text) found = button;
            }
            return found != nullptr;
        },
        kWaitMs);
    if (!isOffered) return false;
    found->setFocus();
    QTest::keyClick(found, Qt::Key_Space);
    return true;
}

// Presses this button of the open question, once there is one.
inline bool answer(QWidget* parent, const QString& text) {
    return QTest::qWaitFor(
        [&] {
            for (QMessageBox* box : parent->findChildren<QMessageBox*>()) {
                for (QAbstractButton* button : box->buttons()) {
                    if (!box->isVisible() || button->text() != text || !button->isEnabled())
                        continue;
                    button->click();
                    return true;
                }
            }
            return false;
        },
        kWaitMs);
}

// The entry of a card's menu that says this, pressed.
inline bool chooseInMenu(ModelCard* card, const QString& text) {
    card->menuButton()->click();
    for (QMenu* menu : card->findChildren<QMenu*>()) {
        for (QAction* action : menu->actions()) {
            if (action->text() != text) continue;
            action->trigger();
            menu->close();
            return true;
        }
    }
    return false;
}

// The text of the open question, once there is one.
inline QString questionOver(QWidget* parent) {
    QMessageBox* box = nullptr;
    const bool isAsked = QTest::qWaitFor(
        [&] {
            box = parent->findChild<QMessageBox*>();
            return box != nullptr;
        },
        kWaitMs);
    return isAsked ? box->text() + QLatin1Char(' ') + box->informativeText() : QString();
}

}  // namespace dsm::test
