#include "model/findings.hpp"

#include "model/convolution.hpp"

namespace convtune {

void Findings::take(const ReadConvolution& read, const std::string& name,
                    const std::string& title) {
  if (silent_ > 0) return;
  if (!read.problem) return refuse(title, read.missing);
  list_.problems.push_back({.problem = *read.problem, .names = {name}});
  if (!read.remark.empty()) ++remarks_[read.remark];
}

void Findings::refuse(const std::string& title, const std::string& why) {
  if (silent_ > 0 || ++lost_ > most_notes) return;
  list_.notes.push_back({.where = source_ + ": " + title, .text = why, .rejected = true});
}

void Findings::remark(const std::string& text) {
  list_.notes.push_back({.where = source_, .text = text, .rejected = false});
}

ProblemList Findings::list() && {
  if (lost_ > most_notes)
    list_.notes.push_back(
        {.where = source_,
         .text = std::to_string(lost_ - most_notes) + " further nodes could not be read",
         .rejected = true});
  for (const auto& [what, count] : remarks_)
    remark(what + " is not part of the problem (" + std::to_string(count) +
           (count == 1 ? " node)" : " nodes)"));
  return std::move(list_);
}

}  // namespace convtune
