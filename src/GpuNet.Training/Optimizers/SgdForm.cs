namespace GpuNet.Training.Optimizers;

/// <summary>Where the learning rate stands in SGD with momentum. The two agree as long as the rate is constant.</summary>
public enum SgdForm
{
    /// <summary>Caffe's order: V ← μ·V + rate·g, w ← w − V. A velocity keeps the rates at which its gradients came in.</summary>
    Caffe,

    /// <summary>PyTorch's order: V ← μ·V + g, w ← w − rate·V. A new rate applies to the whole velocity at once.</summary>
    Torch,
}
