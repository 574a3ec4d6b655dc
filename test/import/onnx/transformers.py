"""Operators of com.microsoft that ONNX Runtime's optimizer makes of transformers."""
import numpy

from model import FLOAT, INT32, UINT8, Model, f32, made, one, ramp

MICROSOFT = {"com.microsoft": 1}


def fused(kind, inputs, outputs=("y",), types=(), **attributes):
    """One operator of com.microsoft: an input for each (shape, type), a constant for each array, nothing for None."""
    model, names = Model(**MICROSOFT), []
    for i, given in enumerate(inputs):
        if given is None:
            names.append("")
        elif isinstance(given, tuple):
            names.append(model.input(f"x{i}", *given))
        else:
            names.append(model.constant(f"c{i}", given))
    model.node(kind, names, list(outputs), domain="com.microsoft", **attributes)
    for i, name in enumerate(filter(None, outputs)):
        model.output(name, None, types[i] if i < len(types) else FLOAT)
    return model


def halves(*shape):
    return ramp(*shape) * numpy.float32(0.5)


def mask(*shape):
    return shape, INT32


@made()
def skip_layer_normalization():
    inputs = [([2, 3, 8],), ([3, 8],), halves(8), f32(*range(8)), f32(*range(8, 0, -1))]
    return fused("SkipLayerNormalization", inputs, ["y", "", "", "sum"], epsilon=1e-5)


@made()
def skip_simplified():
    return fused("SkipSimplifiedLayerNormalization", [([2, 3, 8],), ([2, 3, 8],), halves(8)], ["y", "", "", "sum"])


@made()
def simplified():
    return one("SimplifiedLayerNormalization", [[2, 3, 8], halves(8)], outputs=2, axis=-1, epsilon=1e-6)


@made()
def layer_normalization_with_statistics():
    return one("LayerNormalization", [[2, 3, 8], halves(8), halves(8)], outputs=3)


@made()
def embeddings():
    ids = ([2, 3], INT32)
    tables = [halves(20, 8), halves(6, 8), halves(2, 8)]
    return fused("EmbedLayerNormalization", [ids, ids, *tables, halves(8), f32(*range(8)), mask(2, 3)], ["y", "lengths", "sum"],
                 [FLOAT, INT32])


@made()
def embeddings_at_positions():
    ids = ([2, 3], INT32)
    tables = [halves(20, 8), halves(6, 8), None]
    return fused("EmbedLayerNormalization", [ids, None, *tables, halves(8), halves(8), None, ([1, 3], INT32)])


@made()
def biased_gelu():
    return fused("BiasGelu", [([2, 8],), halves(8)])


@made()
def fast_gelu():
    return fused("FastGelu", [([2, 8],)])


@made()
def quick_gelu():
    return fused("QuickGelu", [([2, 8],)], alpha=1.5)


@made("weights", "activation")
def fused_matrices(kind):
    rhs = halves(5, 4) if kind == "weights" else ([2, 5, 4],)
    return fused("FusedMatMul", [([2, 4, 3],), rhs], transA=1, transB=1, alpha=0.25)


@made()
def fused_gemm():
    return fused("FusedGemm", [([3, 4],), halves(4, 5), halves(5)], activation="LeakyRelu", activation_alpha=0.25)


@made()
def fused_convolution():
    inputs = [([1, 2, 5, 5],), halves(3, 2, 3, 3), halves(3), ([1, 3, 3, 3],)]
    return fused("FusedConv", inputs, activation="Clip", activation_params=[-1.0, 2.0])


def attention(masks, batch=2, **attributes):
    return fused("Attention", [([batch, 4, 6],), halves(6, 24), halves(24), *masks], num_heads=2, **attributes)


@made()
def attention_plain():
    return attention([])


@made()
def attention_masked():
    """The mask and a bias for each head, with a scale and a filter of the file's own."""
    return attention([mask(2, 4), None, ([1, 2, 4, 4],)], scale=0.25, mask_filter_value=-100.0)


@made()
def attention_masked_by_lengths():
    """Where sequences end, and where they begin."""
    return attention([mask(4)])


@made()
def attention_causal():
    return attention([mask(1, 4, 4)], batch=1, unidirectional=1)


@made()
def attention_of_wide_values():
    return fused("Attention", [([2, 4, 6],), halves(6, 16), halves(16)], num_heads=2, qkv_hidden_sizes=[4, 4, 8])


@made()
def attention_of_codes():
    """Weights that DequantizeLinear makes stay codes when they are cut."""
    model = Model(**MICROSOFT)
    x = model.pair(model.input("x", [2, 4, 6]), "codes")
    weights = ramp(6, 24, type=numpy.int8)
    scales, zero_points = numpy.arange(1, 25, dtype=numpy.float32) / 8, numpy.zeros(24, numpy.int8)
    w = model.dequantize(model.constant("w", weights), "real_w", scales, zero_points, axis=1)
    model.node("Attention", [x, w, model.constant("bias", halves(24))], "y", domain="com.microsoft", num_heads=2)
    model.output("y")
    return model


