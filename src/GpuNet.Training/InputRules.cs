using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training;

internal static class InputRules
{
    public static void ThrowUnlessFits(Network network, ImageSet set)
    {
        if (network.Input.Shape.WithBatch(1) != set.Shape)
            throw new TrainingException($"{set.Name}: images are {set.Shape}, but the network was made for {network.Input.Shape.WithBatch(1)}. Build the model for these images.");
        if (network.Classes < set.Classes)
            throw new TrainingException($"{set.Name}: the set has {set.Classes} classes, but the network has {network.Classes}. Build the model for that many.");
    }
}
