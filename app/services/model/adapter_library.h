// AdapterLibrary: the LoRA adapters on this computer, and the one that the loaded model computes
// with.
//
// Listed are the adapters of finished training jobs, in the program's folder, and those in folders
// that the user added; each with the reason where it does not fit the loaded model. Checkpoints of
// a job that has an adapter are not listed.
//
// The choice belongs to the model: it is kept in the settings for each model folder, and taken up
// again whenever that model is loaded, unless it is loaded bare. It is not one conversation's, since with another adapter the
// model has to read everything again.
//
// Ownership Borrows host and settings, which outlive it.
// Threads   Main thread. adapters() reads the heads of the adapters' files: milliseconds each.
//           Changing happens on the host's thread, between two replies, without loading the model.
// Errors    failed() carries sentences for people; the model then computes as before.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

namespace dsm {

class ModelHost;
class Settings;

struct AdapterInfo {
    QString folder;
    QString name;
    QString misfit;  // why the loaded model cannot use it; "": it can
    QString note;    // of the user, where it was kept with one
};

class AdapterLibrary : public QObject {
    Q_OBJECT

  public:
    AdapterLibrary(const QString& trainedFolder, ModelHost& host, Settings& settings,
                   QObject* parent = nullptr);

    // As they are now, by name; without a loaded model none fits.
    QList<AdapterInfo> adapters() const;
    // Adapters in the folder and below it are listed from now on; false after failed() where there
    // is none.
    bool addFolder(const QString& folder);
    QStringList addedFolders() const;
    // Forgets what the user added; the files stay.
    void removeFolder(const QString& folder);

    // From the next reply on; "": without one. Remembered for the model once it works. A scale of 1
    // is as trained, 0 nothing.
    void use(const QString& folder, double scale = 1);
    // The same over a model that may not be loaded yet: false where its loading brings it.
    bool useOver(const QString& model, const QString& folder);
    QString current() const;  // the folder in use; "": none
    double scale() const;     // of it
    static QString nameOf(const QString& folder);

  Q_SIGNALS:
    void changed();  // the list, or what is in use
    void failed(const QString& message);

  private:
    void takeLoad(bool ok);
    void takeChange(bool ok, const QString& error);

    const QString trainedFolder_;
    ModelHost& host_;
    Settings& settings_;
};

}  // namespace dsm
