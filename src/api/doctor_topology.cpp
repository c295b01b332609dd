// How the processors that this process may use hang together, as hwloc sees it.
#include <memory>
#include <type_traits>

#include <hwloc.h>

#include <convtune/doctor.hpp>

namespace convtune {
namespace {

struct Destroy {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
  void operator()(hwloc_bitmap_t set) const { hwloc_bitmap_free(set); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, Destroy>;
using CpuSet = std::unique_ptr<std::remove_pointer_t<hwloc_bitmap_t>, Destroy>;

int count(const Handle& topology, hwloc_obj_type_t type, const CpuSet& within) {
  int found = 0;
  for (hwloc_obj_t object = nullptr;
       (object = hwloc_get_next_obj_by_type(topology.get(), type, object)) != nullptr;)
    found += hwloc_bitmap_intersects(object->cpuset, within.get());
  return found;
}

}  // namespace

Topology probe_topology() {
  hwloc_topology_t made = nullptr;
  if (hwloc_topology_init(&made) != 0) return {};
  const Handle topology(made);
  if (hwloc_topology_load(topology.get()) != 0) return {};
  const CpuSet ours(hwloc_bitmap_alloc());
  if (!ours || hwloc_get_cpubind(topology.get(), ours.get(), HWLOC_CPUBIND_PROCESS) != 0) return {};
  return {.packages = count(topology, HWLOC_OBJ_PACKAGE, ours),
          .numa_nodes = count(topology, HWLOC_OBJ_NUMANODE, ours),
          .cores = count(topology, HWLOC_OBJ_CORE, ours),
          .hardware_threads = count(topology, HWLOC_OBJ_PU, ours)};
}

}  // namespace convtune
