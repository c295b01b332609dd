#include <convtune/catalogue.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"

namespace convtune {
namespace {

int info(const Session& session) {
  const StoreInfo found = open_store(session.context())->info();
  session.print(json(found), rendered(found, session.paper()));
  return exit_done;
}

int check(const Session& session) {
  const auto store = open_store(session.context());
  const StoreCheck found = store->check();
  const StoreInfo about = store->info();
  session.print(json(about, found),
                rendered(about, session.paper()) + rendered(found, session.paper()));
  return found.faults.empty() ? exit_done : exit_no;
}

}  // namespace

void add_db(CLI::App& app, Session& session) {
  CLI::App* db = add_command(app, session, "db", "Look after the database", {});
  db->require_subcommand(0, 1);
  add_command(*db, session, "info", "What the database holds", "convtune db info")
      ->callback([&session] { session.action = [&session] { return info(session); }; });
  add_command(*db, session, "check", "Whether the database is whole", "convtune db check")
      ->callback([&session] { session.action = [&session] { return check(session); }; });
}

}  // namespace convtune
