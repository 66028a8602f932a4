// Trains a network of your own on 10,000 pictures of clothes, with a cyclical learning rate, and saves its weights.
using GpuNet.Kernels.Devices;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

const string WeightsPath = "clothes.safetensors";

// A CUDA device if there is one, or else OpenCL, or else the processor.
using var device = DeviceCatalog.Open("auto");
var data = EmbeddedFashionMnist.Load();
using var network = ClothesNetwork.Build(data.Train.Shape.WithBatch(100), data.Train.Classes).Compile(device, seed: 1);
Console.WriteLine(network.Summary);

// Two cycles of 300 iterations: the rate rises for 150 and falls for 150, and the second cycle is half as high.
var policy = new Triangular2Policy(baseRate: 0.0005, maxRate: 0.003, stepSize: 150);
var options = new TrainingOptions(policy, Iterations: 600, new OptimizerOptions(OptimizerKind.Adam, Momentum: 0.9))
{
    WeightDecay = 0.0005,
    TestInterval = 100,
};
using var trainer = new Trainer(network, data, options);
var result = trainer.Run(new Progress(policy));
Console.WriteLine($"{result.Iterations} iterations in {result.Elapsed.TotalSeconds:F0} s, {result.ImagesPerSecond:F0} images a second.");

// The mean of the training pictures is subtracted from each one, so who loads the weights needs it too.
var mean = new ImageMean(data.Train.Shape, options.Mean.Of(data.Train, new(data.Train.Shape.H, data.Train.Shape.W)));
WeightsFile.Save(WeightsPath, network, mean: mean);
Console.WriteLine($"Weights: {WeightsPath}");

/// <summary>Writes a line for each evaluation on the test set.</summary>
internal sealed class Progress(LearningRatePolicy policy) : ITrainingObserver
{
    public void OnEvaluation(EvaluationRecord record) =>
        Console.WriteLine($"iteration {record.Iteration,3}: rate {policy.At(record.Iteration):F4}, test accuracy {record.Accuracy:P1}");
}
