// A rank that an operator does not have is told, not indexed.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

func.func @gather_along_an_axis_that_is_not_there(%x: tensor<2x3xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{'qnn.gather' op axis or batch_dims out of range}}
  %0 = qnn.gather %x, %i {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @gather_nd_by_a_scalar(%x: tensor<2x3xf32>, %i: tensor<i32>) {
  // expected-error @+1 {{'qnn.gather_nd' op indices address more dimensions than there are}}
  %0 = qnn.gather_nd %x, %i : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @scatter_nd_by_a_scalar(%i: tensor<i32>, %u: tensor<f32>) {
  // expected-error @+1 {{'qnn.scatter_nd' op indices address more dimensions than there are}}
  %0 = qnn.scatter_nd %i, %u {shape = array<i64: 3>} : (tensor<i32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @batch_matmul_of_scalars(%x: tensor<f32>) {
  // expected-error @+1 {{'qnn.batch_matmul' op needs operands of rank 2 or more}}
  %0 = qnn.batch_matmul %x, %x : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @resize_of_a_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{'qnn.resize' op needs a nonempty input of rank 4 and a size of 2 entries}}
  %0 = qnn.resize nearest %x {size = array<i64: 1, 1>} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @detection_of_scalars(%x: tensor<f32>) {
  // expected-error @+1 {{'qnn.detection_postprocess' op needs boxes [1, n, 4], scores [1, n, classes], anchors [n, 4] and 4 box scales}}
  %0:4 = qnn.detection_postprocess %x, %x, %x {box_scales = array<f32: 1.0, 1.0, 1.0, 1.0>, detections_per_class = 1, iou_threshold = 0.5 : f32, max_classes_per_detection = 1, max_detections = 1, num_classes = 1, score_threshold = 0.0 : f32, use_regular_nms = false} : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<1x1x4xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>)
  return
}
