// How the stores reach their database: exceptions become Results here, and nowhere else.
//
// For the sources of the stores only.
//
// Errors  Those of databaseError() (sqlite_error.h); what refuse() says: NotFound; Io where the file
//         is not in its place any more.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <type_traits>
#include <utility>

#include "app/store/database.h"
#include "kernels/base/reason.h"

namespace dsm {

// Carries what a caller must hear of out of a transaction, which it thereby rolls back.
struct Refused {
    Error error;
};

// There is nothing of that number.
[[noreturn]] inline void refuse(ReasonCode why, std::int64_t id) {
    throw Refused{failure(ErrorCode::NotFound, why, {std::to_string(id)}).value()};
}

[[noreturn]] inline void refuseConversation(std::int64_t id) {
    refuse(ReasonCode::ChatGone, id);
}

inline void requireInPlace(const Database& database) {
    const auto lost = database.place().lost();
    if (!lost) return;
    throw Refused{failure(ErrorCode::Io, ReasonCode::StoreMoved, {lost->string()}).value()};
}

template <class Action>
auto guarded(Database& database, Action&& action) -> Result<std::invoke_result_t<Action>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
            action();
            return {};
        } else {
            return action();
        }
    } catch (const SQLite::Exception& exception) {
        if (troubleOf(exception, database.file()) == Trouble::Damaged) database.noteDamage();
        return tl::unexpected(databaseError(exception, database.file()));
    } catch (const Refused& refused) {
        return tl::unexpected(refused.error);
    }
}

// As above, in one transaction of the given durability, which takes the right to write at once: one
// that reads first and writes then would fail, without waiting, when the upkeep commits in between.
template <class Action>
auto committed(Database& database, Durability durability, Action&& action) {
    return guarded(database, [&] {
        database.setFullSync(durability == Durability::Full);
        requireInPlace(database);
        SQLite::Transaction transaction(database.connection(),
                                        SQLite::TransactionBehavior::IMMEDIATE);
        if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
            action();
            requireInPlace(database);
            transaction.commit();
        } else {
            auto result = action();
            requireInPlace(database);
            transaction.commit();
            return result;
        }
    });
}

}  // namespace dsm
