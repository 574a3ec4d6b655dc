def Qnn_LogSoftmaxOp : Qnn_RoutineOp_<"log_softmax"> {
  let summary = "x - max - log(sum exp(x - max)) over the last dimension of a float tensor.";
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
