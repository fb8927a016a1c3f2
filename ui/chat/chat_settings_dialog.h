// ChatSettingsDialog: what holds for one chat alone: how its replies are drawn, with presets that have a
// name, how long they may be, what they begin with, and the system text. Every change holds at once.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QList>

#include "app/services/program/generation_types.h"
#include "ui/widgets/scroll_dialog.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace dsm {

class ChatService;
class NumberField;
class SamplingFields;
class Settings;
class Theme;

class ChatSettingsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    ChatSettingsDialog(ChatService& chat, Settings& settings, qint64 conversation,
                       const Theme& theme, QWidget* parent = nullptr);

    NumberField* temperature() const;
    NumberField* tokens() const;
    QLineEdit* seed() const;
    QPushButton* lastSeedButton() const { return lastSeed_; }
    QLineEdit* replyStart() const { return replyStart_; }
    QComboBox* whenFull() const { return whenFull_; }
    QPlainTextEdit* systemText() const { return system_; }
    QLabel* systemWarning() const { return warning_; }
    QComboBox* presets() const { return presets_; }
    QPushButton* saveButton() const { return save_; }
    QPushButton* forgetButton() const { return forget_; }
    QPushButton* resetButton() const { return reset_; }

  protected:
    void done(int result) override;

  private:
    void makeLayout(const Theme& theme);
    void connectControls();
    GenerationChoices shown() const;
    void store();
    void storeTexts();
    void fillPresets();
    void usePreset();
    void askName();
    void refresh();
    std::optional<quint64> lastSeed() const;

    ChatService& chat_;
    Settings& settings_;
    const qint64 id_;
    QComboBox* presets_;
    QPushButton* save_;
    QPushButton* forget_;
    SamplingFields* fields_;
    QPushButton* lastSeed_;
    QLineEdit* replyStart_;
    QComboBox* whenFull_;
    QPlainTextEdit* system_;
    QLabel* warning_;
    QLabel* source_;
    QPushButton* reset_;
    QPushButton* close_;
};

}  // namespace dsm
