#include "ui/widgets/question.h"

#include <QLabel>
#include <QMessageBox>
#include <QPushButton>

namespace dsm {

QMessageBox* ask(QWidget* over, const Question& question, const QList<QuestionAnswer>& answers,
                 const QString& keep) {
    auto* box = new QMessageBox(over);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIcon(QMessageBox::Question);
    box->setWindowTitle(question.title);
    box->setTextFormat(Qt::PlainText);
    box->setText(question.text);
    box->setInformativeText(question.more);
    // Its format is not settable but through the label itself.
    if (auto* more = box->findChild<QLabel*>(QStringLiteral("qt_msgbox_informativelabel")))
        more->setTextFormat(Qt::PlainText);
    QPushButton* chosen = nullptr;
    for (const QuestionAnswer& answer : answers) {
        QPushButton* button = box->addButton(answer.text, QMessageBox::AcceptRole);
        button->setEnabled(answer.isEnabled);
        if (answer.isDefault) chosen = button;
        QObject::connect(button, &QPushButton::clicked, over, answer.action);
    }
    QPushButton* stay = box->addButton(keep, QMessageBox::RejectRole);
    box->setDefaultButton(chosen != nullptr ? chosen : stay);
    box->setEscapeButton(stay);
    box->open();
    return box;
}

}  // namespace dsm
