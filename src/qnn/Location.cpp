#include "qnn/Location.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace octet::qnn {

std::string Source::str() const {
  std::string text = kind;
  if (!kind.empty() && kind != "input" && kind != "output")
    text += " #" + std::to_string(index);
  if (!tensor.empty())
    text += (text.empty() ? "" : " ") + ("(" + tensor + ")");
  return text;
}

static void collect(Location location, std::vector<Source> &sources) {
  if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      collect(part, sources);
    return;
  }
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return collect(call.getCallee(), sources);
  auto tensor = dyn_cast<NameLoc>(location);
  auto kind = tensor ? dyn_cast<NameLoc>(tensor.getChildLoc()) : NameLoc();
  auto file = kind ? dyn_cast<FileLineColLoc>(kind.getChildLoc()) : FileLineColLoc();
  if (!file)
    return;
  Source source{file.getFilename().str(), kind.getName().str(), tensor.getName().str(),
                file.getLine()};
  if (!llvm::is_contained(sources, source))
    sources.push_back(source);
}

std::vector<Source> sourcesOf(Location location) {
  std::vector<Source> sources;
  collect(location, sources);
  return sources;
}

std::string describe(Location location) {
  std::string text;
  for (const Source &source : sourcesOf(location))
    text += (text.empty() ? "" : " + ") + source.str();
  if (!text.empty())
    return text;
  if (auto file = location->findInstanceOf<FileLineColLoc>(); file && file.getLine() > 0)
    return "line " + std::to_string(file.getLine());
  return text;
}

} // namespace octet::qnn
