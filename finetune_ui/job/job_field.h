// JobField: one setting of a job with its control: title, one sentence of help, range and what
// holds by itself. It is checked as it is typed; a mark says that it differs from the preset, with
// a way back.
//
// Ownership  Borrows the draft and the theme.
// Threads    Main thread.
#pragma once

#include <QJsonValue>
#include <QWidget>

#include "app/services/training/job/job_draft.h"
#include "app/services/training/job/job_keys.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace dsm {

class IconButton;
class NumberField;
class Theme;

class JobField : public QWidget {
    Q_OBJECT

  public:
    JobField(const JobKeyInfo& key, JobDraft& job, const Theme& theme, QWidget* parent = nullptr);

    const JobKeyInfo& key() const { return key_; }
    // What the preset has; what is chosen and differs is marked.
    void setUsual(const QJsonValue& value);
    // False where what is typed is no value of the setting.
    bool isValid() const;
    QWidget* control() const { return control_; }
    // That the control would like to have, and what it gets: where there are several, they stand
    // below each other.
    int idealWidth() const { return ideal_; }
    void setControlWidth(int width);

  Q_SIGNALS:
    void validityChanged();
    void idealWidthChanged();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* makeControl();
    void makeLayout();
    void fitControl();
    void placeControl();
    void applyTheme();
    void retranslate();
    void showNow();
    void showMark();
    void choose(const QJsonValue& value);
    void takeText(const QString& text);

    const JobKeyInfo key_;
    JobDraft& job_;
    const Theme& theme_;
    QJsonValue usual_;
    QGridLayout* grid_;
    QLabel* title_;
    QLabel* help_;
    IconButton* back_;
    NumberField* number_ = nullptr;
    QComboBox* choice_ = nullptr;
    QCheckBox* switch_ = nullptr;
    QLineEdit* text_ = nullptr;
    QWidget* control_ = nullptr;
    int ideal_ = 0;
    int wanted_ = 0;        // width of the control
    bool isBelow_ = false;  // the control, of its title
};

}  // namespace dsm
