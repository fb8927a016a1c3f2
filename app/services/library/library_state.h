// The inside of ModelLibrary: its list as it was read last, and what changes it.
//
// Reading, measuring and deleting are done on threads of their own, which post what they found.
//
// Ownership Borrows the signals, the conversions and the settings.
// Threads   Main thread; whatever a thread posts arrives there.
#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>
#include <thread>

#include "app/services/library/conversion_service.h"
#include "app/services/library/deletion_plan.h"
#include "app/services/library/folder_list.h"
#include "app/services/library/form_fit.h"
#include "app/services/library/library_reading.h"
#include "app/services/library/library_signals.h"
#include "app/services/library/library_types.h"
#include "app/services/library/model_trash.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/settings.h"
#include "app/services/program/work_thread.h"

namespace dsm {

class LibraryState {
    Q_DECLARE_TR_FUNCTIONS(dsm::ModelLibrary)

  public:
    LibraryState(LibrarySignals* library, const LibraryPlaces& places,
                 ConversionService& conversions, const Settings& settings,
                 LibraryMemoryReader reader);

    const QList<LibraryModel>& models() const { return models_; }
    LibraryModel model(const QString& folder) const;
    ModelForm formIn(const QString& folder) const;
    ComputerMemory memory() const { return memory_; }
    LibraryModel publishedModel() const;
    bool isReading() const { return !wasRead_; }
    DiskSpace diskSpace() const { return disk_; }
    void setSpaceReader(LibrarySpaceReader space);

    void refresh();
    void refreshMemory();
    bool add(const QString& folder, int place);
    bool move(const QString& from, const QString& to);
    int remove(const QString& folder);
    void setCaches(const QStringList& folders);
    void plan(const QString& folder, const QSet<QString>& ownFiles);
    qint64 deleteFiles(const DeletionPlan& plan);
    ModelTrash& trash() { return trash_; }

  private:
    // What the program knew of files that were deleted.
    struct Deleted {
        QString folder;
        int place = -1;  // among the added ones
        Conversion conversion;
    };

    void saveList();
    ReadingOrder order();
    void take(const QList<LibraryModel>& models);
    void judgeAll();
    ComputeChoice computeChoice() const {
        return {settings_.backend(), settings_.gpu(), settings_.gpuLayers()};
    }
    void measureDisks();
    bool canDelete(const QString& folder) const;
    void takeDeletion(qint64 id);
    void takeReturn(qint64 id);

    LibrarySignals* library_;
    const LibraryPlaces places_;
    ConversionService& conversions_;
    const Settings& settings_;
    LibraryMemoryReader reader_;
    ComputerMemory memory_;
    FolderList list_;
    QStringList caches_;
    ModelTrash trash_;
    QHash<qint64, Deleted> deleted_;
    QList<LibraryModel> models_;
    LibrarySpaceReader space_ = &measureSpace;
    DiskSpace disk_;
    bool isMeasuring_ = false;
    bool wasRead_ = false;
    bool isUnderWay_ = false;
    bool readAgain_ = false;
    Mailbox mailbox_;
    WorkThread worker_;
    std::jthread thread_;  // last: it posts while the others exist
};

}  // namespace dsm
