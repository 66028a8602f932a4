namespace GpuNet.Training.Interchange;

/// <summary>The formats that weights are read from.</summary>
internal enum WeightsKind
{
    /// <summary>Ours, and PyTorch's.</summary>
    Safetensors,

    /// <summary>A network of any origin.</summary>
    Onnx,

    /// <summary>Caffe's network with weights.</summary>
    CaffeModel,
}
