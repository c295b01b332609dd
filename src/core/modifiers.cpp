// Rewrites lists of problems as the command line asks.
#include <convtune/problem_list.hpp>

#include "problem_merge.hpp"

namespace convtune {
namespace {

/// What modified() could not do to some problems, counted: one note each in the end.
struct Skipped {
  int epilogues = 0;
  int constant_weights = 0;
};

ConvShape rewritten(ConvShape shape, const Modifiers& modifiers, Skipped& skipped) {
  if (modifiers.batch) shape.batch = *modifiers.batch;
  if (modifiers.type) {
    shape.source_type = shape.filter_type = shape.destination_type = *modifiers.type;
    shape.accumulation = usual_accumulation(*modifiers.type);
  }
  if (modifiers.layout)
    shape.source_layout = shape.filter_layout = shape.destination_layout = *modifiers.layout;
  if (shape.direction != Direction::forward && (shape.bias || shape.relu)) {
    shape.bias = shape.relu = false;
    ++skipped.epilogues;
  }
  if (modifiers.constant_weights) shape.constant_weights = true;
  if (shape.direction == Direction::backward_weights && shape.constant_weights) {
    shape.constant_weights = false;
    ++skipped.constant_weights;
  }
  return shape;
}

std::string count(int problems) {
  return std::to_string(problems) + (problems == 1 ? " problem" : " problems");
}

}  // namespace

ProblemList modified(ProblemList list, const Modifiers& modifiers) {
  Merger merger;
  for (ReadNote& note : list.notes) merger.note(std::move(note));
  Skipped skipped;
  for (const ListedProblem& listed : list.problems) {
    const std::vector<Direction> directions = modifiers.directions.empty()
                                                  ? std::vector{listed.problem->direction}
                                                  : modifiers.directions;
    for (const Direction direction : directions) {
      ConvShape shape = listed.problem.shape();
      shape.direction = direction;
      try {
        merger.add({.problem = ConvProblem::make(rewritten(shape, modifiers, skipped)),
                    .names = listed.names,
                    .repeats = listed.repeats});
      } catch (const InvalidProblem& broken) {
        merger.note({.where = text(listed.problem), .text = broken.what(), .rejected = true});
      }
    }
  }
  if (skipped.epilogues > 0)
    merger.note(
        {.where = "--direction",
         .text = "bias and relu belong to fwd and are dropped from " + count(skipped.epilogues),
         .rejected = false});
  if (skipped.constant_weights > 0)
    merger.note({.where = modifiers.constant_weights ? "--const-weights" : "",
                 .text = "weights are what bwdw computes: not constant in " +
                         count(skipped.constant_weights),
                 .rejected = false});
  return merger.take();
}

}  // namespace convtune
