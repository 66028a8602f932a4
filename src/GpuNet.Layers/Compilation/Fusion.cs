using GpuNet.Kernels.Convolution;

namespace GpuNet.Layers.Compilation;

/// <summary>
/// Decides which passes layers do for their neighbours, so that fewer go over memory. It knows layers by what they declare
/// (<see cref="Layer.IsRectifier"/> and the members beside it), and every value has one reader, since splits are layers too.
/// </summary>
internal static class Fusion
{
    /// <summary>Marks the nodes.</summary>
    /// <param name="nodes">All of a network's, in forward order.</param>
    public static void Apply(IReadOnlyList<NetworkNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Layer.IsRectifier)
            {
                RectifyInProducer(node);
                MaskInReader(node);
            }
            else if (node.Layer.JoinsChannels)
            {
                JoinInProducers(node);
            }
        }
    }

    // The rectifier's forward pass: its producer writes max(…, 0) at once, into the memory of both.
    private static void RectifyInProducer(NetworkNode rectifier)
    {
        if (rectifier.Inputs[0].Producer is not { Layer.CanRectify: true, BackwardReadsOutput: false } producer)
            return;
        producer.Rectifies = true;
        rectifier.ForwardIsFused = true;
    }

    // Its backward pass: the reader sets the gradient that it writes to 0 where the rectifier's output, which it reads, is not above 0.
    private static void MaskInReader(NetworkNode rectifier)
    {
        if (!rectifier.RunsBackward || !CanMask(rectifier.Outputs[0]))
            return;
        rectifier.Outputs[0].Reader!.MasksDX = true;
        rectifier.BackwardIsFused = true;
    }

    // Both passes of a concatenation: each input's producer writes its channels of y, and reads them from dy. A rectifier between the two must have left
    // both of its passes to others, as it cannot work on some channels of a tensor: the forward pass to the producer, the backward pass to the reader of y,
    // which masks all channels and so must find rectifiers on all.
    private static void JoinInProducers(NetworkNode join)
    {
        var producers = join.Inputs.Select(WriterOf).OfType<NetworkNode>().ToList();
        if (producers.Count < join.Inputs.Count)
            return;
        var rectifiers = join.Inputs.Select(input => input.Producer!).Except(producers).ToList();
        if (rectifiers.Exists(rectifier => rectifier.RunsBackward))
        {
            if (rectifiers.Count < join.Inputs.Count || !CanMask(join.Outputs[0]))
                return;
            join.Outputs[0].Reader!.MasksDX = true;
            rectifiers.ForEach(rectifier => rectifier.BackwardIsFused = true);
        }

        var whole = join.Outputs[0];
        int channel = 0;
        foreach (var producer in producers)
        {
            producer.Window = new ChannelWindow(channel, whole.Shape.C);
            producer.Outputs[0].Whole = whole;
            channel += producer.Outputs[0].Shape.C;
        }

        foreach (var input in join.Inputs)
            input.Whole = whole;
        join.ForwardIsFused = true;
        join.BackwardIsFused = true;
    }

    private static NetworkNode? WriterOf(NetworkValue value)
    {
        var producer = value.Producer is { Layer.IsRectifier: true, ForwardIsFused: true } rectifier ? rectifier.Inputs[0].Producer : value.Producer;
        return producer is { Layer: { CanWriteWindow: true, MayRunInPlace: false, BackwardReadsOutput: false } } ? producer : null;
    }

    private static bool CanMask(NetworkValue value) => value.Reader is { Layer.CanMaskDX: true, Inputs.Count: 1 };
}
