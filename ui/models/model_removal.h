// ModelRemoval: takes models from the list or from the disk, after asking, with a way back.
//
// Ownership  Borrows the services; lives with its page, over which the questions open.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include "app/services/library/deletion_plan.h"
#include "ui/models/model_form_row.h"

class QWidget;

namespace dsm {

class DownloadService;
class ModelHost;
class Toast;

class ModelRemoval : public QObject {
    Q_OBJECT

  public:
    struct Parts {
        ModelLibrary& library;
        ConversionService& conversions;
        ModelHost& host;
        DownloadService& downloads;
    };

    ModelRemoval(const Parts& parts, QWidget* page);

    // Shows what was done, with the way back.
    void setToast(Toast* toast) { toast_ = toast; }

    void takeFromList(const QString& folder);
    // Asks with what it frees; refused() where the files are in use.
    void deleteFiles(const QString& folder);
    // What was converted so far.
    void discardConversion(const FormContent& content);

  Q_SIGNALS:
    void refused(const QString& message);

  private:
    QString whyInUse(const QString& folder) const;
    QString nameOf(const QString& folder) const;
    void ask(const DeletionPlan& plan);
    void takeDeletion(qint64 id, const QString& folder);
    void question(const QString& title, const QString& text, const QString& yes,
                  std::function<void()> action);

    Parts parts_;
    QWidget* page_;
    Toast* toast_ = nullptr;
    QHash<qint64, QString> names_;  // of what is being deleted
};

}  // namespace dsm
