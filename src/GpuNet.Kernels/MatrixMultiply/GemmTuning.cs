namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>What was measured to be fastest on a session's device; empty unless someone fills it. An op asks when it is made, so it must be filled before.</summary>
internal sealed class GemmTuning
{
    private readonly Dictionary<(string Op, GemmSize Size), GemmChoice> choices = [];
    private readonly HashSet<GemmRequest> requests = [];

    /// <summary>Every product that ops of the session were made for: what there is to measure.</summary>
    public IReadOnlyCollection<GemmRequest> Requests => requests;

    /// <summary>Sets or replaces the choice for a product. A variant that does not exist or that the device cannot run is ignored.</summary>
    public void Set(string op, GemmSize size, GemmChoice choice) => choices[(op, size)] = choice;

    /// <summary>The choice for a product, or null if there is none; remembers the request.</summary>
    public GemmChoice? Find(GemmRequest request)
    {
        requests.Add(request);
        return choices.TryGetValue((request.Op, request.Size), out var choice) ? choice : null;
    }
}
