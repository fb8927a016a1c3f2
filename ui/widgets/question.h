// Questions over a page, with their texts as they are: names of models and files are no markup.
//
// Threads  Main thread.
#pragma once

#include <QList>
#include <QString>
#include <functional>

class QMessageBox;
class QWidget;

namespace dsm {

struct Question {
    QString title;
    QString text;
    QString more = {};  // in smaller letters below
};

struct QuestionAnswer {
    QString text;
    std::function<void()> action;
    bool isEnabled = true;
    bool isDefault = false;
};

// `keep` is the answer that changes nothing; it is the default where no other is.
QMessageBox* ask(QWidget* over, const Question& question, const QList<QuestionAnswer>& answers,
                 const QString& keep);

}  // namespace dsm
