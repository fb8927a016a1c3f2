// TextStore: raw texts that a person and a model write together, in an SQLite file of their own.
//
// A removed text goes to a trash, from which it is purged once a program has been in use for
// kTextTrashLasts since; an implausible clock purges nothing.
//
// Threads   One thread at a time; keepUp() any.
// Errors    Every failure of the disk or the file is an Error whose message a user can read;
//           NotFound for a text that is not there.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/store/base/store_notice.h"
#include "app/store/base/store_time.h"
#include "app/store/database.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::chrono::days kTextTrashLasts{30};

// A text without its text: for lists.
struct StoredTextInfo {
    std::int64_t id = 0;
    std::string title;      // a person's; "": the text's first line is its name
    std::string beginning;  // of the text, at most kTextBeginning characters
    StoreTime updated{};
};
inline constexpr int kTextBeginning = 200;

class TextStore {
  public:
    static Result<std::unique_ptr<TextStore>> open(const std::filesystem::path& file,
                                                   StoreClock clock, Doubt doubt = Doubt::None,
                                                   OnDamage onDamage = OnDamage::Repair,
                                                   const std::stop_token& stop = {});
    // Keeps nothing.
    static Result<std::unique_ptr<TextStore>> openInMemory(StoreClock clock);
    ~TextStore();

    const std::vector<StoreNotice>& notices() const { return database_->notices(); }
    bool isReadOnly() const { return database_->isReadOnly(); }

    // What is due beside the use; keepUp() does it, and noteUpkeep() learns of it.
    UpkeepTask dueUpkeep() { return database_->dueUpkeep(clock_()); }
    static UpkeepReport keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                               StoreTime now, const std::stop_token& stop = {});
    void noteUpkeep(const UpkeepReport& report) { database_->noteUpkeep(report); }

    // Empty; returns its id, which is positive and never used again.
    Result<std::int64_t> add();
    Result<std::vector<StoredTextInfo>> texts();  // the last changed first
    Result<std::vector<StoredTextInfo>> trash();  // the last removed first
    Result<std::string> text(std::int64_t id);
    Result<void> setText(std::int64_t id, std::string_view text, Durability durability);
    Result<void> rename(std::int64_t id, std::string_view title);
    // How the model writes on: JSON; "": as the settings have it.
    Result<std::string> choicesJson(std::int64_t id);
    Result<void> setChoicesJson(std::int64_t id, std::string_view json);
    Result<void> moveToTrash(std::int64_t id);
    Result<void> restore(std::int64_t id);
    // What lay in the trash for long enough; returns how many texts went.
    Result<std::int64_t> purgeTrash();

  private:
    TextStore(std::unique_ptr<Database> database, StoreClock clock);

    static Result<std::unique_ptr<TextStore>> madeReady(Result<std::unique_ptr<Database>> database,
                                                        StoreClock clock);
    Result<std::string> column(const char* sql, std::int64_t id);
    Result<void> setColumn(const char* sql, std::int64_t id, std::string_view value,
                           Durability durability);
    std::vector<StoredTextInfo> list(const char* sql);

    std::unique_ptr<Database> database_;
    StoreClock clock_;
};

}  // namespace dsm
