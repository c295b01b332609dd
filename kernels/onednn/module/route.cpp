#include "route.hpp"

#include <algorithm>
#include <cstring>

namespace convtune::onednn {
namespace {

constexpr std::size_t alignment = 64;

// Steps share one scratchpad: they run one after the other.
class Builder {
 public:
  Builder(const ConvProblem& problem, const Operation& kernel)
      : problem_(problem), kernel_(kernel) {
    scratchpad_ = kernel.scratchpad_bytes();
  }

  Route build() {
    route_.source = tensor(Role::source, route_.held_source);
    route_.filter = tensor(Role::filter, route_.held_filter);
    route_.destination = tensor(Role::destination, route_.held_destination);
    route_.bias = held(Role::bias);
    route_.scratchpad = scratch(scratchpad_);
    route_.workspace_bytes = used_;
    return std::move(route_);
  }

 private:
  static Place held(Role role) { return {.in_workspace = false, .role = role, .offset = 0}; }

  Place scratch(std::size_t bytes) {
    if (bytes == 0) return {.in_workspace = true, .role = Role::source, .offset = 0};
    used_ = (used_ + alignment - 1) / alignment * alignment;
    const Place place{.in_workspace = true, .role = Role::source, .offset = used_};
    used_ += bytes;
    return place;
  }

  // Some formats can be reached from kcrs only: those of Winograd's filters.
  void copy(std::vector<Step>& steps, Role role, Place from, const Format& from_format, Place to,
            const Format& to_format, bool accumulate = false) {
    if (auto operation = reorder(from_format, to_format, accumulate)) {
      scratchpad_ = std::max(scratchpad_, operation->scratchpad_bytes());
      steps.push_back({.role = role, .from = from, .to = to, .type = {}, .reorder = operation});
      return;
    }
    const Format plain = Format::of(problem_, role, Layout::channels_first, from_format.type());
    if (plain == from_format || plain == to_format) {
      route_.problem = "oneDNN cannot copy the " + std::string(name(role)) + " between " +
                       from_format.text(problem_, role) + " and " + to_format.text(problem_, role);
      return;
    }
    const Place between = scratch(plain.bytes());
    copy(steps, role, from, from_format, between, plain);
    copy(steps, role, between, plain, to, to_format, accumulate);
  }

  static void reverse(std::vector<Step>& steps, DataType type, Place from, Place to) {
    steps.push_back({.role = Role::filter, .from = from, .to = to, .type = type, .reorder = {}});
  }

  // What the caller passes: its fixed layout, or what the kernel wants.
  Format format_of_caller(Role role, const Format& wanted) const {
    const DataType type = type_of(problem_, role);
    const bool packed = role == Role::filter ? problem_->constant_weights
                                             : layout_of(problem_, role) == Layout::any;
    if (packed) return native_type(type) == wanted.native().data_type ? wanted : wanted.with(type);
    const Layout layout =
        role == Role::filter ? plain_filter_layout(problem_) : layout_of(problem_, role);
    return Format::of(problem_, role, layout, type);
  }

  Place tensor(Role role, Format& held_format) {
    const Format wanted = kernel_.format(argument(problem_->direction, role));
    held_format = format_of_caller(role, wanted);
    return role == output_role(problem_->direction) ? output(role, held_format, wanted)
                                                    : input(role, held_format, wanted);
  }

  Place input(Role role, const Format& held_format, const Format& wanted) {
    Place now = held(role);
    if (role == Role::filter && problem_->constant_weights) return now;  // packed, taps and all
    if (role == Role::filter && problem_->flip) {
      const Place reversed = scratch(held_format.bytes());
      reverse(route_.before, problem_->filter_type, now, reversed);
      now = reversed;
    }
    if (held_format == wanted) return now;
    const Place packed = scratch(wanted.bytes());
    copy(route_.before, role, now, held_format, packed, wanted);
    return packed;
  }

  Place output(Role role, const Format& held_format, const Format& wanted) {
    const bool forward = problem_->direction == Direction::forward;
    const bool add = problem_->accumulate && !forward;
    const bool reversed = role == Role::filter && problem_->flip;
    if (held_format == wanted && !add) {
      if (reversed) reverse(route_.after, problem_->filter_type, held(role), held(role));
      return held(role);
    }
    const Place computed = scratch(wanted.bytes());
    if (forward && problem_->accumulate)  // the kernel adds to what it finds
      copy(route_.before, role, held(role), held_format, computed, wanted);
    if (!reversed) {
      copy(route_.after, role, computed, wanted, held(role), held_format, add);
    } else if (!add) {
      copy(route_.after, role, computed, wanted, held(role), held_format);
      reverse(route_.after, problem_->filter_type, held(role), held(role));
    } else {
      const Format plain = Format::of(problem_, role, plain_filter_layout(problem_), DataType::f32);
      Place turned = computed;
      if (!(plain == wanted)) {
        turned = scratch(plain.bytes());
        copy(route_.after, role, computed, wanted, turned, plain);
      }
      reverse(route_.after, DataType::f32, turned, turned);
      copy(route_.after, role, turned, plain, held(role), held_format, true);
    }
    return computed;
  }

  const ConvProblem& problem_;
  const Operation& kernel_;
  Route route_;
  std::size_t used_ = 0, scratchpad_ = 0;
};

template <class T>
void reverse_axis(const T* from, T* to, std::int64_t outer, std::int64_t taps, std::int64_t inner) {
#pragma omp parallel for schedule(static)
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t low = 0; low <= (taps - 1) / 2; ++low) {
      const std::int64_t high = taps - 1 - low;
      for (std::int64_t i = 0; i < inner; ++i) {
        const T first = from[(o * taps + low) * inner + i];
        to[(o * taps + low) * inner + i] = from[(o * taps + high) * inner + i];
        to[(o * taps + high) * inner + i] = first;
      }
    }
}

}  // namespace

const Format& Route::held(Role role) const {
  if (role == Role::source) return held_source;
  return role == Role::filter ? held_filter : held_destination;
}

Route route(const ConvProblem& problem, const Operation& kernel) {
  return Builder(problem, kernel).build();
}

Layout plain_filter_layout(const ConvProblem& problem) {
  return problem->filter_layout == Layout::channels_last ? Layout::channels_last
                                                         : Layout::channels_first;
}

void reverse_taps(const ConvProblem& problem, Layout layout, DataType type, const void* from,
                  void* to) {
  std::int64_t taps = 1;
  for (const Axis& axis : problem->axes()) taps *= axis.filter;
  const std::int64_t channels = problem->in_channels / problem->groups;
  const bool last = layout == Layout::channels_last;
  const std::int64_t outer = problem->out_channels * (last ? 1 : channels);
  const std::int64_t inner = last ? channels : 1;
  if (size_of(type) == sizeof(std::uint32_t))
    reverse_axis(static_cast<const std::uint32_t*>(from), static_cast<std::uint32_t*>(to), outer,
                 taps, inner);
  else
    reverse_axis(static_cast<const std::uint16_t*>(from), static_cast<std::uint16_t*>(to), outer,
                 taps, inner);
}

}  // namespace convtune::onednn
