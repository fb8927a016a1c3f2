// What the library tells of models, their forms, and the memory that they are judged by.
#pragma once

#include <QList>
#include <QString>
#include <functional>
#include <memory>

#include "app/services/model/gpu_service.h"
#include "app/services/program/disk_space.h"

namespace dsm {

enum class ModelKind { Chat, Base };
enum class ModelOrigin {
    Demo,
    Added,   // a folder of the user's: it is forgotten, never deleted
    Own,     // in the program's folder
    Cached,  // in a cache of the Hub's layout
};
enum class MemoryFit { Fits, MayBeSlow, WontFit };

struct ComputerMemory {
    quint64 totalBytes = 0;  // 0: unknown
    quint64 availableBytes = 0;
    GpuListing gpus = {};

    bool operator==(const ComputerMemory&) const = default;
};

// What a form would take of the GPU that a load would choose now.
struct FormOnGpu {
    QString gpu = {};       // its name; "": the CPU computes
    QString refusal = {};   // why it does not fit there even in part, with numbers
    bool isForced = false;  // the settings ask for a GPU: the CPU does not take its place
    quint64 bytes = 0;      // of the GPU's memory
    quint64 freeBytes = 0;  // of it
    quint64 hostBytes = 0;  // of experts that stay in the computer's memory
    int layers = 0;         // with routed experts
    int layersOnGpu = 0;    // of them; the CPU computes the experts of the others

    bool isRefused() const { return isForced && !refusal.isEmpty(); }
    bool isThere() const { return !gpu.isEmpty() && refusal.isEmpty(); }
    bool holdsEverything() const { return isThere() && layersOnGpu == layers; }
};

struct FormPlan;  // form_fit.h

// A model in one weight format.
struct ModelForm {
    QString preset;         // "bf16", "q8"..; "f32" and "f16" for what is stored so
    QString folder;         // "" while it can only be made, by converting the model's folder
    quint64 diskBytes = 0;  // of its files; about, while it is not there
    quint64 weightBytes = 0;
    quint64 cacheBytes = 0;
    quint64 workspaceBytes = 0;
    MemoryFit fit = MemoryFit::Fits;
    FormOnGpu onGpu = {};
    std::shared_ptr<const FormPlan> plan = {};  // what fit and onGpu are judged by
    bool canDelete = false;                     // the program made it, or it lies in a cache

    bool isPresent() const { return !folder.isEmpty(); }
    quint64 memoryBytes() const { return weightBytes + cacheBytes + workspaceBytes; }
};

struct LibraryModel {
    QString folder;  // identifies it
    QString name;
    ModelOrigin origin = ModelOrigin::Added;
    ModelKind kind = ModelKind::Chat;
    QString templateProblem;  // of Base: why it cannot chat by the template it has; "": has none
    qint64 parameters = 0;
    qint64 activeParameters = 0;  // per token
    qint64 contextTokens = 0;     // that the memory is counted for
    QList<ModelForm> forms;       // largest first; empty where there is a problem
    QString problem;              // why it cannot be run; "": none
    QString repository;           // of Cached
    QString cacheFolder;          // of Cached
    bool isPartial = false;       // of Cached: some of its files have not arrived
    quint64 bytesHere = 0;        // of Cached: of the files that have
    bool canDelete = false;       // the files in its folder
    bool isMissing = false;       // of Added: its folder is not there, as when a disk is not
};

struct LibraryPlaces {
    QString demoFolder;    // "" when there is none
    QString modelsFolder;  // the program's own
    QString listFile;      // remembers what the user added
    QString trashFile;     // remembers deletions that can be undone
};
// Of two folders, on another thread.
using LibrarySpaceReader =
    std::function<DiskSpace(const QString& downloadsFolder, const QString& modelsFolder)>;
// Called on the main thread.
using LibraryMemoryReader = std::function<ComputerMemory()>;

}  // namespace dsm
