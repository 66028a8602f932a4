using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Training;

/// <summary>Device memory that training takes, in bytes, by role.</summary>
/// <param name="Network">The network's.</param>
/// <param name="OptimizerState">What the optimizer keeps of each parameter.</param>
/// <param name="GradientSums">Sums of gradients over an iteration's batches; 0 if it has one.</param>
/// <param name="Images">Images that lie on the device, their mean, and batches under way.</param>
public sealed record TrainingMemory(MemoryPlan Network, long OptimizerState, long GradientSums, long Images)
{
    /// <summary>All bytes taken.</summary>
    public long Total => Network.Total + OptimizerState + GradientSums + Images;

    /// <summary>The memory of a run whose images take so much.</summary>
    /// <param name="network">The network's.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="images">Bytes that images take of the device's memory.</param>
    /// <returns>The whole.</returns>
    public static TrainingMemory Of(MemoryPlan network, TrainingOptions options, long images) =>
        new(network, options.Optimizer.StateNames.Count * network.Parameters, options.IterationSize > 1 ? network.ParameterGradients : 0, images);

    /// <summary>Plans a run whose images are streamed, which is the least that it can do with. Takes no memory.</summary>
    /// <param name="session">The device.</param>
    /// <param name="recipe">Model, batch and settings.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="TrainingException">The recipe cannot train on the data: see <see cref="Recipe.ThrowUnlessFits"/>.</exception>
    /// <exception cref="ShapeException">The images are too small for the model.</exception>
    /// <exception cref="DeviceException">The device has too little memory for a layer's tables.</exception>
    public static TrainingMemory Plan(DeviceSession session, Recipe recipe, ImageDataset data, CompileOptions? options = null) =>
        Of(recipe.BuilderFor(data).Plan(session, options), recipe.Training, (long)FeedsOf(recipe.Training) * recipe.Batch * ImageBytes(session, data.Train, recipe.Training.Crop));

    /// <summary>Plans a run and throws if it does not fit the device's free memory, with the batch that would. Takes no memory.</summary>
    /// <param name="session">The device.</param>
    /// <param name="recipe">Model, batch and settings.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <returns>The plan, which fits.</returns>
    /// <exception cref="TrainingException">The recipe cannot train on the data: see <see cref="Recipe.ThrowUnlessFits"/>.</exception>
    /// <exception cref="ShapeException">The images are too small for the model.</exception>
    /// <exception cref="DeviceException">It does not fit.</exception>
    public static TrainingMemory PlanOrThrow(DeviceSession session, Recipe recipe, ImageDataset data, CompileOptions? options = null)
    {
        long free = session.FreeBytes, largest = session.LargestBufferBytes;
        var plan = Plan(session, recipe, data, options);
        if (Fits(plan))
            return plan;
        string need = plan.Total > free
            ? $"needs {Megabytes(plan.Total)} of memory, but device '{session.Description.Id}' ({session.Description.Name}) has {Megabytes(free)} free"
            : $"needs {Megabytes(plan.Network.LargestBuffer)} in one buffer, but device '{session.Description.Id}' ({session.Description.Name}) gives {Megabytes(largest)} at most";
        throw new DeviceException($"{recipe.Model}: a batch of {recipe.Batch} images {need}. {WayOut(recipe, LargestBatch(recipe.Batch, batch => Fits(Plan(session, recipe with { Batch = batch }, data, options))))}");

        bool Fits(TrainingMemory plan) => plan.Total <= free && plan.Network.LargestBuffer <= largest;
    }

    /// <summary>Reads as one line, in megabytes (10⁶ bytes).</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Total / 1e6:F1} MB: {Network.Roles}, optimizer state {OptimizerState / 1e6:F1}{(GradientSums > 0 ? $", sums of gradients {GradientSums / 1e6:F1}" : "")}, images {Images / 1e6:F1}");

    /// <summary>The largest batch below one that does not fit, by bisection: what a smaller batch takes is not more.</summary>
    /// <param name="tooLarge">A batch that does not fit.</param>
    /// <param name="fits">Whether a batch does.</param>
    /// <returns>The batch; 0 if none does.</returns>
    internal static int LargestBatch(int tooLarge, Func<int, bool> fits)
    {
        int good = 0, bad = tooLarge;
        while (bad - good > 1)
        {
            int middle = good + (bad - good) / 2;
            if (fits(middle))
                good = middle;
            else
                bad = middle;
        }

        return good;
    }

    // Training, evaluation, and ten-crop evaluation have batches of their own.
    private static int FeedsOf(TrainingOptions options) => options.TenCrop ? 3 : 2;

    // Of one image in each batch under way. Of pictures these are windows, and on the processor those decoded ahead lie in the same memory.
    private static long ImageBytes(DeviceSession session, ImageSet set, int? crop)
    {
        var input = InputRules.InputOf(set, crop);
        int batches = BatchFeed.Slots + (set is PictureSet && session.Kind == DeviceKind.Cpu ? PictureQueue.BatchesAhead : 0);
        return (long)batches * MeanImage.ShapeOf(set, new Size2D(input.H, input.W)).ImageSize;
    }

    private static string WayOut(Recipe recipe, int largest)
    {
        if (largest == 0)
            return "Not even a batch of 1 fits. Use another device, or a smaller model or --crop.";
        // The same images in fewer at a time, exactly if that does not make the batches much smaller than they could be.
        long images = (long)recipe.Batch * recipe.Training.IterationSize;
        long batch = largest;
        while (images % batch != 0)
            batch--;
        if (2 * batch < largest)
            batch = images / ((images + largest - 1) / largest);
        long count = images / batch;
        return $"The largest batch that fits is {largest}. Use --batch {batch} --iter-size {count} {(batch * count == images ? $"to keep {images} images an iteration" : $"for {batch * count} images an iteration instead of {images}")}, or another device.";
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}
