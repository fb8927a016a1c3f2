// SHA-256 of bytes that come in pieces.
//
// Ownership Owns its state; it can be moved, not copied.
// Threads  One at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace dsm {

class Sha256 {
  public:
    Sha256();

    void update(std::span<const std::byte> bytes);
    // In lower-case hexadecimal. The object begins anew.
    std::string finish();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace dsm
