// ModelFormRow: one form of a model: its size, the memory it needs, whether that fits, and what can
// be done with it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/library/conversion_service.h"
#include "app/services/library/model_library.h"

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace dsm {

class IconButton;
class Pill;
class Theme;

enum class FormAction {
    Load,
    LoadFromDisk,
    CancelLoad,
    Chat,
    Convert,
    StopConversion,
    ResumeConversion,
    DiscardConversion,
    Delete,
};

// All that a row shows.
struct FormContent {
    LibraryModel model;
    ModelForm form;
    Conversion conversion;  // id 0: none
    ComputerMemory memory;
    bool isLoaded = false;
    bool isLoading = false;
    double loadShare = 0;
};

class ModelFormRow : public QWidget {
    Q_OBJECT

  public:
    explicit ModelFormRow(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const FormContent& content);
    const FormContent& content() const { return content_; }
    // Where there is no room for columns, sizes are told under the name.
    void setWide(bool isWide);

    QPushButton* button() const { return button_; }
    QPushButton* secondButton() const { return second_; }
    IconButton* deleteButton() const { return delete_; }
    Pill* pill() const { return pill_; }
    QProgressBar* progress() const { return progress_; }

    // Widths of the columns behind the name, so that a heading can stand over them.
    static constexpr int kSizeWidth = 84;
    static constexpr int kFitWidth = 104;
    static constexpr int kActionWidth = 176;
  Q_SIGNALS:
    void requested(dsm::FormAction action);

  private:
    struct Choice {
        FormAction action;
        QString text;
        QString name;  // for screen readers
        bool isPrimary = false;
    };

    void makeLayout();
    void fitWidths();
    void applyTheme();
    void showTexts();
    void showActions();
    void showProgress();
    QList<Choice> choices() const;
    QList<Choice> conversionChoices(const QString& title) const;
    void offer(QPushButton* button, const Choice* choice);

    const Theme& theme_;
    FormContent content_;
    bool isWide_ = true;
    QLabel* title_;
    Pill* loaded_;
    QLabel* purpose_;
    QLabel* size_;
    QLabel* memory_;
    QWidget* fit_;
    Pill* pill_;
    QWidget* actions_;
    QPushButton* second_;
    QPushButton* button_;
    IconButton* delete_;
    QProgressBar* progress_;
    QLabel* progressText_;
    FormAction buttonAction_ = FormAction::Load;
    FormAction secondAction_ = FormAction::Load;
};

}  // namespace dsm
