// The column table and the schema say the same.
#include "columns.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "migrate.hpp"

namespace convtune::db {
namespace {

class Columns : public testing::Test {
 protected:
  Columns() { migrate(database_); }

  template <class Row>
  void expect_agreement(const Table<Row>& table) {
    std::vector<std::string> known;
    for (const char* key : table.keys) known.emplace_back(key);
    for (const auto& column : table.columns) known.emplace_back(column.name);

    std::vector<std::string> there;
    Statement info(database_, fmt::format("PRAGMA table_info({})", table.name));
    while (info.step()) there.push_back(std::get<std::string>(info.value(1)));
    std::erase(there, "id");
    EXPECT_THAT(there, testing::UnorderedElementsAreArray(known)) << table.name;
  }

  Database database_{":memory:", Database::Access::create};
};

TEST_F(Columns, AreThoseOfTheTables) {
  expect_agreement(devices());
  expect_agreement(environments());
  expect_agreement(problems());
  expect_agreement(candidates());
  expect_agreement(runs());
  expect_agreement(measurements());
  expect_agreement(samples());
  expect_agreement(denials());
}

TEST_F(Columns, FillEveryTable) {
  const ProblemRow row =
      row_of(parse_problem("bwdw.f32.nhwc_n2c8i9x10x11k16f3x3x1s2x1x1p1x1x0d1x2x1g4"));
  std::map<std::string, Value> values;
  for (const auto& column : problems().columns) values[column.name] = column.write(row);
  EXPECT_EQ(values["direction"], Value("bwdw"));
  EXPECT_EQ(values["source_layout"], Value("nhwc"));
  EXPECT_EQ(values["filter_layout"], Value("krsc"));
  EXPECT_EQ(values["groups"], Value(std::int64_t{4}));
  EXPECT_EQ(values["in_d"], Value(std::int64_t{9}));
  EXPECT_EQ(values["in_w"], Value(std::int64_t{11}));
  EXPECT_EQ(values["filter_w"], Value(std::int64_t{1}));
  EXPECT_EQ(values["out_d"], Value(std::int64_t{5}));
  EXPECT_EQ(values["out_h"], Value(std::int64_t{8}));
  EXPECT_EQ(values["dilation_h"], Value(std::int64_t{2}));

  const ProblemRow flat = row_of(parse_problem("fwd.f64.any_n2c8i9k16f3s1p1d1g1"));
  values.clear();
  for (const auto& column : problems().columns) values[column.name] = column.write(flat);
  EXPECT_EQ(values["in_w"], Value(std::int64_t{9}));
  EXPECT_EQ(values["in_h"], Value());
  EXPECT_EQ(values["source_layout"], Value("any"));
  EXPECT_EQ(values["accumulation"], Value("f64"));
}

}  // namespace
}  // namespace convtune::db
