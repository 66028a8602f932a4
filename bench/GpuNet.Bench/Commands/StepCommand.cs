using System.CommandLine;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Recipes;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary><c>step</c>: where the time of a training step goes, layer by layer and pass by pass.</summary>
internal sealed class StepCommand : Command
{
    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();
    private readonly Option<int> steps = CommonOptions.AtLeastOne("--steps", "Steps that are timed, after a warm-up", 30);
    private readonly Option<bool> noFusion = CommonOptions.NoFusion();
    private readonly Option<bool> noWinograd = CommonOptions.NoWinograd();
    private readonly Option<string> device = CommonOptions.Device();

    public StepCommand() : base("step", "Times the training step layer by layer and pass by pass")
    {
        foreach (Option option in new Option[] { model, batch, steps, noFusion, noWinograd, device })
            Options.Add(option);
        SetAction(parsed =>
        {
            var options = new CompileOptions { Fuse = !parsed.GetValue(noFusion), AllowWinograd = !parsed.GetValue(noWinograd) };
            return Run(parsed.GetValue(model)!, parsed.GetValue(batch), options, parsed.GetValue(steps), parsed.GetValue(device)!);
        });
    }

    private static int Run(string model, int batch, CompileOptions options, int steps, string device)
    {
        using var session = DeviceCatalog.Open(device);
        Console.WriteLine($"Training step of {model}, batch {batch}, layer by layer: medians of {Counted.Of(steps, "step")}.");
        Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
        Console.WriteLine($"software  {Machine.Software}");
        Console.WriteLine($"device    {session.Description.Id}, {session.Description.Name}");
        Console.WriteLine();
        using var timer = new StepTimer(session, ModelCatalog.Find(model).BuildFor(batch), options);
        Print(timer.Run(steps));
        return 0;
    }

    // In Markdown, as `bars` has it.
    private static void Print(StepTimes times)
    {
        IReadOnlyList<string>[] rows = [times.Columns, .. times.Rows];
        int[] widths = [.. times.Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        int firstNumber = times.Columns.ToList().IndexOf("ms");
        for (int i = 0; i < rows.Length; i++)
        {
            Console.WriteLine($"| {string.Join(" | ", rows[i].Select((cell, column) => column < firstNumber ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");
            if (i == 0)
                Console.WriteLine($"|{string.Join('|', widths.Select((width, column) => column < firstNumber ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|");
        }

        Console.WriteLine();
        foreach (string note in times.Notes)
            Console.WriteLine(note);
    }
}
