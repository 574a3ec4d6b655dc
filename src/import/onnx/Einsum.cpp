// Einsum of one or two operands: a matrix product between transposes.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Contractions.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Reductions.h"
#include "qnn/Ops.h"

#include <cctype>

using namespace mlir;

namespace octet::onnx {

namespace {
/// A tensor, and a letter for each of its dimensions.
struct Term {
  Value value;
  std::string letters;

  int64_t extent(char letter) const { return qnn::shapeOf(value)[letters.find(letter)]; }
};

/// The terms of an equation, and the letters of its result.
struct Equation {
  llvm::SmallVector<std::string, 2> terms;
  std::string result;
};
} // namespace

static bool contains(llvm::StringRef letters, char letter) {
  return letters.find(letter) != llvm::StringRef::npos;
}

// Without an arrow, the result has the letters that there are once, in alphabetical order.
static std::string implicitResult(llvm::StringRef terms) {
  std::string letters;
  for (char letter : terms)
    if (letter != ',' && terms.count(letter) == 1)
      letters.push_back(letter);
  llvm::sort(letters);
  return letters;
}

static LogicalResult checkLetters(Node &node, llvm::StringRef letters) {
  for (char letter : letters) {
    if (!std::isalpha(static_cast<unsigned char>(letter)))
      return node.fail("an equation with '" + llvm::Twine(letter) + "' is not supported");
    if (letters.count(letter) != 1)
      return node.fail("a diagonal (" + letters + ") is not supported");
  }
  return success();
}

static FailureOr<Equation> equationOf(Node &node) {
  std::string text = node.text("equation", "");
  llvm::erase(text, ' ');
  auto [terms, result] = llvm::StringRef(text).split("->");
  Equation equation;
  equation.result = llvm::StringRef(text).contains("->") ? result.str() : implicitResult(terms);
  llvm::SmallVector<llvm::StringRef> parts;
  terms.split(parts, ',');
  for (llvm::StringRef part : parts) {
    if (failed(checkLetters(node, part)))
      return failure();
    equation.terms.push_back(part.str());
  }
  if (failed(checkLetters(node, equation.result)))
    return failure();
  if (parts.size() != node.inputCount())
    return node.fail("the equation is for " + llvm::Twine(parts.size()) + " operands");
  for (char letter : equation.result)
    if (!contains(terms, letter))
      return node.fail("the result's '" + llvm::Twine(letter) + "' is in no operand");
  return equation;
}

// The term with these letters alone, in this order: others are summed over.
static Term arranged(Node &node, Term term, llvm::StringRef letters) {
  llvm::SmallVector<int64_t> summed, order;
  std::string kept;
  for (size_t d = 0; d < term.letters.size(); ++d)
    if (contains(letters, term.letters[d]))
      kept.push_back(term.letters[d]);
    else
      summed.push_back(static_cast<int64_t>(d));
  Value value = reduced(node, qnn::ReduceKind::sum, term.value, summed, false);
  for (char letter : letters)
    order.push_back(static_cast<int64_t>(kept.find(letter)));
  if (value && !llvm::is_sorted(order))
    value = node.build.transpose(value, order);
  return {value, letters.str()};
}

static Value multiplied(Node &node, const Term &lhs, const Term &rhs, llvm::StringRef result) {
  std::string batch, rows, columns, depth;
  for (char letter : lhs.letters)
    if (contains(rhs.letters, letter)) {
      if (lhs.extent(letter) != rhs.extent(letter)) {
        node.error() << "extents of '" << llvm::StringRef(&letter, 1) << "' differ";
        return {};
      }
      (contains(result, letter) ? batch : depth).push_back(letter);
    } else if (contains(result, letter)) {
      rows.push_back(letter);
    }
  for (char letter : rhs.letters)
    if (!contains(lhs.letters, letter) && contains(result, letter))
      columns.push_back(letter);
  qnn::Shape left, right, apart;
  auto product = [](const Term &term, llvm::StringRef letters) {
    int64_t elements = 1;
    for (char letter : letters)
      elements *= term.extent(letter);
    return elements;
  };
  for (char letter : batch)
    left.push_back(lhs.extent(letter));
  right = apart = left;
  left.append({product(lhs, rows), product(lhs, depth)});
  right.append({product(rhs, depth), product(rhs, columns)});
  for (char letter : rows)
    apart.push_back(lhs.extent(letter));
  for (char letter : columns)
    apart.push_back(rhs.extent(letter));
  Value x = arranged(node, lhs, batch + rows + depth).value,
        y = arranged(node, rhs, batch + depth + columns).value;
  x = x ? node.build.reshape(x, left) : x;
  y = y ? node.build.reshape(y, right) : y;
  Value value = x && y ? matrixProductOf(node, x, y, qnn::elementType(x)) : Value();
  value = value ? node.build.reshape(value, apart) : value;
  return value ? arranged(node, {value, batch + rows + columns}, result).value : value;
}

LogicalResult einsum(Node &node) {
  if (failed(node.expect(1, SIZE_MAX)) || failed(expectReals(node, {0, 1})))
    return failure();
  if (node.inputCount() > 2 || (node.inputCount() == 2 && !node.has(1)))
    return node.fail("more than two operands are not supported");
  auto equation = equationOf(node);
  if (failed(equation))
    return failure();
  llvm::SmallVector<Term, 2> terms;
  for (auto [i, letters] : llvm::enumerate(equation->terms)) {
    if (node.rank(i) != static_cast<int64_t>(letters.size()))
      return node.fail("operand " + llvm::Twine(i) + " is not of rank " +
                       llvm::Twine(letters.size()));
    terms.push_back({node.input(i), letters});
  }
  return node.result(terms.size() == 1 ? arranged(node, terms[0], equation->result).value
                                       : multiplied(node, terms[0], terms[1], equation->result));
}

} // namespace octet::onnx
