namespace GpuNet.Verification.References;

/// <summary>SGD with momentum in double precision, both forms, one weight after the other.</summary>
public static class SgdReference
{
    /// <summary>Caffe's form: the rate is inside the velocity.</summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated.</param>
    /// <param name="dw">Gradient.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Momentum.</param>
    /// <param name="decay">L2 weight decay.</param>
    public static void Update(double[] w, double[] v, double[] dw, double rate, double momentum, double decay)
    {
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = momentum * v[i] + rate * (dw[i] + decay * w[i]);
            w[i] -= v[i];
        }
    }

    /// <summary>PyTorch's form: the rate is outside the velocity.</summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated.</param>
    /// <param name="dw">Gradient.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Momentum.</param>
    /// <param name="decay">L2 weight decay.</param>
    public static void UpdateTorch(double[] w, double[] v, double[] dw, double rate, double momentum, double decay)
    {
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = momentum * v[i] + dw[i] + decay * w[i];
            w[i] -= rate * v[i];
        }
    }
}
