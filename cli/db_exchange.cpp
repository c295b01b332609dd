#include <fmt/format.h>

#include <convtune/storage.hpp>
#include <report/json.hpp>
#include <report/storage.hpp>
#include <report/units.hpp>

#include "db.hpp"
#include "output.hpp"

namespace convtune {
namespace {

using Files = std::vector<std::string>;

// Exit code: something was left out of a list, and the rest was done.
int ended(const Session& session, const Transfer& transfer) {
  session.warn(transfer.warnings);
  for (const std::string& fault : transfer.faults) write_message(fault);
  return transfer.rejected > 0 ? exit_bad_input : exit_done;
}

int print(const Session& session, const char* what, const Transfer& transfer) {
  const int code = ended(session, transfer);
  session.print(json(what, transfer), rendered(what, transfer));
  return code;
}

int export_lines(const Session& session) {
  const Transfer transfer =
      export_store(session.context(), [](const std::string& line) { write_output(line + "\n"); });
  session.remark(
      fmt::format("{} and {}", counted(transfer.runs, "run"), counted(transfer.denials, "denial")));
  return ended(session, transfer);
}

int back_up(const Session& session, const std::string& file, bool force) {
  back_up_store(session.context(), file, force);
  Context copy = session.context();
  copy.database = file;
  const StoreInfo info = open_store(copy)->info();
  session.print(json(info), fmt::format("'{}' holds {} of {}.\n", file, counted(info.runs, "run"),
                                        counted(info.problems, "problem")));
  return exit_done;
}

}  // namespace

void add_db_exchange(Command& db, Session& session) {
  db.add("export", "The database as lines of JSON on the standard output", "convtune db export")
      .does([&session] { return export_lines(session); });

  auto exported = std::make_shared<Files>();
  Command import = db.add("import", "Take over exports, as another environment's until tuned here",
                          "convtune db import convtune.jsonl");
  import.arguments("FILES", Count::some, *exported, "Exports; '-' is the standard input");
  import.does([&session, exported] {
    return print(session, "import", import_into_store(session.context(), *exported));
  });

  auto databases = std::make_shared<Files>();
  Command merge = db.add("merge", "Take over what other databases of yours hold, as it is",
                         "convtune db merge other.db");
  merge.arguments("FILES", Count::some, *databases, "Databases of this or an older schema");
  merge.does([&session, databases] {
    return print(session, "merge", merge_into_store(session.context(), *databases));
  });

  struct Backup {
    Files file;
    bool force = false;
  };
  auto backup = std::make_shared<Backup>();
  Command back_up_command = db.add("backup", "Copy the database while others use it",
                                   "convtune db backup --force convtune-backup.db");
  back_up_command.arguments("FILE", Count::one, backup->file, "Where the copy goes")
      .flag("--force", backup->force, "Take the place of what is there");
  back_up_command.does(
      [&session, backup] { return back_up(session, backup->file.front(), backup->force); });
}

}  // namespace convtune
