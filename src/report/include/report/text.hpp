#pragma once

#include <string>
#include <vector>

#include <convtune/catalogue.hpp>
#include <convtune/choice.hpp>
#include <convtune/devices.hpp>
#include <convtune/doctor.hpp>
#include <convtune/selector.hpp>
#include <convtune/store.hpp>
#include <convtune/tuner.hpp>
#include <report/table.hpp>
#include <report/verify_summary.hpp>

namespace convtune {

// What people read: whole lines, aligned, as wide as the paper.

std::string rendered(const Choice& choice, const Paper& paper);
std::string rendered(const Explanation& explanation, const Paper& paper);
std::string rendered(const Run& run, const Paper& paper);

/// The table of a sweep, a line at a time: one for each problem when its answer is there.
class TuneTable {
 public:
  TuneTable(const std::vector<ListedProblem>& problems, const Paper& paper);

  std::string title_line() const { return table_.title_line(paper_); }
  std::string line(const Tuned& tuned) const;

 private:
  Table table_;
  Paper paper_;
};
std::string rendered(const TuneSummary& summary, const Paper& paper);

/// The same for verification: one line a candidate, under a line for its problem.
std::string rendered(const ConvProblem& problem, const std::vector<Verified>& verified,
                     const Paper& paper);
std::string rendered(const VerifySummary& summary, const Paper& paper);

std::string rendered(const std::vector<CatalogueEntry>& implementations, const Paper& paper);
std::string rendered(const ConvProblem& problem, const Listing& listing, const Paper& paper);
std::string rendered(const std::vector<ShapeSet>& sets, const Paper& paper);
std::string rendered(const std::vector<ListedProblem>& problems, const Paper& paper);
std::string rendered(const DeviceList& list, const Paper& paper);

std::string rendered(const StoreInfo& info, const Paper& paper);
std::string rendered(const StoreCheck& check, const Paper& paper);

/// What stands for a problem where room is short: its first name and how many more, or its text.
std::string label(const ListedProblem& listed);

}  // namespace convtune
