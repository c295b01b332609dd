"""The peers, each as its documentation says to run one convolution fast: a function that takes a
layer, its tensors and the number of threads, and answers what runs it and what tells the result."""
import importlib.metadata
import importlib.util


def onnx_runtime(layer, source, weights, destination, threads):
    """Tensors are bound to the session, so that no call copies them."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    def value(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    node = helper.make_node("Conv", ["x", "w"], ["y"], strides=layer.stride, group=layer.groups,
                            pads=layer.padding * 2, dilations=layer.dilation)
    graph = helper.make_graph([node], "layer", [value("x", layer.source)],
                              [value("y", layer.destination)],
                              [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    kept = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in (source, destination)]
    binding.bind_ortvalue_input("x", kept[0])
    binding.bind_ortvalue_output("y", kept[1])
    return lambda: session.run_with_iobinding(binding), kept[1].numpy


def open_vino(layer, source, weights, destination, threads):
    """Tensors share NumPy's memory; without the hint it would round to bfloat16 where it can."""
    import openvino
    from openvino import opset13 as ops

    image = ops.parameter(layer.source, openvino.Type.f32)
    geometry = layer.stride, layer.padding, layer.padding, layer.dilation
    if layer.groups == 1:
        node = ops.convolution(image, ops.constant(weights), *geometry)
    else:
        grouped = weights.reshape(layer.groups, -1, *layer.filter[1:])
        node = ops.group_convolution(image, ops.constant(grouped), *geometry)
    compiled = openvino.Core().compile_model(openvino.Model([node], [image]), "CPU", {
        "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    request.set_input_tensor(openvino.Tensor(source, shared_memory=True))
    request.set_output_tensor(openvino.Tensor(destination, shared_memory=True))
    return lambda: request.infer(share_outputs=True), lambda: destination


def pytorch(layer, source, weights, _, threads):
    """As it ships, without gradients; it makes its output at each call."""
    import torch
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    convolve = getattr(torch.nn.functional, f"conv{len(layer.stride)}d")
    image, filters = torch.from_numpy(source), torch.from_numpy(weights)

    def run():
        return convolve(image, filters, None, layer.stride, layer.padding, layer.dilation,
                        layer.groups)

    return run, lambda: run().numpy()


# By name: the packages that a peer needs, of which the first tells its version, and how it runs.
PEERS = {"ONNX Runtime": (("onnxruntime", "onnx", "numpy"), onnx_runtime),
         "OpenVINO": (("openvino", "numpy"), open_vino),
         "PyTorch": (("torch", "numpy"), pytorch)}


def missing(name):
    return [each for each in PEERS[name][0] if importlib.util.find_spec(each) is None]


def version(name):
    return importlib.metadata.version(PEERS[name][0][0])
