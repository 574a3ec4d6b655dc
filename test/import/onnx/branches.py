"""If with conditions known and not."""
import numpy
from onnx import helper

from model import BOOL, Model, f32, made, port


@made("then", "else")
def branches(taken):
    """An If whose condition is known; the branch reads a tensor and a constant of the graph around it."""
    model = Model()
    model.input("x", [1, 4])
    model.constant("two", f32(2))
    model.constant("condition", numpy.bool_(taken == "then"))
    graphs = {}
    for name, kind in (("then", "Mul"), ("else", "Sub")):
        nodes = [helper.make_node(kind, ["x", "two"], [f"{name}_y"], name=name)]
        graphs[f"{name}_branch"] = helper.make_graph(nodes, name, [], [port(f"{name}_y", [1, 4])])
    model.node("If", ["condition"], "y", **graphs)
    model.node("Relu", ["y"], "z")
    model.output("z", [1, 4])
    return model


@made()
def branch_computed():
    model = branches("then")
    model.constants = [constant for constant in model.constants if constant.name != "condition"]
    model.input("condition", [], BOOL)
    return model


@made()
def branch_with_errors():
    """What the branch taken cannot is told, once, and where it stands; the other one does not matter."""
    model = branches("then")
    for attribute in model.nodes[0].attribute:
        attribute.g.node[0].op_type = "STFT"
    return model


@made()
def branch_without_outputs():
    model = branches("else")
    for attribute in model.nodes[0].attribute:
        del attribute.g.output[:]
    return model


@made()
def branch_with_a_name_twice():
    model = branches("then")
    for attribute in model.nodes[0].attribute:
        attribute.g.node[0].output[0] = attribute.g.output[0].name = "x"
    return model
