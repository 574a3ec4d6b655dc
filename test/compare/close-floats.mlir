// Without fused multiply-adds a float sum comes close to the evaluator's. Where its last bit decides about a code, the
// code is compared with what the evaluator makes of the same float; so is what is computed of the code.
// RUN: octet compare %s --target baseline | FileCheck %s

// CHECK: close
// CHECK-NEXT: 8192x16xf32
// CHECK: equal   line {{[0-9]+}}
// CHECK-NEXT: 8192x16xf32
// CHECK-NEXT: equal   line {{[0-9]+}}
// CHECK-NEXT: 8192x16x!quant.uniform<i16:f32, 2.000000e-04>, of inputs that are close
// CHECK: equal   output
// CHECK-NEXT: of inputs that are close
// CHECK: compiled code equals the evaluator

!codes = tensor<8192x16x!quant.uniform<i16:f32, 2.0e-4>>

func.func @main(%x: tensor<8192x64xf32>) -> !codes {
  %w = qnn.constant dense<0.3> : tensor<16x64xf32> : tensor<16x64xf32>
  %0 = qnn.dense %x, %w : (tensor<8192x64xf32>, tensor<16x64xf32>) -> tensor<8192x16xf32>
  %1 = qnn.softmax %0 : (tensor<8192x16xf32>) -> tensor<8192x16xf32>
  %2 = qnn.add %0, %1 : (tensor<8192x16xf32>, tensor<8192x16xf32>) -> tensor<8192x16xf32>
  %3 = qnn.quantize %2 {numerics = #qnn.numerics<float_even>} : (tensor<8192x16xf32>) -> !codes
  return %3 : !codes
}
