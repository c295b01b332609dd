#!/usr/bin/env python3
"""Writes the models of models/: small, and without the data of their weights.

Needs the Python package onnx, which the tests do not:
    pip install onnx && tests/inputs/make_models.py
"""
import pathlib

from onnx import TensorProto, helper, save

FOLDER = pathlib.Path(__file__).parent / "models"
FLOAT, HALF, INT64 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64
MS = "com.microsoft"


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def external(name, dims, kind=FLOAT):
    """A weight whose data lie in a file that does not exist."""
    tensor = TensorProto(name=name, data_type=kind, dims=dims)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="nowhere.bin")
    return tensor


def numbers(name, values, kind=INT64):
    return helper.make_tensor(name, kind, [len(values)], values)


def scalar(name, kind, number):
    return helper.make_tensor(name, kind, [], [number])


def node(kind, inputs, outputs, name="", **attributes):
    return helper.make_node(kind, inputs, outputs, name=name, **attributes)


def write(name, nodes, inputs, weights, outputs=("y",), opset=17, functions=(), domains=()):
    graph = helper.make_graph(nodes, name, inputs,
                              [value(each, None) for each in outputs], weights)
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(each, 1) for each in domains]
    model = helper.make_model(graph, opset_imports=imports, functions=list(functions), ir_version=8,
                              producer_name="make_models")
    save(model, FOLDER / f"{name}.onnx")


