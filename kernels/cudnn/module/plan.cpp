#include "plan.hpp"

#include <optional>
#include <vector>

#include <convtune/tensor.hpp>
#include <kernels/alignment.hpp>

#include "configuration.hpp"
#include "engines.hpp"
#include "handle.hpp"

namespace convtune::cudnn {
namespace {

Layout layout(bool last) {
  return last ? Layout::channels_last : Layout::channels_first;
}

// The same problem with every tensor where the candidate has it.
ConvProblem settled(const ConvProblem& problem, const ChannelsLast& last) {
  ConvShape shape = problem.shape();
  shape.source_layout = layout(last[0]);
  shape.filter_layout = layout(last[1]);
  shape.destination_layout = layout(last[2]);
  return ConvProblem::make(shape);
}

std::string unaligned(Alignment alignment) {
  return alignment == Alignment::usual ? "" : " on tensors that are aligned to their elements only";
}

Supported supported_or_throw(const ConvProblem& problem, const ChannelsLast& last,
                             std::string_view text, const Descriptor& device, Alignment alignment) {
  const std::optional<Configuration> wanted = parse_configuration(text);
  if (!wanted)
    throw Error(ErrorCode::bad_input,
                "\"" + std::string(text) + "\" is not a configuration of cudnn.engine.");
  auto checked = Engines(graph(problem, last, alignment), device).check(*wanted);
  if (auto* const found = std::get_if<Supported>(&checked)) return std::move(*found);
  throw Error(ErrorCode::environment, "cuDNN does not support engine " + std::string(text) +
                                          unaligned(alignment) +
                                          " here: " + std::get<Unsupported>(checked).reason);
}

Descriptor ready(const Supported& supported, const Descriptor& device) {
  Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, supported.descriptor)
      .set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, device)
      .finalize();
  return plan;
}

std::size_t workspace_of(const Descriptor& plan) {
  return static_cast<std::size_t>(plan.number(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE));
}

class EnginePlan final : public Plan {
 public:
  EnginePlan(const ConvProblem& problem, const std::string& prefix, const ChannelsLast& last,
             const Supported& supported, const Descriptor& device, std::string id)
      : Plan(problem),
        id_(std::move(id)),
        last_(last),
        held_(settled(problem, last)),
        layouts_(cudnn::layouts(last)),
        engine_(text(supported.configuration)),
        configuration_(prefix + engine_),
        device_(device),
        plan_(ready(supported, device)),
        workspace_bytes_(workspace_of(plan_)) {}

  std::string configuration() const override { return configuration_; }
  std::size_t workspace_bytes() const override { return workspace_bytes_; }
  Layouts layouts() const override { return layouts_; }
  void load(Role role, const void* plain, void* buffer) const override {
    from_plain(held_, role, plain, buffer);
  }
  void unload(Role role, const void* buffer, void* plain) const override {
    to_plain(held_, role, buffer, plain);
  }

  void run(const Buffers& buffers) override {
    std::vector<std::int64_t> ids = {tensor_id(Role::source), tensor_id(Role::filter),
                                     tensor_id(Role::destination)};
    std::vector<void*> addresses = {buffers.source, buffers.filter, buffers.destination};
    if (problem()->bias) {
      ids.push_back(tensor_id(Role::bias));
      addresses.push_back(const_cast<void*>(buffers.bias));  // read, but cuDNN has one type for all
    }
    Descriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, ids)
        .set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, addresses)
        .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, std::span<void* const>(&buffers.workspace, 1))
        .finalize();
    const Descriptor& plan = usually_aligned(buffers) ? plan_ : unaligned_plan();
    Descriptor::execute(handle_on(id_, buffers.stream), plan, pack);
  }

 private:
  // What was built for 16 bytes may read as many at once. Nobody times this one, so that it is
  // built when it is first needed.
  const Descriptor& unaligned_plan() {
    if (unaligned_plan_) return *unaligned_plan_;
    Descriptor made =
        ready(supported_or_throw(problem(), last_, engine_, device_, Alignment::elements), device_);
    if (workspace_of(made) > workspace_bytes_)
      throw Error(ErrorCode::environment, "cuDNN wants more workspace for engine " + engine_ +
                                              unaligned(Alignment::elements) +
                                              " than with others.");
    return unaligned_plan_.emplace(std::move(made));
  }

  std::string id_;
  ChannelsLast last_;
  ConvProblem held_;
  Layouts layouts_;
  std::string engine_, configuration_;
  Descriptor device_, plan_;
  std::optional<Descriptor> unaligned_plan_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace

Placed placed(const ConvProblem& problem, std::string_view configuration) {
  const std::size_t slash = configuration.find('/');
  if (slash == std::string_view::npos)
    return {.last = channels_last(problem, false), .engine = configuration};
  return {.last = channels_last(problem, configuration.substr(0, slash) == "nhwc"),
          .engine = configuration.substr(slash + 1)};
}

std::unique_ptr<Plan> engine_plan(const ConvProblem& problem, const std::string& configuration,
                                  const Descriptor& device, const std::string& id) {
  const Placed at = placed(problem, configuration);
  const std::string prefix = configuration.substr(0, configuration.size() - at.engine.size());
  return std::make_unique<EnginePlan>(
      problem, prefix, at.last,
      supported_or_throw(problem, at.last, at.engine, device, Alignment::usual), device, id);
}

}  // namespace convtune::cudnn
