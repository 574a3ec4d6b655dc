def Qnn_DetectionPostprocessOp : Qnn_RoutineOp_<"detection_postprocess"> {
  let summary = "TFLite_Detection_PostProcess: decodes boxes against anchors and suppresses overlapping ones.";
  let description = [{
    Float boxes [1, n, 4], class scores [1, n, classes (+ background)] and anchors [n, 4]; results:
    boxes [1, k, 4], classes [1, k], scores [1, k] and the number of detections [1].
  }];
  let arguments = (ins Qnn_Tensor:$boxes, Qnn_Tensor:$scores, Qnn_Tensor:$anchors,
    I64Attr:$max_detections, I64Attr:$max_classes_per_detection, I64Attr:$detections_per_class,
    BoolAttr:$use_regular_nms, F32Attr:$score_threshold, F32Attr:$iou_threshold, I64Attr:$num_classes,
    DenseF32ArrayAttr:$box_scales);
  let results = (outs Qnn_Tensor:$detected_boxes, Qnn_Tensor:$detected_classes, Qnn_Tensor:$detected_scores,
                      Qnn_Tensor:$count);
  let hasVerifier = 1;
}
