// ModelCard: a model of the library: what it is, where it lies, and a row for each form.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "ui/downloads/file_checks.h"
#include "ui/models/model_form_row.h"
#include "ui/widgets/card.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace dsm {

class CardHead;
class IconButton;
class Pill;

class ModelCard : public Card {
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
    Pill* kind() const;
    QPushButton* continueButton() const { return continue_; }
    QLabel* checkResult() const { return check_; }
    // What checking its files has found.
    void setCheck(const FileCheck& check);

  Q_SIGNALS:
    void requested(const dsm::FormContent& content, dsm::FormAction action);
    void removeRequested(const QString& folder);
    void deleteRequested(const QString& folder);
    void checkRequested(const QString& folder);
    // The files that are missing or damaged.
    void fetchRequested(const QString& folder);
    void findRequested(const QString& folder);  // its folder is missing

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    void makeHeadings();
    void makeRows();
    void applyTheme();
    void showTexts();
    void showPath();
    void showMenu();
    void showFiles();

    LibraryModel model_;
    bool isWide_ = true;
    CardHead* head_;
    IconButton* menu_;
    QLabel* about_;
    QLabel* path_;
    QLabel* problem_;
    QLabel* check_;
    QPushButton* continue_;
    FileCheck fileCheck_;
    QWidget* headings_;
    QLabel* sizeHeading_;
    QLabel* memoryHeading_;
    QWidget* headingGap_;  // over what has no heading
    QVBoxLayout* column_;
    std::vector<ModelFormRow*> rows_;
};

}  // namespace dsm
