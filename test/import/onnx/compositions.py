"""Operators that are made of others. Those of constants show their numbers."""
import numpy

from model import BOOL, INT32, INT64, Model, f32, i64, made, one, ramp

X = f32(-2, -0.5, 0, 1, 3)


@made()
def activations_of_constants():
    model = Model(24)
    model.constant("x", X)
    kinds = [("Elu", {"alpha": 0.5}), ("Selu", {"alpha": 1.0, "gamma": 2.0}), ("Celu", {"alpha": 2.0}), ("Softplus", {}), ("Softsign", {}),
             ("ThresholdedRelu", {}), ("Shrink", {"lambd": 0.75, "bias": 0.5}), ("Mish", {}), ("Swish", {"alpha": 2.0}), ("Tan", {})]
    for kind, attributes in kinds:
        model.output(model.node(kind, ["x"], kind.lower(), **attributes))
    return model


@made("Elu", "Selu", "Celu", "Softplus", "Softsign", "ThresholdedRelu", "Shrink", "Mish", "Tan")
def activation(kind):
    return one(kind, [[3, 5]], 18)


@made()
def tests_of_constants():
    model = Model(20)
    model.constant("x", f32(1, numpy.nan, numpy.inf, -numpy.inf))
    for name, kind, attributes in (("nan", "IsNaN", {}), ("both", "IsInf", {}), ("above", "IsInf", {"detect_negative": 0}),
                                   ("below", "IsInf", {"detect_positive": 0})):
        model.output(model.node(kind, ["x"], name, **attributes), None, BOOL)
    model.constant("a", numpy.array([False, False, True, True]))
    model.constant("b", numpy.array([False, True, False, True]))
    model.output(model.node("Xor", ["a", "b"], "xor"), None, BOOL)
    return model


@made()
def remainders_of_constants():
    model = Model()
    model.constant("a", i64(-7, 7, -7, 7))
    model.constant("b", i64(3, -3, -3, 3))
    model.constant("x", f32(-7.5, 7.5))
    model.constant("y", f32(2, -2))
    model.output(model.node("Mod", ["a", "b"], "floor"), None, INT64)
    model.output(model.node("Mod", ["a", "b"], "truncate", fmod=1), None, INT64)
    model.output(model.node("Mod", ["x", "y"], "reals", fmod=1))
    return model


@made()
def running_sums_of_constants():
    model = Model()
    model.constant("x", i64(1, 2, 3, 4, 5))
    model.constant("axis", i64(0)[0])
    for name, attributes in (("forward", {}), ("exclusive", {"exclusive": 1}), ("reverse", {"reverse": 1}),
                             ("both", {"exclusive": 1, "reverse": 1})):
        model.output(model.node("CumSum", ["x", "axis"], name, **attributes), None, INT64)
    return model


@made()
def running_sums():
    model = Model()
    x = model.input("x", [2, 6], INT32)
    model.output(model.node("CumSum", [x, model.constant("axis", i64(-1)[0])], "y"), None, INT32)
    return model


@made()
def triangles_of_constants():
    model = Model()
    model.constant("x", i64(1, 2, 3, 4, 5, 6).reshape(2, 3))
    model.constant("one", i64(1)[0])
    model.output(model.node("Trilu", ["x"], "upper"), None, INT64)
    model.output(model.node("Trilu", ["x"], "lower", upper=0), None, INT64)
    model.output(model.node("Trilu", ["x", "one"], "above"), None, INT64)
    return model


@made()
def chosen_of_constants():
    model = Model()
    model.constant("x", i64(*range(12)).reshape(3, 4))
    model.constant("rows", i64(-1, 0, 1, 2).reshape(1, 4))
    model.constant("places", i64(1, -1, 0, 2).reshape(2, 2))
    model.constant("columns", i64(1, -1, 0).reshape(3, 1))
    model.constant("indices", i64(-1, 1, 7))
    model.constant("depth", f32(3)[0])
    model.constant("values", f32(-1, 1))
    model.constant("reals", f32(1, 3, 3, 2))
    model.output(model.node("GatherElements", ["x", "rows"], "elements"), None, INT64)
    model.output(model.node("GatherND", ["x", "places"], "points"), None, INT64)
    model.output(model.node("GatherND", ["x", "columns"], "batches", batch_dims=1), None, INT64)
    model.output(model.node("OneHot", ["indices", "depth", "values"], "hot"))
    model.output(model.node("Hardmax", ["reals"], "hardest"))
    return model


