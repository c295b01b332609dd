#pragma once

#include <gtest/gtest.h>

#include <kernels/gpu.hpp>

/// First in every test here.
#define CONVTUNE_NEED_A_GPU() \
  if (!convtune::why_no_gpu().empty()) GTEST_SKIP() << convtune::why_no_gpu()
