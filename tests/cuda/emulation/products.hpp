#pragma once

#include <memory>

#include "../../../kernels/cublas/module/products.hpp"

namespace convtune::cublas {

/// Stands for cuBLAS: plain loops in float64 on the program's memory. Throws KernelFault for what
/// cuBLAS would refuse or a GPU could compute in any order. It has so many algorithms for every
/// product, which are all the same one.
std::unique_ptr<Products> emulated_products(int algorithms = 8);

}  // namespace convtune::cublas
