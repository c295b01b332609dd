#pragma once

#include <inputs/content.hpp>

#include "model/values.hpp"

namespace convtune {

/// What a model declares of its values, with the sizes that the caller says for what it leaves
/// open.
class Declared {
 public:
  explicit Declared(const OpenDimensions& said) : said_(said) {}

  /// Of an input of the model, whose open dimensions the caller may be asked for.
  Value input(const onnx::ValueInfoProto& info);

  /// Of a value inside: only sizes and names that are said, nobody can be asked for others.
  Value inside(const onnx::ValueInfoProto& info) const;

  /// Completes what inference did not find by what the model says.
  void complete(Value& value, const onnx::ValueInfoProto& info) const;

  /// The dimensions that inputs leave open, said or not.
  const DimensionNames& open() const { return open_; }

 private:
  const OpenDimensions& said_;
  DimensionNames open_;
};

}  // namespace convtune
