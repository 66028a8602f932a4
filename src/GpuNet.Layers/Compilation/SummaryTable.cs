using System.Globalization;
using System.Text;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>The table that tells what a network consists of.</summary>
internal static class SummaryTable
{
    private static readonly string[] Header = ["layer", "kind", "output", "parameters", "bytes"];

    public static string Of(NetworkGraph graph, Shape input, MemoryPlan plan)
    {
        List<string[]> rows = [Header, ["input", "", input.ToString(), "", Number(input.Length * sizeof(float))]];
        long parameters = 0;
        foreach (var node in graph.Nodes)
        {
            long count = node.Parameters.Sum(parameter => parameter.Shape.Length);
            parameters += count;
            rows.Add([node.Layer.Name, node.Layer.Kind, node.Layer.IsLoss ? "" : node.Outputs[0].Shape.ToString(), count > 0 ? Number(count) : "", BytesOf(node)]);
        }

        rows.Add(["total", "", "", Number(parameters), Number(plan.Total)]);
        int[] widths = [.. Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            string line = string.Join("  ", row.Select((cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
            text.AppendLine(line.TrimEnd());
        }

        return text.Append("memory ").Append(plan).AppendLine().ToString();
    }

    // What the layer's output and saved tensors hold; nothing of its own if it runs in place, or in another layer's memory.
    private static string BytesOf(NetworkNode node)
    {
        if (node.Layer.IsRectifier && node.ForwardIsFused)
            return $"in {node.Inputs[0].Producer!.Layer.Name}";
        if (node.Outputs[0].Whole is { } whole)
            return $"in {whole.Producer!.Layer.Name}";
        return node.RunsInPlace ? "in place" : Number((node.Outputs[0].Shape.Length + node.Saved.Sum(storage => storage.Length)) * sizeof(float));
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
