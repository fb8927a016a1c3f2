// SettingsSection: a part of the settings: headings, and below each its rows of a name and what is set there.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

class QFormLayout;
class QLabel;

namespace dsm {

class Theme;

// Of the controls that choose or take a text, here and in the dialog around it.
int settingWidth(const Theme& theme);
// The controls of all sections within stand below each other, whatever the names beside them are.
void alignNames(const QWidget& within);

class SettingsSection : public QWidget {
    Q_OBJECT

  public:
    explicit SettingsSection(const Theme& theme, QWidget* parent = nullptr);

  protected:
    // After each change of the theme or the language; the constructor of a section begins with both.
    virtual void applyTheme();
    virtual void retranslate() = 0;

    const Theme& theme() const { return theme_; }
    QFormLayout* form() const { return form_; }
    QLabel* addHeading();
    void addRow(QWidget* control);
    // Without a name, below the row that it belongs to.
    void addControl(QWidget* control);
    // An explanation below, across the section.
    void addNote(QLabel* note);
    void setName(QWidget* control, const QString& name, const QString& explanation);

  private:
    const Theme& theme_;
    QFormLayout* form_;
    std::vector<QLabel*> headings_;
    std::vector<QLabel*> notes_;
    std::vector<QWidget*> controls_;
};

}  // namespace dsm
