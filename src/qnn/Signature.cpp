#include "qnn/Signature.h"
#include "qnn/Checks.h"
#include "qnn/Geometry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace octet::qnn {

static std::string typeName(Value value) {
  Type element = elementType(value);
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto storage = storageOf(element))
    stream << (storage->isSigned ? "i" : "u") << storage->bits;
  else
    stream << element;
  return text;
}

static void print(llvm::raw_ostream &stream, const Pixels &pixels) {
  if (pixels.batch > 1)
    stream << pixels.batch << "x";
  if (pixels.rows > 1)
    stream << pixels.rows << "x";
  stream << pixels.columns << " pixels " << pixels.input.column << " apart";
}

// How an operator of the epilogue computes, as far as its cost depends on it.
static void print(llvm::raw_ostream &stream, Operation &op) {
  stream << ", " << op.getName().stripDialect();
  if (auto requantize = dyn_cast<RequantizeOp>(op)) {
    stream << " "
           << (requantize.getForm() ? stringifyFloatShape(requantize.getForm()->getShape())
                                    : "exact");
    return;
  }
  for (NamedAttribute attribute : op.getAttrs())
    if (auto kind = dyn_cast<UnaryKindAttr>(attribute.getValue()))
      stream << " " << stringifyUnaryKind(kind.getValue());
  if (op.getNumOperands() == 2)
    stream << " " << (op.hasAttr("form") ? "float" : "exact");
}

std::string signatureOf(KernelOp kernel) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << stringifyKernelKind(kernel.getKind());
  Operation *anchor = anchorOf(kernel);
  if (kernel.getKind() == KernelKind::contraction) {
    ContractionGeometry geometry = contractionGeometry(kernel);
    stream << " " << typeName(anchor->getOperand(0)) << " ";
    print(stream, geometry.pixels);
    stream << ", " << geometry.runRows << "x" << geometry.runColumns << "x" << geometry.runLength
           << " to ";
    if (geometry.groups > 1)
      stream << geometry.groups << "x";
    stream << geometry.channels;
  } else if (kernel.getKind() == KernelKind::depthwise || kernel.getKind() == KernelKind::pool) {
    WindowGeometry geometry = windowGeometry(kernel);
    stream << " " << typeName(anchor->getOperand(0)) << " ";
    print(stream, geometry.pixels);
    stream << ", " << geometry.height << "x" << geometry.width << " of " << geometry.channels;
  } else {
    for (Value input : kernel.getInputs()) {
      stream << " " << typeName(input) << " ";
      llvm::interleave(shapeOf(input), stream, "x");
    }
  }
  for (Operation &op : kernel.getBody().front())
    if (!isa<ConstantOp, YieldOp>(op) && (&op != anchor || kernel.getKind() == KernelKind::routine))
      print(stream, op);
  if (kernel->getNumResults() > 0)
    stream << ", " << typeName(kernel.getResult(0));
  return text;
}

std::string textOf(TileAttr tile) {
  if (!tile)
    return "";
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << tile.getRows() << " x " << tile.getColumns() << " pixels, " << tile.getVectors()
         << " x " << tile.getLanes() << " channels";
  if (tile.getRegisters() != Registers::vectors)
    stream << " in " << stringifyRegisters(tile.getRegisters());
  if (tile.getBlock())
    stream << ", blocks of " << tile.getBlock();
  if (tile.getAhead() != Ahead::nothing)
    stream << ", next " << stringifyAhead(tile.getAhead());
  return text;
}

} // namespace octet::qnn