def resnet():
    """Two equal residual blocks, a strided one, and a head."""
    nodes, weights = [], []

    def conv(source, k, c, size, stride, label):
        weights.append(external(f"{label}.w", [k, c, size, size]))
        weights.append(external(f"{label}.b", [k]))
        nodes.append(node("Conv", [source, f"{label}.w", f"{label}.b"], [label], label,
                          strides=[stride] * 2, pads=[size // 2] * 4, kernel_shape=[size] * 2))
        nodes.append(node("Relu", [label], [f"{label}.r"]))
        return f"{label}.r"

    at = conv("x", 64, 3, 7, 2, "conv1")
    nodes.append(node("MaxPool", [at], ["pooled"], kernel_shape=[3, 3], strides=[2, 2],
                      pads=[1, 1, 1, 1]))
    at = "pooled"
    for block in ("a", "b"):
        inner = conv(at, 64, 64, 3, 1, f"{block}1")
        inner = conv(inner, 64, 64, 3, 1, f"{block}2")
        nodes.append(node("Add", [at, inner], [f"{block}.sum"]))
        at = f"{block}.sum"
    at = conv(at, 128, 64, 3, 2, "down")
    nodes.append(node("GlobalAveragePool", [at], ["mean"]))
    nodes.append(node("Flatten", ["mean"], ["y"]))
    write("resnet", nodes, [value("x", ["batch", 3, 224, 224])], weights)


def unet():
    """Down, a dilated bottom, up by ConvTranspose, and a Concat with what was skipped."""
    write("unet",
          [node("Conv", ["x", "w1"], ["c1"], "enc", pads=[1, 1, 1, 1]),
           node("MaxPool", ["c1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
           node("Conv", ["p1", "w2"], ["c2"], "bottom", dilations=[2, 2], pads=[2, 2, 2, 2]),
           node("ConvTranspose", ["c2", "wt", "bt"], ["up"], "up", strides=[2, 2]),
           node("Concat", ["up", "c1"], ["both"], axis=1),
           node("Conv", ["both", "w3"], ["c3"], "dec", auto_pad="SAME_UPPER"),
           node("ConvTranspose", ["c3", "wo"], ["y"], "odd", strides=[2, 2], pads=[1, 1, 1, 1],
                output_padding=[1, 1])],
          [value("x", [1, 1, 64, 48])],
          [external("w1", [16, 1, 3, 3]), external("w2", [32, 16, 3, 3]),
           external("wt", [32, 16, 2, 2]), external("bt", [16]), external("w3", [16, 32, 3, 3]),
           external("wo", [16, 8, 3, 3])])


def mobilenet():
    """Depthwise and pointwise, half precision, an even filter with one-sided padding."""
    write("mobilenet",
          [node("Conv", ["x", "wd"], ["d"], "dw", group=32, pads=[0, 0, 1, 1], strides=[2, 2]),
           node("Clip", ["d"], ["dc"]),
           node("Conv", ["dc", "wp"], ["y"])],
          [value("x", [4, 32, 112, 112], HALF)],
          [external("wd", [32, 1, 3, 3], HALF), external("wp", [64, 32, 1, 1], HALF)])


def axes():
    """One and three axes."""
    write("axes",
          [node("Conv", ["s", "ws"], ["y"], "sound", dilations=[4], pads=[8, 0]),
           node("Conv", ["v", "wv"], ["z"], "video", strides=[1, 2, 2], auto_pad="SAME_LOWER")],
          [value("s", [2, 8, 16000]), value("v", [1, 3, 16, 112, 112])],
          [external("ws", [8, 8, 3]), external("wv", [64, 3, 3, 7, 7])], ("y", "z"))


def quantised():
    zero = [scalar("s", FLOAT, 0.1), scalar("z", TensorProto.UINT8, 3),
            scalar("zs", TensorProto.INT8, 0)]
    write("quantised",
          [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
           node("QLinearConv", ["q", "s", "z", "w", "s", "zs", "s", "z", "b"], ["qc"], "qconv",
                pads=[1, 1, 1, 1]),
           node("MaxPool", ["qc"], ["qp"], kernel_shape=[2, 2], strides=[2, 2]),
           node("ConvInteger", ["qp", "w2", "z"], ["i"], "iconv"),
           node("DequantizeLinear", ["qp", "s", "z"], ["f"]),
           node("DequantizeLinear", ["w2", "s", "zs"], ["fw"]),
           node("Conv", ["f", "fw"], ["y"], "dequantised")],
          [value("x", [1, 4, 16, 16])],
          zero + [external("w", [8, 4, 3, 3], TensorProto.INT8),
                  external("w2", [8, 8, 1, 1], TensorProto.INT8),
                  external("b", [8], TensorProto.INT32)], ("y", "i"))


def fused():
    """FusedConv, its activations, a sum, and what convtune cannot say."""
    write("fused",
          [helper.make_node("FusedConv", ["x", "w", "b"], ["a"], name="relu", domain=MS,
                            activation="Relu", pads=[1, 1, 1, 1]),
           helper.make_node("FusedConv", ["a", "w", "b", "x"], ["c"], name="sum", domain=MS,
                            activation="Relu", pads=[1, 1, 1, 1]),
           helper.make_node("FusedConv", ["c", "w"], ["y"], name="tanh", domain=MS,
                            activation="Tanh", pads=[1, 1, 1, 1]),
           helper.make_node("ATen", ["x"], ["t"], domain="org.pytorch.aten")],
          [value("x", [1, 8, 8, 8])], [external("w", [8, 8, 3, 3]), external("b", [8])],
          domains=(MS, "org.pytorch.aten"))


def weights():
    """Weights from Constant and ConstantOfShape, and weights that are an input."""
    write("weights",
          [node("Constant", [], ["w1"],
                value=helper.make_tensor("w1", FLOAT, [2, 2, 1, 1], [1, 2, 3, 4])),
           node("ConstantOfShape", ["dims"], ["w2"]),
           node("Transpose", ["w2"], ["w3"], perm=[3, 2, 0, 1]),
           node("Conv", ["x", "w1"], ["a"], "constant"),
           node("Conv", ["a", "w3"], ["b"], "made"),
           node("Conv", ["b", "w4"], ["y"], "given")],
          [value("x", [1, 2, 9, 9]), value("w4", [1, 4, 3, 3])], [numbers("dims", [3, 3, 2, 4])])


def shapes():
    """Shape -> Reshape chains and an Expand as exporters write them."""
    write("shapes",
          [node("Shape", ["x"], ["s"]),
           node("Gather", ["s", "zero"], ["n"], axis=0),
           node("Gather", ["s", "two"], ["h"], axis=0),
           node("Div", ["h", "two"], ["half"]),
           node("Unsqueeze", ["n", "ax"], ["n1"]), node("Unsqueeze", ["half", "ax"], ["h1"]),
           node("Concat", ["n1", "rest", "h1", "minus"], ["to"], axis=0),
           node("Reshape", ["x", "to"], ["r"]),
           node("Conv", ["r", "w"], ["c"], "reshaped"),
           node("Slice", ["s", "from2", "to4"], ["hw"]),
           node("Mul", ["hw", "twice"], ["size"]),
           node("Concat", ["front", "size"], ["all"], axis=0),
           node("Resize", ["x", "", "", "all"], ["big"]),
           node("Conv", ["big", "w2"], ["y"], "resized")],
          [value("x", ["batch", 4, 16, 16])],
          [scalar("zero", INT64, 0), scalar("two", INT64, 2), numbers("ax", [0]),
           numbers("rest", [8]), numbers("minus", [-1]), numbers("from2", [2]),
           numbers("to4", [4]), numbers("twice", [2, 2]), numbers("front", [1, 4]),
           external("w", [8, 8, 3, 3]), external("w2", [2, 4, 3, 3])], ("y", "c"))


def newer():
    """What libonnx 1.12 does not know: opset 20."""
    write("newer",
          [node("Conv", ["x", "w"], ["a"], "first"), node("Gelu", ["a"], ["g"]),
           node("GroupNormalization", ["g", "sc", "sc"], ["gn"], num_groups=2),
           node("Pad", ["gn", "pads", "", "axes"], ["p"]),
           node("ReduceMean", ["p", "axes"], ["m"], keepdims=1),
           node("Mul", ["p", "m"], ["pm"]),
           node("Split", ["pm"], ["s1", "s2", "s3"], axis=1, num_outputs=3),
           node("Conv", ["s1", "w3"], ["b"], "split"),
           node("AveragePool", ["pm"], ["q"], kernel_shape=[3, 3], dilations=[2, 2], ceil_mode=1,
                strides=[2, 2]),
           node("Conv", ["q", "w"], ["y"], "last")],
          [value("x", [1, 8, 20, 20])],
          [external("w", [8, 8, 1, 1]), external("w3", [4, 3, 1, 1]), external("sc", [8]),
           numbers("pads", [1, 2, 3, 4]), numbers("axes", [2, -1])], ("y", "b"), opset=20)


def lost():
    """A node that nobody knows, a model's own word about what follows, and two that are wrong."""
    nodes = [helper.make_node("Mystery", ["x"], ["m"], name="riddle", domain="some.body"),
             node("Relu", ["m"], ["mr"]),
             node("Conv", ["mr", "w"], ["c"], "behind"),
             helper.make_node("Mystery", ["x"], ["said"], domain="some.body"),
             node("Conv", ["said", "w"], ["d"], "said_by_the_model"),
             node("Conv", ["x", "w5"], ["e"], "channels"),
             node("Conv", ["x", "w"], ["f"], "steps", strides=[0, 1]),
             node("Conv", ["i", "w"], ["g"], "types"),
             node("Conv", ["x", "w"], ["y"], "fine")]
    graph = helper.make_graph(
        nodes, "lost", [value("x", [1, 4, 8, 8]), value("i", [1, 4, 8, 8], TensorProto.BOOL)],
        [value("y", None)], [external("w", [4, 4, 3, 3]), external("w5", [4, 5, 3, 3])],
        value_info=[value("said", [1, 4, 6, 6])])
    save(helper.make_model(graph, ir_version=8,
                           opset_imports=[helper.make_opsetid("", 17),
                                          helper.make_opsetid("some.body", 1)]),
         FOLDER / "lost.onnx")


def inner():
    """Convolutions in the branches of an If, in a Loop, and in a function."""
    def branch(name, weight):
        return helper.make_graph([node("Conv", ["x", weight], [name], name)], name, [],
                                 [value(name, None)])
    body = helper.make_graph(
        [node("Conv", ["carried", "w3"], ["next"], "turn", pads=[1, 1, 1, 1]),
         node("Identity", ["go"], ["on"])],
        "body", [value("i", [], INT64), value("go", [], TensorProto.BOOL), value("carried", None)],
        [value("on", [], TensorProto.BOOL), value("next", None)])
    shrinking = helper.make_graph(
        [node("Conv", ["carried", "w3"], ["next"], "shrink"), node("Identity", ["go"], ["on"])],
        "body", [value("i", [], INT64), value("go", [], TensorProto.BOOL), value("carried", None)],
        [value("on", [], TensorProto.BOOL), value("next", None)])
    function = helper.make_function(
        "own", "Block", ["a", "b"], ["r"],
        [node("Conv", ["a", "b"], ["t"], "conv"), node("Relu", ["t"], ["r"])],
        [helper.make_opsetid("", 17)], attributes=["step"])
    stride = function.node[0].attribute.add()
    stride.name, stride.ref_attr_name, stride.type = "strides", "step", 7
    write("inner",
          [node("If", ["yes"], ["b"], "either", then_branch=branch("then", "w1"),
                else_branch=branch("else", "w3")),
           node("Loop", ["times", "yes", "x"], ["looped"], "again", body=body),
           node("Loop", ["times", "yes", "x"], ["shrunk"], "smaller", body=shrinking),
           helper.make_node("Block", ["looped", "w1"], ["f"], name="call", domain="own",
                            step=[2, 2]),
           node("Conv", ["f", "w1"], ["y"], "after")],
          [value("x", [1, 4, 8, 8]), value("yes", [], TensorProto.BOOL)],
          [external("w1", [4, 4, 1, 1]), external("w3", [4, 4, 3, 3]),
           scalar("times", INT64, 5)], functions=[function], domains=("own",))


def open_sizes():
    """Dimensions that the model leaves open: with a name, and without one."""
    write("open",
          [node("Conv", ["x", "w"], ["y"], "first"), node("Conv", ["u", "w"], ["z"], "second")],
          [value("x", ["batch", 4, "height", "width"]), value("u", [None, 4, 8, 8])],
          [external("w", [4, 4, 3, 3])], ("y", "z"))


def around(*nodes):
    """Nodes between a convolution and another that does not depend on them."""
    return [node("Conv", ["x", "w"], ["b"], "before"), *nodes,
            node("Conv", ["b", "w"], ["y"], "after")]


def divided():
    """Parts of no length, by which libonnx divides."""
    write("divided",
          around(node("SplitToSequence", ["b", "none"], ["parts"], "split", axis=1),
                 node("SequenceAt", ["parts", "none"], ["part"]),
                 node("Conv", ["part", "w"], ["z"], "behind")),
          [value("x", [1, 4, 8, 8])], [external("w", [4, 4, 1, 1]), scalar("none", INT64, 0)],
          ("y", "z"))


def deep():
    """An If in an If, 500 times, and a function that calls itself."""
    again = helper.make_function("own", "Again", ["a"], ["c"],
                                 [helper.make_node("Again", ["a"], ["c"], name="again",
                                                   domain="own")],
                                 [helper.make_opsetid("own", 1)])
    write("deep", around(helper.make_node("Again", ["b"], ["c"], name="call", domain="own")),
          [value("x", [1, 4, 8, 8]), value("yes", [], TensorProto.BOOL)],
          [external("w", [4, 4, 1, 1])], functions=[again], domains=("own",))

    def part(field, inside):
        """Written by hand, since protobuf writes nothing that deep."""
        head, rest = bytes([field << 3 | 2]), len(inside)
        while rest >= 0x80:
            head, rest = head + bytes([rest & 0x7F | 0x80]), rest >> 7
        return head + bytes([rest]) + inside

    inside = b""
    for level in reversed(range(500)):
        branch = part(1, b"then_branch") + part(6, inside) + bytes([20 << 3 & 0x7F | 0x80, 1, 5])
        inside = part(1, part(1, b"yes") + part(3, f"if{level}".encode()) + part(4, b"If") +
                      part(5, branch))
    with open(FOLDER / "deep.onnx", "ab") as file:
        file.write(part(7, inside))  # one more part of the graph


def bombs():
    """Loops in loops, a list that doubles, a tensor that grows in size and in axes."""
    header = [value("i", [], INT64), value("go", [], TensorProto.BOOL)]
    inside = [node("Relu", ["b"], ["c"])] * 40
    for level in range(16):
        body = helper.make_graph([*inside, node("Identity", ["go"], ["on"])], "g", header,
                                 [value("on", [], TensorProto.BOOL)])
        inside = [node("Loop", ["times", "yes"], [], f"loop{level}", body=body)]
    nodes = [node("Shape", ["x"], ["s0"])]
    nodes += [node("Concat", [f"s{i}", f"s{i}"], [f"s{i + 1}"], axis=0) for i in range(40)]
    nodes += [node("Resize", ["b" if i == 0 else f"r{i}", "", "scales"], [f"r{i + 1}"],
                   f"resize{i}") for i in range(40)]
    nodes += [node("Conv", ["r40", "w"], ["z"], "large"), node("Reshape", ["x", "s40"], ["t"])]
    nodes += [node("Unsqueeze", ["b" if i == 0 else f"u{i}", "axes"], [f"u{i + 1}"])
              for i in range(200)]
    write("bombs", around(*inside, *nodes), [value("x", [1, 4, 8, 8]),
                                             value("yes", [], TensorProto.BOOL)],
          [external("w", [4, 4, 1, 1]), scalar("times", INT64, 2**62),
           numbers("scales", [1, 1, 1024, 1024], FLOAT), numbers("axes", list(range(64)))],
          ("y", "z"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for make in (resnet, unet, mobilenet, axes, quantised, fused, weights, shapes, newer, lost,
                 inner, open_sizes, divided, deep, bombs):
        make()
