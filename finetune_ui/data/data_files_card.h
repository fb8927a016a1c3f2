// DataFilesCard: the files of examples of a training run, and the ways to add some.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/card.h"

class QPushButton;
class QVBoxLayout;

namespace dsm {

class DataFilesCard : public Card {
    Q_OBJECT

  public:
    explicit DataFilesCard(const Theme& theme, QWidget* parent = nullptr);

    // With what was chosen of their columns: whether each file has these is said.
    void setFiles(const QList<DataFile>& files, const QMap<QString, QString>& columns);
    // Why none of its rows can be read, for people; "": nothing is known against it.
    QString problemOf(const DataFile& file) const;
    QPushButton* addButton() const { return add_; }

  Q_SIGNALS:
    void addRequested();
    void conversationsRequested();
    void removeRequested(const QString& path);

  private:
    QWidget* makeRow(const DataFile& file);
    void applyTheme();
    void retranslate();

    QLabel* title_;
    QLabel* hint_;
    QLabel* example_;  // what such a file is like, while there is none
    QPushButton* add_;
    QPushButton* conversations_;
    QVBoxLayout* rows_;
    QList<DataFile> files_;
    QMap<QString, QString> columns_;
};

}  // namespace dsm
