// A file system for SQLite whose n-th call fails, and from then on all or none.
//
// While it lives it is the default of every connection that names no other. Calls are counted from
// arm() on, over all files; those that read, write, lock, sync, make and delete count. The real
// work is done by the VFS that was the default before.
//
// Threads   One test at a time; connections of any thread.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstring>

namespace dsm {

class FaultyVfs {
  public:
    enum class Lasts { Once, ForEver };

    FaultyVfs() : vfs_(*sqlite3_vfs_find(nullptr)), real_(sqlite3_vfs_find(nullptr)) {
        current = this;
        vfs_.zName = "faulty";
        vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
        vfs_.xOpen = open;
        vfs_.xDelete = remove;
        sqlite3_vfs_register(&vfs_, 1);
    }
    ~FaultyVfs() {
        sqlite3_vfs_unregister(&vfs_);
        sqlite3_vfs_register(real_, 1);
        current = nullptr;
    }
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    // The n-th call from now on, from 1, fails with `code`: SQLITE_FULL fails what would take
    // room, SQLITE_READONLY what writes, SQLITE_BUSY what locks, another code everything.
    void arm(long n, int code, Lasts lasts) {
        code_ = code;
        lasts_ = lasts;
        hasFailed_ = false;
        left_ = n;
    }
    void disarm() { left_ = -1; }
    // False: the work ended before the n-th call.
    bool hasFailed() const { return hasFailed_; }

  private:
    enum class Call { Read, Room, Shared, Lock, Other };

    struct File {
        sqlite3_file base;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };

    static sqlite3_file* realOf(sqlite3_file* file) {
        return reinterpret_cast<File*>(file)->real();
    }

    int fault(Call call) {
        const bool takesRoom = call == Call::Room || call == Call::Shared;
        const bool counts = code_ == SQLITE_FULL       ? takesRoom
                            : code_ == SQLITE_READONLY ? call == Call::Room
                            : code_ == SQLITE_BUSY     ? call == Call::Lock
                                                       : true;
        if (!counts || left_ < 0) return SQLITE_OK;
        if (left_ == 0) return lasts_ == Lasts::ForEver ? code_ : SQLITE_OK;
        if (--left_ > 0) return SQLITE_OK;
        hasFailed_ = true;
        return code_;
    }

    template <class Action>
    static int guarded(Call call, Action&& action) {
        const int failed = current->fault(call);
        return failed != SQLITE_OK ? failed : action();
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
        file->pMethods = nullptr;
        const Call call = (flags & SQLITE_OPEN_CREATE) != 0 ? Call::Room : Call::Other;
        // A file that may be there already is opened on a full disk, too.
        const int failed = call == Call::Room ? SQLITE_OK : current->fault(call);
        if (failed != SQLITE_OK) return SQLITE_CANTOPEN;
        const int opened = current->real_->xOpen(current->real_, name, realOf(file), flags, out);
        if (opened == SQLITE_OK) file->pMethods = &kMethods;
        return opened;
    }
    static int remove(sqlite3_vfs*, const char* name, int sync) {
        return guarded(Call::Other,
                       [&] { return current->real_->xDelete(current->real_, name, sync); });
    }

    static int close(sqlite3_file* f) { return realOf(f)->pMethods->xClose(realOf(f)); }
    static int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
        return guarded(Call::Read,
                       [&] { return realOf(f)->pMethods->xRead(realOf(f), to, size, at); });
    }
    static int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
        return guarded(Call::Room,
                       [&] { return realOf(f)->pMethods->xWrite(realOf(f), from, size, at); });
    }
    static int truncate(sqlite3_file* f, sqlite3_int64 size) {
        return guarded(Call::Other,
                       [&] { return realOf(f)->pMethods->xTruncate(realOf(f), size); });
    }
    static int sync(sqlite3_file* f, int flags) {
        return guarded(Call::Other, [&] { return realOf(f)->pMethods->xSync(realOf(f), flags); });
    }
    static int size(sqlite3_file* f, sqlite3_int64* size) {
        return realOf(f)->pMethods->xFileSize(realOf(f), size);
    }
    static int lock(sqlite3_file* f, int level) {
        return guarded(Call::Lock, [&] { return realOf(f)->pMethods->xLock(realOf(f), level); });
    }
    static int unlock(sqlite3_file* f, int level) {
        return realOf(f)->pMethods->xUnlock(realOf(f), level);
    }
    static int reserved(sqlite3_file* f, int* out) {
        return realOf(f)->pMethods->xCheckReservedLock(realOf(f), out);
    }
    static int control(sqlite3_file* f, int op, void* argument) {
        return realOf(f)->pMethods->xFileControl(realOf(f), op, argument);
    }
    static int sector(sqlite3_file* f) { return realOf(f)->pMethods->xSectorSize(realOf(f)); }
    static int traits(sqlite3_file* f) {
        return realOf(f)->pMethods->xDeviceCharacteristics(realOf(f));
    }
    static int shmMap(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
        const auto map = [&] {
            return realOf(f)->pMethods->xShmMap(realOf(f), page, size, extend, out);
        };
        const int result = guarded(extend != 0 ? Call::Shared : Call::Other, map);
        return result == SQLITE_FULL ? SQLITE_IOERR_SHMSIZE : result;
    }
    static int shmLock(sqlite3_file* f, int offset, int n, int flags) {
        if ((flags & SQLITE_SHM_UNLOCK) != 0)
            return realOf(f)->pMethods->xShmLock(realOf(f), offset, n, flags);
        return guarded(Call::Lock,
                       [&] { return realOf(f)->pMethods->xShmLock(realOf(f), offset, n, flags); });
    }
    static void shmBarrier(sqlite3_file* f) { realOf(f)->pMethods->xShmBarrier(realOf(f)); }
    static int shmUnmap(sqlite3_file* f, int remove) {
        return realOf(f)->pMethods->xShmUnmap(realOf(f), remove);
    }

    // Version 2: without the calls that map a file into memory.
    static constexpr sqlite3_io_methods kMethods = {
        2,       close,  read,   write,  truncate, sync,       size,     lock,    unlock, reserved,
        control, sector, traits, shmMap, shmLock,  shmBarrier, shmUnmap, nullptr, nullptr};

    static inline FaultyVfs* current = nullptr;

    sqlite3_vfs vfs_;
    sqlite3_vfs* real_;
    std::atomic<long> left_ = -1;
    std::atomic<bool> hasFailed_ = false;
    int code_ = SQLITE_OK;
    Lasts lasts_ = Lasts::Once;
};

}  // namespace dsm
