#pragma once

#include <memory>

#include <convtune/store.hpp>

namespace convtune {

/// A store that lives and dies with the object; for tests and for answers that are not kept.
std::unique_ptr<Store> make_memory_store();

}  // namespace convtune