@made()
def quantized_attention():
    model = Model(**MICROSOFT)
    x = model.input("x", [2, 4, 6])
    model.node("DynamicQuantizeLinear", [x], ["codes", "scale", "zero_point"])
    w = model.constant("w", ramp(6, 24, type=numpy.int8))
    scales = model.constant("w_scale", numpy.arange(1, 25, dtype=numpy.float32) / 64)
    model.node("QAttention", ["codes", w, model.constant("bias", halves(24)), "scale", scales, model.input("mask", [2, 4], INT32),
                              "zero_point", model.constant("w_zero_point", numpy.int8(1))], "y", domain="com.microsoft", num_heads=2)
    model.output("y")
    return model


@made()
def multi_head_attention():
    inputs = [([2, 4, 8],), ([2, 5, 8],), ([2, 5, 16],), halves(32), mask(2, 5)]
    return fused("MultiHeadAttention", inputs, ["y", "keys", "values"], num_heads=2)


@made()
def attention_of_heads():
    """Keys and values of the encoder come as heads."""
    return fused("MultiHeadAttention", [([2, 4, 8],), ([2, 2, 5, 4],), ([2, 2, 5, 4],), halves(24)], num_heads=2)


@made()
def attention_with_past():
    """Three keys and values of earlier calls; those of this one are a result, too."""
    return fused("Attention", [([2, 2, 6],), halves(6, 24), halves(24), mask(2, 5), ([2, 2, 2, 3, 4],)], ["y", "present"],
                 num_heads=2, unidirectional=1)


@made()
def heads_with_past():
    past = [2, 2, 3, 4],
    inputs = [([2, 4, 8],), ([2, 4, 8],), ([2, 4, 8],), halves(24), None, None, past, past]
    return fused("MultiHeadAttention", inputs, ["y", "keys", "values"], num_heads=2)


@made()
def gemm_of_codes():
    """One whose result is not quantized."""
    inputs = [([3, 4], UINT8), f32(0.5)[0], numpy.uint8(128), ramp(4, 5, type=numpy.int8), f32(0.25)[0], numpy.int8(0),
              ramp(5, type=numpy.int32)]
    return fused("QGemm", inputs)


#===-- Refused --===#

@made()
def statistics_as_results():
    return fused("SkipLayerNormalization", [([2, 8],), ([2, 8],), halves(8)], ["y", "mean"])


@made()
def skip_of_another_shape():
    return fused("SkipLayerNormalization", [([1, 8],), ([3, 8],), halves(8)])


@made()
def scale_of_another_length():
    return fused("SkipSimplifiedLayerNormalization", [([1, 8],), ([1, 8],), halves(7)])


@made()
def positions_without_embedding():
    return fused("EmbedLayerNormalization", [([1, 7], INT32), None, halves(9, 8), halves(6, 8), None, halves(8), halves(8)])


@made()
def words_as_floats():
    return fused("EmbedLayerNormalization", [([1, 4],), None, halves(9, 8), halves(6, 8), None, halves(8), halves(8)])


@made("zero", "three")
def heads(count):
    return fused("Attention", [([2, 4, 6],), halves(6, 24)], num_heads={"zero": 0, "three": 3}[count])


@made()
def past_of_other_heads():
    return fused("Attention", [([2, 4, 6],), halves(6, 24), halves(24), None, ([2, 2, 3, 3, 4],)], num_heads=2)


@made()
def past_in_a_buffer():
    return fused("Attention", [([2, 4, 6],), halves(6, 24), halves(24), None, ([2, 2, 2, 3, 4],)], num_heads=2,
                 past_present_share_buffer=1)


@made()
def past_keys_alone():
    inputs = [([2, 4, 8],), ([2, 4, 8],), ([2, 4, 8],), None, None, None, ([2, 2, 3, 4],)]
    return fused("MultiHeadAttention", inputs, num_heads=2)


@made()
def attention_of_other_widths():
    return fused("Attention", [([2, 4, 6],), halves(6, 24)], num_heads=2, qkv_hidden_sizes=[4, 8, 12])


@made()
def attention_with_foreign_mask():
    return attention([mask(3, 4)])


@made()
def attention_with_foreign_bias():
    return attention([None, None, ([3, 2, 4, 4],)])


@made()
def attention_of_scales():
    codes = ([2, 4, 6], UINT8)
    return fused("QAttention", [codes, ramp(6, 24, type=numpy.int8), halves(24), f32(1)[0], halves(23)], num_heads=2)


@made()
def attention_of_packed_heads():
    return fused("MultiHeadAttention", [([2, 4, 2, 3, 4],)], num_heads=2)


@made()
def unknown_activation():
    return fused("FusedGemm", [([3, 4],), halves(4, 5)], activation="Colour")


@made()
def batch_transposed():
    return fused("FusedMatMul", [([2, 4, 3],), ([2, 4, 3],)], transBatchA=1)