@made()
def ranges_of_reals():
    model = Model()
    for name, number in (("zero", 0), ("end", 1.75), ("half", 0.5), ("minus", -0.75)):
        model.constant(name, f32(number)[0])
    model.output(model.node("Range", ["zero", "end", "half"], "up"))
    model.output(model.node("Range", ["end", "zero", "minus"], "down"))
    return model


@made()
def endless_range():
    return one("Range", [f32(0)[0], f32(1)[0], f32(0)[0]])


@made()
def chosen_elements():
    model = Model()
    x, i = model.input("x", [2, 3, 4]), model.input("i", [2, 1, 4], INT64)
    model.output(model.node("GatherElements", [x, i], "y", axis=1))
    return model


@made()
def norms_of_constants():
    model = Model(21)
    model.constant("x", f32(3, 4, 0, 0, 1, 1, 1, -3).reshape(1, 2, 2, 2))
    for name, numbers in (("two", f32(2, 2)), ("zero", f32(0, 1))):
        model.constant(name, numbers)
    model.output(model.node("LpNormalization", ["x"], "euclidean"))
    model.output(model.node("LpNormalization", ["x"], "absolute", p=1))
    model.output(model.node("GroupNormalization", ["x", "two", "zero"], "groups", num_groups=2, epsilon=0.0))
    model.output(model.node("MeanVarianceNormalization", ["x"], "variance", axes=[0, 2, 3]))
    model.output(model.node("LRN", ["x"], "response", size=3, alpha=3.0, beta=0.5, bias=0.0))
    model.output(model.node("ReduceLogSumExp", ["x"], "logarithm", keepdims=0))
    model.output(model.node("Mean", ["x", "x", "two"], "mean"))
    return model


@made(18, 21)
def groups(opset):
    """Up to opset 20 the scale is that of groups."""
    return one("GroupNormalization", [[2, 4, 3, 3], ramp(2 if opset < 21 else 4), ramp(2 if opset < 21 else 4)], opset, num_groups=2)


@made()
def length_normalization():
    return one("RMSNormalization", [[2, 3, 4], ramp(3, 4)], 23, axis=1)


EQUATIONS = {
    "heads": ("bqhd,bkhd->bhqk", [2, 4, 3, 5], [2, 6, 3, 5]),
    "weights": ("bsd,dh->bsh", [2, 3, 4], ramp(4, 5)),
    "transposed": ("bsd,hd->bsh", [2, 3, 4], ramp(5, 4)),
    "implicit": ("ij,kj", [3, 4], [5, 4]),
    "sum": ("ij->j", [3, 4]),
    "diagonal": ("ii->i", [4, 4]),
    "ellipsis": ("...j->j", [3, 4]),
    "three": ("ij,jk,kl->il", [3, 4], [4, 5], [5, 6]),
    "nowhere": ("ij->k", [3, 4]),
    "rank": ("ijk->i", [3, 4]),
    "extents": ("ij,jk->ik", [3, 4], [5, 6]),
}


@made(*EQUATIONS)
def einsum(name):
    equation, *inputs = EQUATIONS[name]
    return one("Einsum", inputs, equation=equation)


#===-- Refused --===#

@made()
def axis_computed():
    model = Model()
    model.node("CumSum", [model.input("x", [4]), model.input("axis", [], INT64)], "y")
    model.output("y")
    return model


@made()
def more_indices_than_elements():
    model = Model()
    model.node("GatherElements", [model.input("x", [3, 3]), model.input("i", [4, 2], INT64)], "y", axis=1)
    model.output("y")
    return model


@made()
def coordinates_of_other_batches():
    model = Model()
    model.node("GatherND", [model.input("x", [3, 4]), model.input("i", [2, 1], INT64)], "y", batch_dims=1)
    model.output("y")
    return model


@made()
def depth_too_large():
    return one("OneHot", [i64(1, 2), i64(2**40)[0], f32(0, 1)])


@made()
def groups_that_divide_nothing():
    return one("GroupNormalization", [[1, 4, 3], ramp(3), ramp(3)], 18, num_groups=3)
