namespace GpuNet.Layers;

/// <summary>A layer on a device: the ops of one session, made for fixed shapes. It owns no tensors; it is given them at each pass.</summary>
public abstract class BoundLayer : IDisposable
{
    /// <summary>Values of scratch memory that a pass needs; <see cref="LayerTensors.Workspace"/> holds at least as many.</summary>
    public virtual long WorkspaceLength => 0;

    /// <summary>Computes y, and what is saved, from x and the parameters.</summary>
    /// <param name="t">The tensors.</param>
    /// <param name="pass">Phase and iteration.</param>
    public abstract void Forward(LayerTensors t, Pass pass);

    /// <summary>Computes dx (if <see cref="LayerTensors.NeedsDX"/>) and the parameters' gradients from dy. It overwrites them: what they
    /// held before is not to be read.</summary>
    /// <param name="t">The tensors.</param>
    /// <param name="pass">Phase and iteration of the forward pass.</param>
    public abstract void Backward(LayerTensors t, Pass pass);

    /// <summary>Frees what the layer's ops hold on the device; nothing by default.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
