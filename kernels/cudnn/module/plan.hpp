#pragma once

#include <memory>
#include <string>

#include <convtune/implementation.hpp>

#include "descriptor.hpp"
#include "graph.hpp"

namespace convtune::cudnn {

/// Where a candidate's configuration begins to be about an engine: behind "nhwc/" or "nchw/", which
/// say where the tensors lie of a problem that leaves it open.
struct Placed {
  ChannelsLast last;
  std::string_view engine;
};
Placed placed(const ConvProblem& problem, std::string_view configuration);

/// The plan of one configuration of cudnn.engine, to run on the GPU `id` that has the properties
/// `device`. Throws Error(environment) where cuDNN does not
/// support it after all, Failure where it fails. Tensors below 16 bytes run by a second plan, which
/// the first run on such ones builds, or throws. Plans are built without a GPU where the
/// configuration does not have to be compiled; running one needs it.
std::unique_ptr<Plan> engine_plan(const ConvProblem& problem, const std::string& configuration,
                                  const Descriptor& device, const std::string& id);

}  // namespace convtune::cudnn
