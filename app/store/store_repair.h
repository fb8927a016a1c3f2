// Repair of a store's file on another thread than the one that uses it.
//
// Threads   Any.
// Errors    Those of the store; Cancelled where `stop` asked for the end. The file is as it was.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <utility>

#include "app/store/base/store_time.h"
#include "app/store/care/salvage.h"
#include "app/store/database.h"
#include "kernels/base/result.h"

namespace dsm {

// The file was sound after all and is open; or what could be read waits for Store::openSalvaged(),
// once nobody has the file open.
template <class Store>
struct Repaired {
    std::unique_ptr<Store> sound;
    Salvaged salvaged;
};

// With Doubt::Check nobody has the file open, and it may be sound. Otherwise it is known to be
// damaged, and others may read it meanwhile.
template <class Store>
Result<Repaired<Store>> repair(const std::filesystem::path& file, const StoreClock& clock,
                               Doubt doubt, const std::stop_token& stop) {
    if (doubt == Doubt::Check) {
        auto opened = Store::open(file, clock, doubt, OnDamage::Report, stop);
        if (opened) return Repaired<Store>{std::move(*opened), {}};
        if (opened.error().code != ErrorCode::Malformed) return tl::unexpected(opened.error());
    }
    return Store::salvage(file, stop).map([](const Salvaged& salvaged) {
        return Repaired<Store>{nullptr, salvaged};
    });
}

}  // namespace dsm
