// Windows, reductions and the other routines survive printing and parsing.
// RUN: octet-opt %s | octet-opt | FileCheck %s

// CHECK-LABEL: func.func @pools(
// CHECK: qnn.max_pool2d %arg0 {padding = array<i64: 1, 1, 0, 0>, window = array<i64: 2, 2>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: qnn.avg_pool2d %0 {code_origin = 128 : i64, strides = array<i64: 2, 2>, window = array<i64: 2, 2>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x2x2x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>
func.func @pools(%arg0: tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x2x2x3x!quant.uniform<i8:f32, 5.000000e-01:-3>> {
  %0 = qnn.max_pool2d %arg0 {padding = array<i64: 1, 1, 0, 0>, window = array<i64: 2, 2>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>
  %1 = qnn.avg_pool2d %0 {code_origin = 128 : i64, strides = array<i64: 2, 2>, window = array<i64: 2, 2>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x2x2x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>
  return %1 : tensor<1x2x2x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>
}

// CHECK-LABEL: func.func @reduce(
// CHECK: qnn.reduce mean %arg0 {axes = array<i64: 1, 2>, numerics = #qnn.numerics<double_away, recipe = rescale_then_divide>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x3x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK: qnn.reduce any %arg1 {axes = array<i64: 1>, keep_dims} : (tensor<2x3xi1>) -> tensor<2x1xi1>
func.func @reduce(%arg0: tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>, %arg1: tensor<2x3xi1>) -> tensor<1x3x!quant.uniform<i8:f32, 2.500000e-01>> {
  %0 = qnn.reduce mean %arg0 {axes = array<i64: 1, 2>, numerics = #qnn.numerics<double_away, recipe = rescale_then_divide>} : (tensor<1x4x4x3x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x3x!quant.uniform<i8:f32, 2.500000e-01>>
  %1 = qnn.reduce any %arg1 {axes = array<i64: 1>, keep_dims} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  return %0 : tensor<1x3x!quant.uniform<i8:f32, 2.500000e-01>>
}

// CHECK-LABEL: func.func @softmax(
// CHECK: qnn.softmax %arg0 {beta = 5.000000e-01 : f32, numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (tensor<1x10x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<1x10x!quant.uniform<i8:f32, 3.906250e-03:-128>>
// CHECK: qnn.softmax %arg1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
// CHECK: qnn.log_softmax %1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
func.func @softmax(%arg0: tensor<1x10x!quant.uniform<i8:f32, 1.000000e-01:3>>, %arg1: tensor<2x4xf32>) -> tensor<1x10x!quant.uniform<i8:f32, 3.906250e-03:-128>> {
  %0 = qnn.softmax %arg0 {beta = 5.000000e-01 : f32, numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (tensor<1x10x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<1x10x!quant.uniform<i8:f32, 3.906250e-03:-128>>
  %1 = qnn.softmax %arg1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = qnn.log_softmax %1 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<1x10x!quant.uniform<i8:f32, 3.906250e-03:-128>>
}

// CHECK-LABEL: func.func @l2_norm(
// CHECK: qnn.l2_norm %arg0 : (tensor<2x4x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.812500e-03>>
func.func @l2_norm(%arg0: tensor<2x4x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.812500e-03>> {
  %0 = qnn.l2_norm %arg0 : (tensor<2x4x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.812500e-03>>
  return %0 : tensor<2x4x!quant.uniform<i8:f32, 7.812500e-03>>
}

// CHECK-LABEL: func.func @ranking(
// CHECK: qnn.arg_max %arg0 {axis = 1 : i64, minimum} : (tensor<2x4xf32>) -> tensor<2xi64>
// CHECK: qnn.top_k %arg0 {k = 3 : i64} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x3xi32>)
func.func @ranking(%arg0: tensor<2x4xf32>) -> (tensor<2xi64>, tensor<2x3xf32>, tensor<2x3xi32>) {
  %0 = qnn.arg_max %arg0 {axis = 1 : i64, minimum} : (tensor<2x4xf32>) -> tensor<2xi64>
  %values, %indices = qnn.top_k %arg0 {k = 3 : i64} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x3xi32>)
  return %0, %values, %indices : tensor<2xi64>, tensor<2x3xf32>, tensor<2x3xi32>
}

// CHECK-LABEL: func.func @gathers(
// CHECK: qnn.gather %arg0, %arg1 {axis = 1 : i64, batch_dims = 1 : i64} : (tensor<2x3x4xf32>, tensor<2x5xi32>) -> tensor<2x5x4xf32>
// CHECK: qnn.gather_nd %arg0, %arg2 : (tensor<2x3x4xf32>, tensor<6x2xi64>) -> tensor<6x4xf32>
// CHECK: qnn.scatter_nd %arg2, %1 {shape = array<i64: 3, 3, 4>} : (tensor<6x2xi64>, tensor<6x4xf32>) -> tensor<3x3x4xf32>
func.func @gathers(%arg0: tensor<2x3x4xf32>, %arg1: tensor<2x5xi32>, %arg2: tensor<6x2xi64>) -> (tensor<2x5x4xf32>, tensor<6x4xf32>, tensor<3x3x4xf32>) {
  %0 = qnn.gather %arg0, %arg1 {axis = 1 : i64, batch_dims = 1 : i64} : (tensor<2x3x4xf32>, tensor<2x5xi32>) -> tensor<2x5x4xf32>
  %1 = qnn.gather_nd %arg0, %arg2 : (tensor<2x3x4xf32>, tensor<6x2xi64>) -> tensor<6x4xf32>
  %2 = qnn.scatter_nd %arg2, %1 {shape = array<i64: 3, 3, 4>} : (tensor<6x2xi64>, tensor<6x4xf32>) -> tensor<3x3x4xf32>
  return %0, %1, %2 : tensor<2x5x4xf32>, tensor<6x4xf32>, tensor<3x3x4xf32>
}

// CHECK-LABEL: func.func @resize(
// CHECK: qnn.resize bilinear %arg0 {half_pixel_centers, size = array<i64: 4, 5>} : (tensor<1x2x2x3x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>
// CHECK: qnn.resize nearest %0 {align_corners, code_origin = 128 : i64, size = array<i64: 4, 5>} : (tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>
func.func @resize(%arg0: tensor<1x2x2x3x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>> {
  %0 = qnn.resize bilinear %arg0 {half_pixel_centers, size = array<i64: 4, 5>} : (tensor<1x2x2x3x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>
  %1 = qnn.resize nearest %0 {align_corners, code_origin = 128 : i64, size = array<i64: 4, 5>} : (tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>) -> tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>
  return %1 : tensor<1x4x5x3x!quant.uniform<u8:f32, 5.000000e-01>>
}

// CHECK-LABEL: func.func @dynamic_quantize(
// CHECK: qnn.dynamic_quantize %arg0 : (tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<i8:f32, 1.000000e+00>>, tensor<2x1xf32>)
func.func @dynamic_quantize(%arg0: tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<i8:f32, 1.000000e+00>>, tensor<2x1xf32>) {
  %codes, %scales = qnn.dynamic_quantize %arg0 : (tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<i8:f32, 1.000000e+00>>, tensor<2x1xf32>)
  return %codes, %scales : tensor<2x4x!quant.uniform<i8:f32, 1.000000e+00>>, tensor<2x1xf32>
}

// CHECK-LABEL: func.func @dynamic_quantize_asymmetric(
// CHECK: qnn.dynamic_quantize %arg0 {asymmetric} :
func.func @dynamic_quantize_asymmetric(%arg0: tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<i16<-255:255>:f32, 1.000000e+00>>, tensor<2x1xf32>) {
  %codes, %scales = qnn.dynamic_quantize %arg0 {asymmetric} : (tensor<2x4xf32>) -> (tensor<2x4x!quant.uniform<i16<-255:255>:f32, 1.000000e+00>>, tensor<2x1xf32>)
  return %codes, %scales : tensor<2x4x!quant.uniform<i16<-255:255>:f32, 1.000000e+00>>, tensor<2x1xf32>
}

// CHECK-LABEL: func.func @dynamic_range(
// CHECK: qnn.dynamic_range %arg0 : (tensor<2x4xf32>) -> (tensor<f32>, tensor<ui8>)
func.func @dynamic_range(%arg0: tensor<2x4xf32>) -> (tensor<f32>, tensor<ui8>) {
  %scale, %zero_point = qnn.dynamic_range %arg0 : (tensor<2x4xf32>) -> (tensor<f32>, tensor<ui8>)
  return %scale, %zero_point : tensor<f32>, tensor<ui8>
}

// CHECK-LABEL: func.func @block_dense(
// CHECK: qnn.block_dense %arg0, %arg1, %arg2, %arg3 {bits = 4 : i64, block_size = 16 : i64} : (tensor<2x40xf32>, tensor<3x20xui8>, tensor<3x3xf32>, tensor<3x3xui8>) -> tensor<2x3xf32>
// CHECK: qnn.block_dense %arg0, %arg4, %arg2 {bits = 8 : i64, block_size = 16 : i64, zero_point = 128 : i64} :
func.func @block_dense(%arg0: tensor<2x40xf32>, %arg1: tensor<3x20xui8>, %arg2: tensor<3x3xf32>, %arg3: tensor<3x3xui8>, %arg4: tensor<3x40xui8>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = qnn.block_dense %arg0, %arg1, %arg2, %arg3 {bits = 4 : i64, block_size = 16 : i64} : (tensor<2x40xf32>, tensor<3x20xui8>, tensor<3x3xf32>, tensor<3x3xui8>) -> tensor<2x3xf32>
  %1 = qnn.block_dense %arg0, %arg4, %arg2 {bits = 8 : i64, block_size = 16 : i64, zero_point = 128 : i64} : (tensor<2x40xf32>, tensor<3x40xui8>, tensor<3x3xf32>) -> tensor<2x3xf32>
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @where(
// CHECK: qnn.where %arg0 : (tensor<2x3xi1>) -> (tensor<6x2xi64>, tensor<1xi64>)
func.func @where(%arg0: tensor<2x3xi1>) -> (tensor<6x2xi64>, tensor<1xi64>) {
  %coordinates, %count = qnn.where %arg0 : (tensor<2x3xi1>) -> (tensor<6x2xi64>, tensor<1xi64>)
  return %coordinates, %count : tensor<6x2xi64>, tensor<1xi64>
}

// CHECK-LABEL: func.func @detection_postprocess(
// CHECK: qnn.detection_postprocess %arg0, %arg1, %arg2 {box_scales = array<f32: 1.000000e+01, 1.000000e+01, 5.000000e+00, 5.000000e+00>, detections_per_class = 100 : i64, iou_threshold = 6.000000e-01 : f32, max_classes_per_detection = 1 : i64, max_detections = 4 : i64, num_classes = 2 : i64, score_threshold = 0.000000e+00 : f32, use_regular_nms = false} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x4x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1xf32>)
func.func @detection_postprocess(%arg0: tensor<1x5x4xf32>, %arg1: tensor<1x5x3xf32>, %arg2: tensor<5x4xf32>) -> tensor<1xf32> {
  %detected_boxes, %detected_classes, %detected_scores, %count = qnn.detection_postprocess %arg0, %arg1, %arg2 {box_scales = array<f32: 1.000000e+01, 1.000000e+01, 5.000000e+00, 5.000000e+00>, detections_per_class = 100 : i64, iou_threshold = 6.000000e-01 : f32, max_classes_per_detection = 1 : i64, max_detections = 4 : i64, num_classes = 2 : i64, score_threshold = 0.000000e+00 : f32, use_regular_nms = false} : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>) -> (tensor<1x4x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1xf32>)
  return %count : tensor<1xf32>
}
