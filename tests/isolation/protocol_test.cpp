#include "protocol.hpp"

#include <limits>

#include <gmock/gmock.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

using testing::HasSubstr;

Candidate full_candidate() {
  Candidate candidate;
  candidate.implementation = "blas.im2col_gemm";
  candidate.configuration = "panel256k.batch";
  candidate.revision = 7;
  candidate.tags = {"gemm", "conv_gemm"};
  candidate.workspace_bytes = std::size_t{1} << 40;
  candidate.deterministic = true;
  candidate.precision = Precision::tf32;
  candidate.layouts = {"nchw", "kcrs", "nhwc"};
  candidate.slowdown = 2.5;
  candidate.error_factor = 16;
  candidate.inexact = true;
  candidate.baseline = true;
  candidate.notes = "a \"note\"\nof two lines";
  candidate.worker_environment = {"OPENBLAS_CORETYPE=SkylakeX"};
  return candidate;
}

TEST(Protocol, ARequestComesBackAsItWas) {
  Request request;
  request.task = Request::Task::prepare;
  request.id = 12;
  request.plan = 3;
  request.problem = "fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1";
  request.candidate = full_candidate();
  request.device.threads = 12;
  request.device.isa = Isa::avx512;
  request.allowance_bytes = 1 << 30;
  request.plans_gone = {1, 2};
  request.places_gone = {4096};
  const std::string text = line(request);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(line(parse_request(text)), text);
  const Request again = parse_request(text);
  EXPECT_EQ(again.candidate.notes, full_candidate().notes);
  EXPECT_EQ(again.candidate.worker_environment, full_candidate().worker_environment);
  EXPECT_EQ(again.device.isa, Isa::avx512);

  request.task = Request::Task::announce;
  EXPECT_EQ(parse_request(line(request)).task, Request::Task::announce);
  EXPECT_EQ(parse_request(line(request)).candidate.notes, full_candidate().notes);

  Request run;
  run.task = Request::Task::run;
  run.calls = 100;
  run.buffers[static_cast<std::size_t>(Seat::bias)] =
      SharedPlace{.offset = 1 << 21, .length = 8192};
  run.buffers[static_cast<std::size_t>(Seat::source)] =
      SharedPlace{.offset = 0, .length = 1 << 21, .inside = 64};
  EXPECT_EQ(parse_request(line(run)).buffers, run.buffers);
  EXPECT_EQ(parse_request(line(run)).calls, 100);
}

TEST(Protocol, AnAnswerComesBackAsItWas) {
  const PreparedPlan prepared{.configuration = "x",
                              .workspace_bytes = 5,
                              .layouts = {"a", "b", "c"},
                              .bytes = {1, 2, 3},
                              .reorders = {true, false, true}};
  const Answer done = parse_answer(
      line(Answer{.kind = Answer::Kind::done, .id = 4, .seconds = 1e-5, .prepared = prepared}));
  EXPECT_EQ(done.prepared, prepared);
  EXPECT_EQ(done.seconds, 1e-5);
  EXPECT_EQ(done.megahertz, 0);
  EXPECT_FALSE(done.slowed);
  EXPECT_EQ(parse_answer(line(Answer{.kind = Answer::Kind::guard, .outside = -9})).outside, -9);
  const Answer slow = parse_answer(
      line(Answer{.kind = Answer::Kind::done, .seconds = 1, .megahertz = 1234.5, .slowed = true}));
  EXPECT_EQ(slow.megahertz, 1234.5);
  EXPECT_TRUE(slow.slowed);
}

TEST(Protocol, WhatNoTextMayHoldStillMakesALine) {
  const std::string text = line(Answer{.kind = Answer::Kind::failed, .reason = "\xff\n\x01"});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_THAT(parse_answer(text).reason, HasSubstr("\n"));
}

TEST(Protocol, RejectsWhatIsNoneOfIt) {
  for (const char* text :
       {"", "null", "[]", "{", "{\"is\":1}", "{\"is\":\"never\"}", "{\"is\":\"done\"}",
        "{\"is\":\"done\",\"id\":-1,\"seconds\":0}", "{\"is\":\"done\",\"id\":1.5,\"seconds\":0}",
        "{\"is\":\"done\",\"id\":1,\"seconds\":-1}", "{\"is\":\"done\",\"id\":1,\"seconds\":1e999}",
        "{\"is\":\"done\",\"id\":18446744073709551615,\"seconds\":0}",
        "{\"is\":\"done\",\"id\":1,\"seconds\":0,\"slowed\":1}",
        "{\"is\":\"done\",\"id\":1,\"seconds\":0,\"megahertz\":-1}",
        "{\"is\":\"done\",\"id\":1,\"seconds\":0,\"prepared\":[]}"})
    EXPECT_THROW(parse_answer(text), Error) << text;
  for (const char* text :
       {"{\"do\":\"dance\",\"id\":1,\"plan\":1}", "{\"do\":\"run\",\"id\":1,\"plan\":1}",
        "{\"do\":\"run\",\"id\":1,\"plan\":1,\"calls\":0,\"buffers\":{}}",
        "{\"do\":\"run\",\"id\":1,\"plan\":1,\"calls\":1,\"buffers\":{\"source\":[1,4096]}}",
        "{\"do\":\"run\",\"id\":1,\"plan\":1,\"calls\":1,\"buffers\":{\"source\":[0,0]}}",
        "{\"do\":\"load\",\"id\":1,\"plan\":1,\"role\":3,\"plain\":[0,4096],\"buffer\":[0,4096]}",
        "{\"do\":\"run\",\"id\":1,\"plan\":1,\"calls\":1,\"buffers\":{\"source\":[0,8192,-64]}}",
        "{\"do\":\"run\",\"id\":1,\"plan\":1,\"calls\":1,\"buffers\":{\"source\":[0,8192,8192]}}",
        "{\"do\":\"tidy\",\"id\":1,\"plan\":1,\"places_gone\":[-4]}"})
    EXPECT_THROW(parse_request(text), Error) << text;
  EXPECT_THROW(parse_answer(std::string(longest_line + 1, ' ')), Error);
}

}  // namespace
}  // namespace convtune
