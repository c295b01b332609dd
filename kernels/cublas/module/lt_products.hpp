#pragma once

#include <memory>

#include "products.hpp"

namespace convtune::cublas {

/// Products by cuBLASLt on the GPU that is the thread's current one. Throws Error(environment) with
/// cuBLAS's words when there is none.
std::unique_ptr<Products> open_products();

}  // namespace convtune::cublas
