// ConversionService: converts models to smaller formats in the background, one after the other.
//
// Each conversion is remembered in a file from its start on, so that what was stopped, failed, or
// was under way when the program ended can be resumed later, from about where it was. Finished ones
// stay in the list as long as their folder exists: they tell what was made from what.
//
// Ownership Owns its list and its thread.
// Threads   Main thread. The converter runs on a thread of its own; destroying the service stops
//           it and waits.
// Errors    A failed conversion carries one or two sentences for people.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <memory>

#include "app/services/library/conversion_types.h"

namespace dsm {

class ConversionService : public QObject {
    Q_OBJECT

  public:
    // Results go to folders below `modelsFolder`. Without a converter the engine converts.
    explicit ConversionService(const QString& modelsFolder, Converter converter = {},
                               QObject* parent = nullptr);
    ~ConversionService() override;

    QList<Conversion> conversions() const;  // oldest first
    Conversion conversion(qint64 id) const;
    // The one of this source and preset.
    Conversion find(const QString& sourceFolder, const QString& preset) const;

    // Begins, or waits for its turn; goes on with one that is there already. Returns its id.
    qint64 start(const QString& sourceFolder, const QString& preset);
    // Keeps what is done.
    void stop(qint64 id);
    void resume(qint64 id);
    // Forgets one that is not finished and deletes the files it has written. Where these cannot be
    // deleted it stays, as failed.
    void discard(qint64 id);
    // Forgets a finished one whose folder was deleted, and returns it; id 0: there was none.
    Conversion forget(const QString& folder);
    // Takes back what was forgotten, with its folder.
    void remember(const Conversion& forgotten);

  Q_SIGNALS:
    // The list or the state of an entry.
    void conversionsChanged();
    void progressed(qint64 id);  // at most ten times a second
    void conversionFinished(qint64 id);
    void conversionFailed(qint64 id, const QString& error);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
