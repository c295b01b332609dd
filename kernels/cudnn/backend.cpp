#include "../cuda/shared/opened.hpp"

namespace convtune {

const Backend& cudnn_backend() {
  static const cuda::ModuleBackend instance("cudnn");
  return instance;
}

}  // namespace convtune
