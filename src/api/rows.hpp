#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "denied.hpp"

namespace convtune {

/// From how far rows may come: measured here; on any machine of this class; or out of date, in an
/// environment that was this machine's class and thread count once.
enum class Reach { exact, machine_class, stale };

/// Which stored rows count here and now.
class Rows {
 public:
  /// `store`: where environments are remembered; nullptr: they are probed. `denied`: whose rows
  /// never count.
  Rows(const Rooms& rooms, Environments& environments, const Store* store, const Denied& denied)
      : rooms_(rooms), environments_(environments), store_(store), denied_(denied) {}

  /// Those of `runs` within `reach` and not older than `max_age_seconds`; runs without any are left
  /// out. Opens a backend only if it has rows and what is remembered of it no longer holds.
  std::vector<Run> within(Reach reach, const std::vector<Run>& runs,
                          std::optional<std::int64_t> max_age_seconds = {});

  /// Why a row does not count within `reach`; empty if it does.
  std::string objection(Reach reach, const Run& run, const Measurement& measurement);

 private:
  /// Takes out of what `run` promotes what does not hold here and now.
  void keep_promoted(Run& run);

  std::uint64_t here(const std::string& backend);

  const Rooms& rooms_;
  Environments& environments_;
  const Store* store_;
  const Denied& denied_;
  std::map<std::string, std::uint64_t> here_;
};

}  // namespace convtune
