#include "denials.hpp"

#include <tuple>

#include <fmt/format.h>

#include <convtune/error.hpp>

namespace convtune::db {

void require_valid(const Denial& denial) {
  if (denial.pattern.empty())
    throw Error(ErrorCode::bad_input, "A denial needs a pattern of candidates.");
  if (denial.reason.empty()) throw Error(ErrorCode::bad_input, "A denial needs a reason.");
}

bool stays_before(const Denial& first, const Denial& second) {
  const auto order = [](const Denial& denial) {
    return std::tuple(denial.imported, denial.filed_unix, content(denials(), denial));
  };
  return order(first) < order(second);
}

std::int64_t insert_denial(Database& database, const Denial& denial) {
  for (const Denial& other : read_denials(database).rows) {
    if (other.pattern != denial.pattern || other.range != denial.range) continue;
    if (!stays_before(denial, other)) return other.id;
    Statement(database, "DELETE FROM denylist WHERE id = ?").bind(1, other.id).run();
  }
  Statement insert(database, insert_sql(denials()));
  const std::uint64_t hash = content(denials(), denial);
  insert.bind(1, to_value(hash)).bind(2, imported_mark(denial.imported, hash));
  bind_row(insert, 3, denials(), denial);
  insert.run();
  return last_id(database);
}

Read<Denial> read_denials(const Database& database) {
  Read<Denial> result;
  Statement rows(database, fmt::format("SELECT id, content, imported, {} FROM denylist ORDER BY id",
                                       select_list(denials())));
  while (rows.step()) {
    try {
      Denial denial;
      denial.id = rows.integer(0);
      std::uint64_t stored = 0;
      from_value(rows.value(1), stored);
      denial.imported = imported_from(rows.value(2), stored);
      read_row(rows, 3, denials(), denial);
      if (stored != content(denials(), denial))
        throw BadRow("its columns are not those that were stored");
      result.rows.push_back(std::move(denial));
    } catch (const BadRow& bad) {
      result.faults.push_back(fmt::format("A row of table denylist was left out: {}.", bad.what()));
    }
  }
  return result;
}

}  // namespace convtune::db
