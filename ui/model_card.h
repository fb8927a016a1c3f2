// ModelCard: a model of the library: what it is, where it lies, and a row for each form.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/model_form_row.h"

class QLabel;
class QVBoxLayout;

namespace dsm {

class IconButton;
class Pill;
class Theme;

class ModelCard : public QWidget {
    Q_OBJECT

  public:
    explicit ModelCard(const Theme& theme, QWidget* parent = nullptr);

    // Rows are kept where the forms are the same, so that the keyboard stays where it is.
    void setModel(const LibraryModel& model);
    const LibraryModel& model() const { return model_; }
    // Whether there is room for columns.
    void setWide(bool isWide);
    const std::vector<ModelFormRow*>& rows() const { return rows_; }
    ModelFormRow* row(const QString& preset) const;  // nullptr: none
    IconButton* menuButton() const { return menu_; }
    Pill* kind() const { return kind_; }

  Q_SIGNALS:
    void requested(const dsm::FormContent& content, dsm::FormAction action);
    void removeRequested(const QString& folder);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void makeLayout();
    void makeHeadings();
    void makeRows();
    void applyTheme();
    void showTexts();
    void showPath();
    void showMenu();

    const Theme& theme_;
    LibraryModel model_;
    bool isWide_ = true;
    QLabel* icon_;
    QLabel* name_;
    Pill* kind_;
    IconButton* menu_;
    QLabel* about_;
    QLabel* path_;
    QLabel* problem_;
    QWidget* headings_;
    QLabel* sizeHeading_;
    QLabel* memoryHeading_;
    QVBoxLayout* column_;
    std::vector<ModelFormRow*> rows_;
};

}  // namespace dsm
