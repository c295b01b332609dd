// What a plan does unless its implementation says otherwise: the caller's own layouts.
#include <convtune/implementation.hpp>
#include <convtune/tensor.hpp>

namespace convtune {

Layouts Plan::layouts() const {
  const auto named = [&](Role role, const char* first, const char* last) {
    return layout_of(problem_, role) == Layout::channels_last ? last : first;
  };
  return {.source = named(Role::source, "nchw", "nhwc"),
          .filter = named(Role::filter, "kcrs", "krsc"),
          .destination = named(Role::destination, "nchw", "nhwc")};
}

std::size_t Plan::bytes(Role role) const {
  return convtune::bytes(problem_, role);
}

void Plan::load(Role role, const void* plain, void* buffer) const {
  from_plain(problem_, role, plain, buffer);
}

void Plan::unload(Role role, const void* buffer, void* plain) const {
  to_plain(problem_, role, buffer, plain);
}

}  // namespace convtune
