// ModelLibrary: the models on this computer, the forms each can be run in, and whether they fit
// into its memory.
//
// Listed are the demo model, the folders the user added, what the program converted into its own
// folder, and the models in caches of the Hub's layout, by whomever they were put there. A
// converted model is a form of the model it was made from, as long as that is listed. The memory,
// the computer's and a GPU's, is that of the plans the loader goes by, with the context, the
// backend and the GPU that the settings ask for.
//
// Threads   Main thread. Folders are read on a thread of the library's own; the list is the one of
//           the last reading.
// Errors    A folder that cannot be read stays listed, with the reason. failed() carries a sentence
//           for people.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/library/deletion_plan.h"
#include "app/services/library/library_signals.h"
#include "app/services/library/library_types.h"

namespace dsm {

class ConversionService;
class LibraryState;
class Settings;

// Of this computer now. What a loaded model holds is given back before another one is loaded:
// `heldBytes` count as available.
ComputerMemory measureMemory(quint64 heldBytes = 0);

class ModelLibrary : public LibrarySignals {
    Q_OBJECT

  public:
    using Places = LibraryPlaces;
    using SpaceReader = LibrarySpaceReader;
    using MemoryReader = LibraryMemoryReader;

    // Without a reader the computer's memory is measured.
    ModelLibrary(const Places& places, ConversionService& conversions, const Settings& settings,
                 MemoryReader memory = {}, QObject* parent = nullptr);
    ~ModelLibrary() override;

    const QList<LibraryModel>& models() const;
    LibraryModel model(const QString& folder) const;  // folder "": not listed
    // The form in this folder; one that is not present where there is none.
    ModelForm formIn(const QString& folder) const;
    // DeepSeekMoE 16B before it is there: what each form would need, and whether that fits.
    LibraryModel publishedModel() const;
    ComputerMemory memory() const;
    DiskSpace diskSpace() const;
    // Without one the disks are asked.
    void setSpaceReader(SpaceReader space);
    bool isReading() const;  // the first reading is not over yet

    // Reads the folders again.
    void refresh();
    // Judges anew by what memory is available now, and measures the disks: cheap enough for every
    // few seconds.
    void refreshMemory();

    // Caches of the Hub's layout, whose models are listed, too. Downloads go to the first.
    void setCacheFolders(const QStringList& folders);

    // Adds the folder to the list, at a place of its added ones (-1: last). What it holds shows
    // after the next reading. False, after failed(), where it cannot hold a model.
    bool addFolder(const QString& folder, int place = -1);
    // The model of an added folder is in another one now: that takes the place in the list. False,
    // after failed(), where it cannot hold a model.
    bool moveFolder(const QString& from, const QString& to);
    // Takes it from the list; its files stay. Returns the place it had, -1 where it was not listed.
    int removeFolder(const QString& folder);

    // Finds out what deleting the files of a model or form with canDelete would free; `ownFiles`
    // are those the program put into caches. Ends in deletionPlanned().
    void planDeletion(const QString& folder, const QSet<QString>& ownFiles);
    // Takes them away, in the background. Returns an id by which it is undone or, when the user has
    // had the time for that, finished; 0 where it may not be deleted. Ends in filesDeleted().
    qint64 deleteFiles(const DeletionPlan& plan);
    void undoDeletion(qint64 id);
    void finishDeletion(qint64 id);

  private:
    std::unique_ptr<LibraryState> state_;
};

}  // namespace dsm
