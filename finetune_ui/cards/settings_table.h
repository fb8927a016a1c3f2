// SettingsTable: the settings of one run, or of several side by side where they differ.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QStringList>
#include <QWidget>

class QGridLayout;

namespace dsm {

class Theme;

class SettingsTable : public QWidget {
    Q_OBJECT

  public:
    explicit SettingsTable(const Theme& theme, QWidget* parent = nullptr);

    void setRun(const QJsonObject& settings);
    // `names` of the runs are the heads of the columns.
    void setDifferences(const QStringList& names, const QList<QJsonObject>& settings);
    // Any table; without a head where that is empty.
    void setTable(const QStringList& head, const QList<QStringList>& rows);
    // Words of a row, for each column; the setting's name first.
    const QList<QStringList>& rows() const { return rows_; }

  private:
    const Theme& theme_;
    QGridLayout* grid_;
    QList<QStringList> rows_;
};

}  // namespace dsm
