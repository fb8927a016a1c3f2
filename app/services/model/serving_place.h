// ServingPlace: where other programs' requests find the model of the window, while it is loaded and they
// may.
//
// Threads   Any.
// Errors    use(): NotFound while no model is there.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/serve/serving.h"

namespace dsm {

class ServingPlace : public ServingSource {
  public:
    // The worker looks before it makes a serving, which costs memory.
    void setWanted(bool isWanted);
    bool isWanted() const;
    void set(std::shared_ptr<Serving> serving, std::string name);  // nullptr: none

    std::vector<std::string> names() const override;
    Result<std::shared_ptr<Serving>> use() override;
    std::shared_ptr<Serving> current() const override;
    void end() override;  // what is under way; others are answered as before

  private:
    mutable std::mutex mutex_;
    bool isWanted_ = false;
    std::shared_ptr<Serving> serving_;
    std::string name_;
};

}  // namespace dsm
