namespace GpuNet.Layers;

/// <summary>What a forward pass is for.</summary>
public enum Phase
{
    /// <summary>A backward pass follows; dropout drops.</summary>
    Train,

    /// <summary>Evaluation: dropout is the identity, and no backward pass may follow.</summary>
    Test,
}
