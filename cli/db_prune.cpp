#include <convtune/storage.hpp>
#include <report/storage.hpp>

#include "amounts.hpp"
#include "db.hpp"
#include "settings.hpp"

namespace convtune {

void add_db_prune(Command& db, Session& session) {
  auto options = std::make_shared<PruneOptions>();
  Command prune =
      db.add("prune", "Remove runs that no answer needs", "convtune db prune --keep 5 --dry-run");
  prune
      .option(
          "--older-than", "TIME",
          [options](const std::string& text) {
            options->older_than_seconds = static_cast<std::int64_t>(parse_duration(text));
          },
          "Runs that are older: 90d, 12h")
      .number(
          "--keep", 1,
          [options](std::int64_t keep) {
            constexpr std::int64_t most = 1 << 30;
            options->keep = static_cast<int>(std::min(keep, most));
          },
          "All but the newest N runs of each problem, protocol and environment")
      .flag("--stale", options->stale,
            "Runs of environments that this machine had once, their answers too")
      .flag("--imported", options->imported, "Imported runs")
      .flag("--offers", options->offers,
            "What libraries that take long to ask offered; they are asked again when needed")
      .flag("--dry-run", options->dry_run, "Only say what would be removed");
  prune.does([&session, options] {
    adopt_library_settings(session.context());  // what is stale is told as for a lookup
    const Pruned pruned = convtune::prune(session.context(), *options);
    session.warn(pruned.warnings);
    session.print(json(pruned, options->dry_run), rendered(pruned, options->dry_run));
    return exit_done;
  });
}

}  // namespace convtune
