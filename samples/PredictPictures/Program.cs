// Says what is on pictures, with the weights that TrainYourOwn saved: on files if there are arguments, on ten of the test set otherwise.
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

const string WeightsPath = "clothes.safetensors";

if (!File.Exists(WeightsPath))
{
    Console.Error.WriteLine($"There is no {WeightsPath} here. Run TrainYourOwn first.");
    return 1;
}

using var device = DeviceCatalog.Open("auto");
var names = EmbeddedFashionMnist.ClassNames;
var data = EmbeddedFashionMnist.Load();
int count = args.Length > 0 ? args.Length : 10;
using var network = ClothesNetwork.Build(data.Test.Shape.WithBatch(count), names.Count).Compile(device, seed: 1);
WeightsFile.Load(WeightsPath, network);
var mean = WeightsFile.ReadMean(WeightsPath)!;

if (args.Length > 0)
    PredictFiles();
else
    PredictTestSet();
return 0;

// Files are decoded, resized and, here, made grey, like the pictures that the network learned from: light clothes on black.
void PredictFiles()
{
    var options = new PictureOptions { Size = new(data.Test.Shape.H, data.Test.Shape.W), Channels = ChannelOrder.Grey };
    using var predictor = new Predictor(network, new PictureSet("the pictures", args, new int[count], names, options), mean, crop: null);
    foreach (var prediction in predictor.Run(top: 3))
        Console.WriteLine($"{args[prediction.Picture]}: {string.Join(", ", prediction.Classes.Select(entry => $"{names[entry.Class]} {entry.Probability:P0}"))}");
}

// What the predictor does, by hand: fill the input, run forward, read the probabilities.
void PredictTestSet()
{
    var test = (ImageArray)data.Test;
    float[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => test.Image(i).ToArray().Select((value, p) => value - mean.Values[p]))];
    network.Input.CopyFrom(pixels);
    network.Forward(Phase.Test, iteration: 0);
    float[] probabilities = network.Probabilities.ToArray();
    for (int i = 0; i < count; i++)
    {
        var (label, probability) = probabilities.Skip(i * names.Count).Take(names.Count).Index().MaxBy(entry => entry.Item);
        Console.WriteLine($"test picture {i}: {names[label]} {probability:P0}{(label == test.Label(i) ? "" : $", but it is a {names[test.Label(i)]}")}");
    }
}
