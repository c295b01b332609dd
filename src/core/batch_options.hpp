#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

/// What benchdnn's options say about the descriptors that follow; several values of one option
/// stand for one problem each. Our own problem text leaves nothing open to them.
class BatchOptions {
 public:
  /// "--mb" of "--mb=4,8"; options that set the same thing have the same key.
  static std::string key(std::string_view option);

  /// Why `option` is not taken; empty: it is one of ours.
  static std::string unconcerned(std::string_view option);

  /// Takes "--mb=4,8". Throws SyntaxError.
  void set(std::string_view option);

  /// The problems that `descriptor` stands for. Throws SyntaxError or InvalidProblem.
  std::vector<ListedProblem> problems(std::string_view descriptor) const;

 private:
  struct Kind {
    Direction direction = Direction::forward;
    bool bias = false;
  };
  struct Types {
    DataType source = DataType::f32, filter = DataType::f32, destination = DataType::f32;
  };
  static std::optional<Kind> kind(std::string_view name);
  static std::optional<Types> types(std::string_view name);
  static std::optional<Types> configuration(std::string_view name);

  std::vector<Kind> kinds_ = {Kind{}};
  std::vector<Types> types_ = {Types{}};
  std::vector<std::int64_t> batches_ = {0};  ///< 0: as the descriptor says
};

}  // namespace convtune
