using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests;

public sealed class TenCropEvaluatorTests
{
    private const int Crop = 5;
    private static readonly Shape Input = Tiny.Image with { H = Crop, W = Crop };

    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void Probabilities_are_averaged_over_ten_windows_cut_by_hand()
    {
        var set = Tiny.Data().Test;
        float[] mean = MeanImage.Of((ImageArray)Tiny.Data().Train);
        using var network = Tiny.Model(10, Input).Compile(Session, 3);
        double loss = 0;
        int top1 = 0, top5 = 0;
        for (int i = 0; i < set.Count; i++)
        {
            double[] probabilities = Average(network, set, mean, i);
            double own = probabilities[set.Label(i)];
            int better = probabilities.Count(other => other >= own) - 1;
            loss -= Math.Log(own) / set.Count;
            top1 += better < 1 ? 1 : 0;
            top5 += better < 5 ? 1 : 0;
        }

        using var evaluator = new TenCropEvaluator(network, set, mean, Crop);
        var result = evaluator.Run(7);
        Assert.That(result, Is.EqualTo(new EvaluationRecord(7, result.Loss, (double)top1 / set.Count, (double)top5 / set.Count)));
        Assert.That(result.Loss, Is.EqualTo(loss).Within(1e-6 * loss));
        Assert.That(result.Top5Accuracy, Is.GreaterThan(result.Accuracy).And.LessThan(1));
        Assert.That(evaluator.Run(7), Is.EqualTo(result));
        using var middle = new Evaluator(network, set, mean, Crop);
        Assert.That(middle.Run(7).Loss, Is.Not.EqualTo(result.Loss).Within(1e-3 * loss));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(30)]
    [TestCase(370)]
    [TestCase(400)]
    public void The_result_does_not_depend_on_the_batch_size(int batch)
    {
        var (expected, actual) = (Evaluate(10), Evaluate(batch));
        Assert.That((actual.Accuracy, actual.Top5Accuracy), Is.EqualTo((expected.Accuracy, expected.Top5Accuracy)));
        // A product of another batch may sum in another order.
        Assert.That(actual.Loss, Is.EqualTo(expected.Loss).Within(1e-6 * expected.Loss));
    }

    [Test]
    public void Classes_that_tie_count_against_a_hit()
    {
        using var network = Tiny.Model(10, Input).Compile(Session, 3);
        foreach (var group in network.ParameterGroups)
            group.Value.Clear();
        using var evaluator = new TenCropEvaluator(network, Tiny.Data().Test, new float[64], Crop);
        var result = evaluator.Run();
        Assert.That((result.Accuracy, result.Top5Accuracy), Is.EqualTo((0d, 0d)));
        Assert.That(result.Loss, Is.EqualTo(Math.Log(Tiny.Classes)).Within(1e-6));
    }

    [Test]
    public void A_probability_that_is_no_number_is_a_loss_and_no_hit()
    {
        using var network = Tiny.Model(10, Input).Compile(Session, 3);
        network.Parameters[^1].Value.CopyFrom([float.NaN, 0, 0, 0, 0, 0]);
        using var evaluator = new TenCropEvaluator(network, Tiny.Data().Test, new float[64], Crop);
        Assert.That(evaluator.Run(), Is.EqualTo(new EvaluationRecord(0, double.NaN, 0, 0)));
    }

    [Test]
    public void A_cancelled_evaluation_throws_and_the_next_begins_anew()
    {
        using var network = Tiny.Model(7, Input).Compile(Session, 3);
        using var evaluator = new TenCropEvaluator(network, Tiny.Data().Test, new float[64], Crop);
        var whole = evaluator.Run();
        Assert.That(() => evaluator.Run(0, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(evaluator.Run(), Is.EqualTo(whole));
    }

    [Test]
    public void Windows_that_are_whole_images_are_refused()
    {
        using var network = Tiny.Model(3).Compile(Session, 3);
        foreach (int? crop in (int?[])[null, 8])
            Assert.That(() => new TenCropEvaluator(network, Tiny.Data().Test, new float[64], crop), Throws.TypeOf<TrainingException>().With.Message.Contains("8×8").And.Message.Contains("--crop"));
    }

    [Test]
    public void A_run_ends_with_it_if_that_is_asked_for()
    {
        var options = Tiny.Options(3) with { Crop = Crop, TenCrop = true };
        using var network = Tiny.Model(10, Input).Compile(Session, 3);
        using var trainer = new Trainer(network, Tiny.Data(), options);
        var result = trainer.Run();
        using var evaluator = new TenCropEvaluator(network, Tiny.Data().Test, MeanImage.Of((ImageArray)Tiny.Data().Train), Crop);
        Assert.That(result.TenCrop, Is.EqualTo(evaluator.Run(3)));
        Assert.That(result.Evaluations, Has.Length.EqualTo(1));
        Assert.That(Tiny.Train(Session, options with { TenCrop = false }).TenCrop, Is.Null);
        Assert.That(Tiny.Train(Session, options with { Policy = new FixedPolicy(1e12), Iterations = 50 }).TenCrop, Is.Null);
    }

    private static double[] Average(Network network, ImageSet set, float[] mean, int image)
    {
        int[] corners = [0, 8 - Crop];
        var places = (from top in corners from left in corners select (top, left)).Append(((8 - Crop) / 2, (8 - Crop) / 2)).ToArray();
        float[] Window((int Top, int Left) place, bool mirrored) =>
            [.. from h in Enumerable.Range(0, Crop) from w in Enumerable.Range(0, Crop) select PixelAt((place.Top + h) * 8 + place.Left + (mirrored ? Crop - 1 - w : w))];
        float PixelAt(int p) => set.Image(image)[p] - mean[p];
        network.Input.CopyFrom([.. places.SelectMany(place => Window(place, false)), .. places.SelectMany(place => Window(place, true))]);
        network.Labels.CopyFrom(new float[10]);
        network.Forward(Phase.Test, 0);
        float[] probabilities = network.Probabilities.ToArray();
        return [.. Enumerable.Range(0, Tiny.Classes).Select(c => Enumerable.Range(0, 10).Average(n => (double)probabilities[n * Tiny.Classes + c]))];
    }

    private static EvaluationRecord Evaluate(int batch)
    {
        using var network = Tiny.Model(batch, Input).Compile(Session, 3);
        var data = Tiny.Data();
        using var evaluator = new TenCropEvaluator(network, data.Test, MeanImage.Of((ImageArray)data.Train), Crop);
        return evaluator.Run();
    }
}
