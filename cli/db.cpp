#include "db.hpp"

#include <optional>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>
#include <report/json.hpp>
#include <report/storage.hpp>
#include <report/text.hpp>

#include "commands.hpp"

namespace convtune {
namespace {

int info(const Session& session) {
  const StoreInfo found = open_store(session.context())->info();
  Context below = session.context();
  below.database = system_database();
  if (!below.database.empty()) try {
      const StoreInfo system = open_store(below)->info();
      session.print(json(found, system), rendered(found, session.paper()) +
                                             "\nsystem: " + rendered(system, session.paper()));
      return exit_done;
    } catch (const Error& error) {
      session.warn({error.what()});
    }
  session.print(json(found), rendered(found, session.paper()));
  return exit_done;
}

/// A database that is not whole may not be able to say what it holds.
std::optional<StoreInfo> what_it_holds(const Store& store, const Session& session) {
  try {
    return store.info();
  } catch (const Error& error) {
    session.warn({error.what()});
    return std::nullopt;
  }
}

int check(const Session& session) {
  const auto store = open_store(session.context());
  const StoreCheck found = store->check();
  const std::string faults = rendered(found, session.paper());
  if (const auto about = what_it_holds(*store, session)) {
    session.print(json(*about, found), rendered(*about, session.paper()) + faults);
  } else {
    const std::string path =
        session.common.database.empty() ? default_database() : session.common.database;
    session.print(json(path, found), path + "\n" + faults);
  }
  return found.faults.empty() ? exit_done : exit_no;
}

}  // namespace

void add_db(Command& program, Session& session) {
  Command db = program.add("db", "Look after the database", "convtune db info");
  db.add("info", "What the database holds", "convtune db info").does([&session] {
    return info(session);
  });
  db.add("check", "Whether the database is whole", "convtune db check").does([&session] {
    return check(session);
  });
  add_db_exchange(db, session);
  add_db_prune(db, session);
  add_db_denylist(db, session);
}

}  // namespace convtune
