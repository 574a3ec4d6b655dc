// Matrices of bytes: a product of 16 pixels, 16 channels and 64 inputs by one instruction.
// RUN: octet compile %s --target sapphirerapids --emit asm -o %t.s
// RUN: FileCheck %s --check-prefix=KERNEL < %t.s
// RUN: %python %S/loop.py tdpbusd < %t.s | FileCheck %s --check-prefix=LOOP
// RUN: FileCheck %s --check-prefix=PERMISSION < %t.s

// The registers have their shapes for one call of a kernel's function. Sums begin as the bias, whose row is loaded
// again and again: the stride is zero.
// KERNEL: octet_contraction_{{[0-9]+}}:
// KERNEL: ldtilecfg
// KERNEL-COUNT-4: tileloadd {{.*}}, %tmm{{[0-3]$}}
// KERNEL: tdpbusd
// KERNEL-COUNT-4: tilestored
// KERNEL-NOT: tdpbusd
// KERNEL: tilerelease
// KERNEL: ret

// Four products of two loads each way; no sum leaves its register.
// LOOP: loop 1
// LOOP-DAG: tileloadd {{.*}}, %tmm4
// LOOP-DAG: tileloadd {{.*}}, %tmm5
// LOOP-DAG: tileloadd {{.*}}, %tmm6
// LOOP-DAG: tileloadd {{.*}}, %tmm7
// LOOP-DAG: tdpbusd %tmm6, %tmm4, %tmm0
// LOOP-DAG: tdpbusd %tmm7, %tmm4, %tmm1
// LOOP-DAG: tdpbusd %tmm6, %tmm5, %tmm2
// LOOP-DAG: tdpbusd %tmm7, %tmm5, %tmm3
// LOOP-NOT: tilestored
// LOOP: end

// arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)
// PERMISSION: octet_missing_feature:
// PERMISSION-DAG: movl $158, %eax
// PERMISSION-DAG: movl $4131, %edi
// PERMISSION-DAG: movl $18, %esi
// PERMISSION: syscall
// PERMISSION: .asciz "amx-tile that the system lets this process use"

!image = tensor<1x14x14x256x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<64x1x1x256x!quant.uniform<i8:f32, 0.0123>>
!sums = tensor<1x14x14x64x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.3:5>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<64x1x1x256xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}
