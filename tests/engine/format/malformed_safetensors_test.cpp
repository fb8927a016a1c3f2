// Every file of tests/malformed/safetensors is refused with its file, its place and its reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "engine/format/safetensors.h"
#include "tests/engine/format/refusal.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = DSM_SOURCE_DIR "/tests/malformed/safetensors";

std::vector<Refusal> refusals() {
    constexpr auto kMalformed = ErrorCode::Malformed;
    return {
        {"empty", kMalformed, {"0 bytes"}},
        {"shorter_than_the_length", kMalformed, {"3 bytes"}},
        {"header_over_the_limit", kMalformed, {"header", "100000001"}},
        {"header_length_all_ones", kMalformed, {"header", "18446744073709551615"}},
        {"header_beyond_the_file", kMalformed, {"header", "3 bytes", "incomplete"}},
        {"header_not_utf8", kMalformed, {"header", "line 1", "not valid JSON"}},
        {"header_not_json", kMalformed, {"header", "line 1", "not valid JSON"}},
        {"header_empty", kMalformed, {"header", "not valid JSON"}},
        {"header_with_nul", kMalformed, {"header", "NUL"}},
        {"header_with_more_after_it", kMalformed, {"header", "not valid JSON"}},
        {"header_not_an_object", kMalformed, {"header", "not a JSON object"}},
        {"header_too_deep", kMalformed, {"header", "deeper than 64"}},
        {"tensor_twice", kMalformed, {"\"a\"", "twice"}},
        {"key_twice", kMalformed, {"\"dtype\"", "twice"}},
        {"entry_not_an_object", kMalformed, {"tensor a", "object"}},
        {"dtype_missing", kMalformed, {"tensor a", "dtype", "missing"}},
        {"shape_missing", kMalformed, {"tensor a", "shape", "missing"}},
        {"offsets_missing", kMalformed, {"tensor a", "data_offsets", "missing"}},
        {"key_unknown", kMalformed, {"tensor a", "stride"}},
        {"dtype_unknown", kMalformed, {"tensor a", "dtype", "\"F31\""}},
        {"dtype_not_a_string", kMalformed, {"tensor a", "dtype", "32"}},
        {"shape_not_a_list", kMalformed, {"tensor a", "shape"}},
        {"shape_negative", kMalformed, {"tensor a", "shape", "-2"}},
        {"shape_not_whole", kMalformed, {"tensor a", "shape", "2.0"}},
        {"shape_overflow", kMalformed, {"tensor a", "no possible number of bytes"}},
        {"shape_overflow_beside_zero", kMalformed, {"tensor a", "no possible number of bytes"}},
        {"shape_over_64_bits", kMalformed, {"tensor a", "shape"}},
        {"shape_too_long", kMalformed, {"tensor a", "shape", "at most 16"}},
        {"half_a_byte", kMalformed, {"tensor a", "no possible number of bytes"}},
        {"offsets_not_a_pair", kMalformed, {"tensor a", "data_offsets", "pair"}},
        {"offsets_negative", kMalformed, {"tensor a", "data_offsets"}},
        {"end_before_begin", kMalformed, {"tensor a", "data_offsets", "end before they begin"}},
        {"bytes_not_shape_times_dtype", kMalformed, {"tensor a", "8 bytes", "12"}},
        {"overlap", kMalformed, {"tensor b", "overlaps"}},
        {"same_bytes_twice", kMalformed, {"tensor b", "overlaps"}},
        {"hole", kMalformed, {"tensor b", "4 bytes", "no tensor"}},
        {"hole_at_the_start", kMalformed, {"tensor a", "4 bytes", "no tensor"}},
        {"data_too_short", kMalformed, {"tensor a", "1 bytes", "incomplete"}},
        {"data_too_long", kMalformed, {"1 bytes at the end", "no tensor"}},
        {"offsets_near_overflow", kMalformed, {"tensor a", "no tensor"}},
        {"metadata_not_an_object", kMalformed, {"__metadata__"}},
        {"metadata_not_a_string", kMalformed, {"__metadata__.step"}},
    };
}

TEST(MalformedSafetensors, AreRefusedWithFileAndReason) {
    for (Refusal refusal : refusals()) {
        const fs::path path = kFolder / (refusal.file + ".safetensors");
        refusal.says.push_back(path.string());
        expectRefused(SafetensorsFile::open(path), refusal);
    }
}

TEST(MalformedSafetensors, EachHaveACase) {
    std::set<std::string> cases;
    for (const Refusal& refusal : refusals())
        cases.insert(refusal.file);
    for (const auto& entry : fs::directory_iterator(kFolder)) {
        EXPECT_TRUE(cases.contains(entry.path().stem().string())) << entry.path();
    }
}

}  // namespace
}  // namespace dsm
