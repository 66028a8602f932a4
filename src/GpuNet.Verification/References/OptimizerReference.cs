namespace GpuNet.Verification.References;

/// <summary>
/// The optimizers' updates in double precision, one weight after the other, as Caffe's solvers state them. Arguments are those of the ops: dw is the gradient
/// alone, to which the decay is added first.
/// </summary>
public static class OptimizerReference
{
    /// <summary>SGD in Caffe's form: the rate is inside the velocity.</summary>
    public static void Sgd(double[] w, double[] v, double[] dw, double rate, double momentum, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = momentum * v[i] + rate * (scale * dw[i] + decay * w[i]);
            w[i] -= v[i];
        }
    }

    /// <summary>SGD in PyTorch's form: the rate is outside the velocity.</summary>
    public static void SgdTorch(double[] w, double[] v, double[] dw, double rate, double momentum, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = momentum * v[i] + scale * dw[i] + decay * w[i];
            w[i] -= rate * v[i];
        }
    }

    /// <summary>Nesterov's accelerated gradient.</summary>
    public static void Nesterov(double[] w, double[] v, double[] dw, double rate, double momentum, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double before = v[i];
            v[i] = momentum * before + rate * (scale * dw[i] + decay * w[i]);
            w[i] -= (1 + momentum) * v[i] - momentum * before;
        }
    }

    /// <summary>AdaGrad.</summary>
    public static void AdaGrad(double[] w, double[] h, double[] dw, double rate, double delta, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double g = scale * dw[i] + decay * w[i];
            h[i] += g * g;
            w[i] -= rate * g / (Math.Sqrt(h[i]) + delta);
        }
    }

    /// <summary>RMSProp.</summary>
    public static void RmsProp(double[] w, double[] h, double[] dw, double rate, double rmsDecay, double delta, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double g = scale * dw[i] + decay * w[i];
            h[i] = rmsDecay * h[i] + (1 - rmsDecay) * g * g;
            w[i] -= rate * g / (Math.Sqrt(h[i]) + delta);
        }
    }

    /// <summary>AdaDelta.</summary>
    public static void AdaDelta(double[] w, double[] h, double[] u, double[] dw, double rate, double momentum, double delta, double decay, double scale = 1)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double g = scale * dw[i] + decay * w[i];
            h[i] = momentum * h[i] + (1 - momentum) * g * g;
            double step = g * Math.Sqrt((u[i] + delta) / (h[i] + delta));
            u[i] = momentum * u[i] + (1 - momentum) * step * step;
            w[i] -= rate * step;
        }
    }

    /// <summary>Adam.</summary>
    public static void Adam(
        double[] w, double[] m, double[] v, double[] dw, double rate, double momentum, double momentum2, double delta, long iteration, double decay, double scale = 1)
    {
        double correction = Math.Sqrt(1 - Math.Pow(momentum2, iteration + 1)) / (1 - Math.Pow(momentum, iteration + 1));
        for (int i = 0; i < w.Length; i++)
        {
            double g = scale * dw[i] + decay * w[i];
            m[i] = momentum * m[i] + (1 - momentum) * g;
            v[i] = momentum2 * v[i] + (1 - momentum2) * g * g;
            w[i] -= rate * correction * m[i] / (Math.Sqrt(v[i]) + delta);
        }
    }
}
