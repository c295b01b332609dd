#pragma once

#include <cstddef>
#include <cstdint>

#include <convtune/implementation.hpp>
#include <kernels/plain_layouts.hpp>

namespace convtune::cpu {

/// Layouts of a plan whose constant filters are packed when they are loaded.
inline Layouts packed_layouts(const ConvProblem& problem) {
  Layouts layouts = plain_layouts(problem);
  if (problem->constant_weights) layouts.filter = "packed";
  return layouts;
}

/// A plan that reads its filters in an order of its own: packed when they are loaded if they are
/// constant, in each run if not.
template <class T>
class PackedPlan : public Plan {
 public:
  using Plan::Plan;

  Layouts layouts() const final { return packed_layouts(problem()); }
  std::size_t bytes(Role role) const final {
    return loads_packed(role) ? packed_bytes() : Plan::bytes(role);
  }
  void load(Role role, const void* plain, void* buffer) const final {
    if (loads_packed(role))
      pack(static_cast<const T*>(plain), static_cast<T*>(buffer));
    else
      Plan::load(role, plain, buffer);
  }

 protected:
  virtual std::int64_t packed_elements() const = 0;
  virtual void pack(const T* plain, T* packed) const = 0;

  std::size_t packed_bytes() const {
    return static_cast<std::size_t>(packed_elements()) * sizeof(T);
  }

  /// A run's filters, packed; where they are not constant, into the workspace behind `first`
  /// elements.
  const T* packed_filters(const Buffers& buffers, std::int64_t first) const {
    const auto* const given = static_cast<const T*>(buffers.filter);
    if (problem()->constant_weights) return given;
    T* const space = static_cast<T*>(buffers.workspace) + first;
    pack(given, space);
    return space;
  }

 private:
  bool loads_packed(Role role) const { return role == Role::filter && problem()->constant_weights; }
};

}  // namespace convtune::cpu
