// Finds the bounds of a cyclical learning rate in one short run, and compares that rate with fixed ones.
using GpuNet.Kernels.Devices;
using GpuNet.Layers.Models;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.RangeTests;

const int Iterations = 300;

using var device = DeviceCatalog.Open("auto");
var data = EmbeddedFashionMnist.Load();
using var network = Cifar10Quick.Build(data.Train.Shape.WithBatch(100), data.Train.Classes).Compile(device, seed: 1);
var training = new TrainingOptions(new FixedPolicy(0.001), Iterations, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9)) { WeightDecay = 0.004 };

// The rate rises from 0 to MaxRate; the accuracy shows from where to where it helps. The weights are the first ones again afterwards.
var found = LearningRateRangeTest.Run(network, data, training, new RangeTestOptions { MaxRate = 0.02, Epochs = 3 });
Console.WriteLine(found.EndText);
if (found.Suggestion is not { } suggestion)
{
    Console.WriteLine($"No bounds: {found.Problem}.");
    return 1;
}

Console.WriteLine($"base {suggestion.Base.Rate}: {suggestion.Base.Rule}.");
Console.WriteLine($"max {suggestion.Max.Rate}: {suggestion.Max.Rule}.");
Console.WriteLine();

// The same first weights and the same batches each time; only the rate differs.
Show("fixed at base", new FixedPolicy(suggestion.Base.Rate));
Show("fixed at max", new FixedPolicy(suggestion.Max.Rate));
Show("triangular2", new Triangular2Policy(suggestion.Base.Rate, suggestion.Max.Rate, stepSize: Iterations / 4));
return 0;

void Show(string name, LearningRatePolicy policy)
{
    network.Initialize(seed: 1);
    using var trainer = new Trainer(network, data, training with { Policy = policy });
    var result = trainer.Run();
    Console.WriteLine($"{name,-14} {(result.Outcome == RunOutcome.Completed ? $"{result.Last?.Accuracy:P1} after {result.Iterations} iterations" : $"{result.Outcome}")}");
}
