// SettingsTable: the settings of one run, or of several side by side where they differ. Where its
// columns have no room beside each other, each row stands below the one before, a value on a line.
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
    bool isStacked() const { return isStacked_; }

    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void place(bool isStacked);
    void measure();
    bool isTooNarrow() const;
    QWidget* makeCell(const QString& text, bool isName);

    const Theme& theme_;
    QGridLayout* grid_;
    QStringList head_;
    QList<QStringList> rows_;
    bool isStacked_ = false;
    // The least widths of the columns beside each other, and of names with their values.
    int besideWidth_ = 0;
    int belowWidth_ = 0;
};

}  // namespace dsm
