// SamplingFields: the fields by which a person says how a model draws its tokens, for a form.
//
// Ownership  The fields are children of `parent`; borrows the theme.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <vector>

#include "engine/text/chat_values.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QWidget;

namespace dsm {

class NumberField;
class Theme;

class SamplingFields : public QObject {
    Q_OBJECT

  public:
    SamplingFields(const Theme& theme, QWidget* parent);

    // Adds a row for each.
    void addTo(QFormLayout* form);
    void retranslate();
    // Shows them, without changed().
    void setChoices(const GenerationChoices& choices);
    // What is shown, in place of the same of `others`.
    GenerationChoices choices(GenerationChoices others) const;

    NumberField* temperature() const { return temperature_; }
    NumberField* tokens() const { return tokens_; }
    QLineEdit* seed() const { return seed_; }

  Q_SIGNALS:
    void changed();  // by the user

  private:
    std::vector<QLineEdit*> fields() const;

    const Theme& theme_;
    std::vector<QLabel*> labels_;  // of fields(), once they are in a form
    NumberField* temperature_;
    NumberField* topP_;
    NumberField* topK_;
    NumberField* minP_;
    NumberField* repetition_;
    NumberField* tokens_;
    QLineEdit* seed_;
};

}  // namespace dsm
