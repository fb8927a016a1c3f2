// How a data set follows an edit of one of its rows.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/train/data/followed_rows.h"
#include "engine/train/data/text_dataset.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

// As it is read with this edit; nothing where it is left out.
std::optional<RenderedRow> rendered(const FollowedRows& rows, const EditedRow& edited,
                                    const std::optional<RowEdits::Edit>& edit) {
    if (edit && edit->isLeftOut()) return std::nullopt;
    RenderedRow row{.place = edited.place, .offset = edited.offset, .text = edited.text};
    if (edit) row.edited = edit->row;
    RowRenderer(rows.options, rows.tokenizer).render(row, *rows.files.at(edited.place.file));
    return row;
}

bool isRefused(const std::optional<RenderedRow>& row) {
    return row && !row->problem.empty();
}

int countOf(const std::optional<RowEdits::Edit>& edit, bool isLeftOut) {
    return edit && edit->isLeftOut() == isLeftOut ? 1 : 0;
}

}  // namespace

TextDataset::TextDataset(std::vector<std::string> files, SampleSpool samples)
    : files_(std::move(files)), samples_(std::move(samples)) {}

TextDataset::~TextDataset() = default;

std::optional<std::int64_t> TextDataset::indexOf(const RowPlace& place) const {
    const PackedPlace wanted(place);
    const auto found = std::lower_bound(places_.begin(), places_.end(), wanted);
    if (found == places_.end() || *found != wanted) return std::nullopt;
    return found - places_.begin();
}

Result<TextDataset::FoundRow> TextDataset::row(const RowPlace& place) const {
    DSM_CHECK(followed_ != nullptr);
    const auto index = indexOf(place);
    if (!index) return failure(ErrorCode::NotFound, "No sample was made from this row.");
    const std::uint64_t offset = followed_->offsets[static_cast<std::size_t>(*index)];
    auto text = followed_->files.at(place.file)->textAt(place.line, offset);
    if (!text) return tl::unexpected(text.error());
    return FoundRow{offset, std::move(*text)};
}

Result<nlohmann::json> TextDataset::parse(const RowPlace& place, const std::string& text) const {
    DSM_CHECK(followed_ != nullptr);
    return followed_->files.at(place.file)->parse(text);
}

const std::vector<std::uint64_t>& TextDataset::hashes() const {
    DSM_CHECK(followed_ != nullptr);
    return followed_->hashes;
}

Result<void> TextDataset::insert(std::int64_t i, const RenderedRow& row) {
    const TrainingSample& sample = row.rendered.sample;
    auto kept = samples_.insert(i, sample);
    if (kept) kept = samples_.finish();
    if (!kept) return kept;
    places_.insert(places_.begin() + i, PackedPlace(row.place));
    followed_->offsets.insert(followed_->offsets.begin() + i, row.offset);
    followed_->hashes.insert(followed_->hashes.begin() + i, sampleHash(sample));
    followed_->report.insert(row.reported());
    if (followed_->options.keepsShapes) shapes_.add(sample);
    return {};
}

void TextDataset::remove(std::int64_t i, const RenderedRow& row) {
    samples_.remove(i);
    places_.erase(places_.begin() + i);
    followed_->offsets.erase(followed_->offsets.begin() + i);
    followed_->hashes.erase(followed_->hashes.begin() + i);
    followed_->report.remove(row.reported());
    if (followed_->options.keepsShapes) shapes_.remove(row.rendered.sample);
}

Result<bool> TextDataset::follow(const EditedRow& edited) {
    DSM_CHECK(followed_ != nullptr);
    const auto before = rendered(*followed_, edited, edited.before);
    const auto after = rendered(*followed_, edited, edited.after);
    const auto index = indexOf(edited.place);
    if (isRefused(before) || isRefused(after) || index.has_value() != before.has_value())
        return false;
    if (before) remove(*index, *before);
    if (after) {
        const auto at = std::lower_bound(places_.begin(), places_.end(), PackedPlace(edited.place));
        if (auto kept = insert(at - places_.begin(), *after); !kept)
            return tl::unexpected(kept.error());
    }
    followed_->edited += countOf(edited.after, false) - countOf(edited.before, false);
    followed_->leftOut += countOf(edited.after, true) - countOf(edited.before, true);
    report_ = followed_->report.finish();
    report_.history = followed_->options.history;
    report_.edited = followed_->edited;
    report_.leftOut = followed_->leftOut;
    return true;
}

}  // namespace dsm
