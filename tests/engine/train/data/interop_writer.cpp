// Writes what Python libraries shall read: the adapters of tests/golden, and an event file.
//
// usage: interop_writer FOLDER
#include <array>
#include <cstdio>

#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/train/state/event_file.h"

int main(int, char** argv) {
    const std::filesystem::path out = argv[1];
    const std::filesystem::path golden = std::filesystem::path(DSM_SOURCE_DIR) / "tests/golden";
    const auto config = dsm::readConfig(golden / "tiny");
    bool isWritten = true;
    for (const char* name : {"patterns", "saved", "whole"}) {
        const auto adapter = dsm::readAdapter(golden / "adapter" / name, *config);
        isWritten = isWritten && adapter && dsm::writeAdapter(out / name, *adapter, *config);
    }
    auto events = dsm::EventFile::create(out / "events");
    const std::array<dsm::EventValue, 2> values{{{"train/loss", 1.5F}, {"train/grad_norm", 2.5F}}};
    if (!isWritten || !events || !events->write(7, values) || !events->write(8, values)) {
        std::fprintf(stderr, "cannot write to %s\n", argv[1]);
        return 1;
    }
    return 0;
}
