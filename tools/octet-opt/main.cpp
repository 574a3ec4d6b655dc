// Runs passes by name on text of the qnn dialect.
#include "driver/Pipeline.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  octet::driver::registerDialects(registry);
  octet::driver::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Octet's passes, one at a time\n", registry));
}
