#include <iterator>

#include <convtune/types.hpp>

#include "names.hpp"

namespace convtune {
namespace {

struct TypeFacts {
  std::string_view name;
  std::size_t bytes;
  bool floating;
  DataType accumulation;
};

constexpr TypeFacts types[] = {
    {"f64", 8, true, DataType::f64},  {"f32", 4, true, DataType::f32},
    {"f16", 2, true, DataType::f32},  {"bf16", 2, true, DataType::f32},
    {"s8", 1, false, DataType::s32},  {"u8", 1, false, DataType::s32},
    {"s32", 4, false, DataType::s32},
};
constexpr std::string_view direction_names[] = {"fwd", "bwdd", "bwdw"};
constexpr std::string_view role_names[] = {"source", "filter", "destination", "bias"};

const TypeFacts& facts(DataType type) {
  return types[index(type)];
}

}  // namespace

std::size_t size_of(DataType type) {
  return facts(type).bytes;
}
bool is_floating(DataType type) {
  return facts(type).floating;
}
DataType usual_accumulation(DataType type) {
  return facts(type).accumulation;
}

std::string_view name(DataType type) {
  return facts(type).name;
}
std::string_view name(Direction direction) {
  return direction_names[index(direction)];
}
std::string_view name(Role role) {
  return role_names[index(role)];
}

std::optional<DataType> data_type(std::string_view name) {
  for (std::size_t i = 0; i < std::size(types); ++i)
    if (types[i].name == name) return static_cast<DataType>(i);
  return std::nullopt;
}

std::optional<Direction> direction(std::string_view name) {
  return named<Direction>(direction_names, name);
}

}  // namespace convtune
