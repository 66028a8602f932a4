using System.CommandLine;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Model()
    {
        var option = new Option<string>("--model") { Description = "The model", DefaultValueFactory = _ => "cifar10_quick" };
        option.AcceptOnlyFromAmong([.. ModelCatalog.All.Select(model => model.Name)]);
        return option;
    }

    public static Option<int> Batch() => AtLeastOne("--batch", "Images in a batch", 100);

    public static Option<string> Device() => new("--device")
    {
        Description = $"The device: {DeviceCatalog.Selectors}",
        DefaultValueFactory = _ => "cpu",
    };

    public static Option<bool> NoFusion() => new("--no-fusion") { Description = "Run every layer's passes on their own" };

    public static Option<bool> NoWinograd() => new("--no-winograd") { Description = "Rule Winograd out" };

    public static Option<int> AtLeastOne(string name, string description, int byDefault)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() >= 1)
                return;
            result.AddError($"{name} is {result.GetValueOrDefault<int>()}; it must be at least 1.");
        });
        return option;
    }
}
