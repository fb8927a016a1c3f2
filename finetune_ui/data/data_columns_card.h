// DataColumnsCard: how a row is read: which column is what, and the template that makes a text of
// it. What it guesses can be put right in its lists.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <QMap>

#include "app/services/training/data/data_types.h"
#include "ui/widgets/card.h"

class QComboBox;
class QGridLayout;
class QPlainTextEdit;

namespace dsm {

class DataColumnsCard : public Card {
    Q_OBJECT

  public:
    explicit DataColumnsCard(const Theme& theme, QWidget* parent = nullptr);

    // The columns that the files have, and what was chosen of them, as a job's "columns" says it.
    void setColumns(const QList<DataColumn>& columns, const QMap<QString, QString>& chosen);
    void setTemplate(const QString& name, const QString& systemText);

    // The rows are texts, which the raw template alone takes.
    bool holdsTexts() const { return effectiveShape() == PlainText; }

    QComboBox* shapeChoice() const { return shape_; }
    QComboBox* columnChoice(const QString& field) const;  // nullptr: no such
    // The name of a part that a row needs and for which no column is chosen; "": each has one.
    QString openField() const;
    QComboBox* templateChoice() const { return template_; }
    QPlainTextEdit* systemEdit() const { return system_; }
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void columnsChosen(const QMap<QString, QString>& columns);
    void templateChosen(const QString& name);
    void systemTextChanged(const QString& text);

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    enum Shape { Pair, Conversation, PlainText };

    struct Field {
        QString name;  // of a job's "columns"
        QList<Shape> shapes;
        bool isNeeded = false;  // else it may have no column
        QLabel* label = nullptr;
        QComboBox* choice = nullptr;
    };

    void makeFields();
    void makeLayout();
    void placeFields();
    void arrange();
    void applyTheme();
    void retranslate();
    QString labelOf(const Field& field) const;
    bool hasColumn(const QString& name) const;
    QString effective(const QString& field) const;
    Shape effectiveShape() const;
    void fillChoices();
    void showShape();
    void suggest();
    void showTemplate();
    void exchange(const QString& name);
    void choose();
    void showHint();
    bool areOfTwoKinds() const;
    bool isReadAs(const Field& field, Shape shape) const;

    QLabel* title_;
    QLabel* hint_;
    QLabel* shapeLabel_;
    QComboBox* shape_;
    QList<Field> fields_;
    QLabel* templateLabel_;
    QComboBox* template_;
    QLabel* templateHint_;
    QLabel* systemLabel_;
    QPlainTextEdit* system_;
    QGridLayout* grid_;
    bool isStacked_ = false;  // each field below its label
    QList<DataColumn> columns_;
    QMap<QString, QString> chosen_;
};

}  // namespace dsm
