namespace GpuNet.Layers;

/// <summary>The losses of one batch, or their mean over several.</summary>
/// <param name="Main">Mean loss of an item in the main loss, the last one, in nats, without its weight.</param>
/// <param name="Total">What training makes smaller: the sum over all losses of weight times mean, in nats. Of a network with one loss of weight 1 it is
/// the main one's.</param>
public readonly record struct NetworkLoss(double Main, double Total);
