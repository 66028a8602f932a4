using GpuNet.Testing;

namespace GpuNet.Docs.Tests;

/// <summary>The pages of the repository that people read.</summary>
internal static class Pages
{
    /// <summary>The pages whose C# is compiled and run, from the repository's root.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md", "CONTRIBUTING.md", "samples/README.md",
        .. Directory.EnumerateDirectories(Repository.At("src")).Order(StringComparer.Ordinal).SelectMany(project => In(Path.GetRelativePath(Repository.Root, project))),
        .. In("docs"),
    ];

    /// <summary>All pages, those on results, data and benchmarks too.</summary>
    public static IEnumerable<string> Everywhere =>
    [
        .. All, "bench/README.md", "data/README.md",
        .. In("docs/results"),
    ];

    /// <summary>The C# blocks of all pages.</summary>
    public static IEnumerable<CodeBlock> Blocks => All.SelectMany(page => BlocksOf(page, Read(page)));

    /// <summary>The text of a page.</summary>
    public static string Read(string page) => File.ReadAllText(Repository.At(page));

    /// <summary>The C# blocks of a text.</summary>
    public static IEnumerable<CodeBlock> BlocksOf(string page, string text)
    {
        var fenced = FencedIn(page, text.ReplaceLineEndings("\n").Split('\n'));
        var files = new List<(string, string)>();
        for (int i = 0; i < fenced.Count; i++)
        {
            var (line, info, code) = fenced[i];
            string[] words = info.Split(' ', 2);
            if (words[0] is not ("csharp" or "cs" or "c#"))
                continue;
            var output = i + 1 < fenced.Count && fenced[i + 1].Info == "text output" ? fenced[i + 1].Lines : null;
            var block = new CodeBlock(page, line, words.Length > 1 ? words[1] : "", string.Join('\n', code) + "\n", [.. files], output);
            if (words[0] != "csharp" || !(block.Runs || block.Fence == "compile" || block.File is { Length: > 3 }))
                throw new PageException($"{block}: the fence is '{info}'; it must be 'csharp', 'csharp compile' or 'csharp file=NAME.cs'.");
            yield return block;
            if (block.File is { } file)
                files.Add((file, block.Code));
        }
    }

    private static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(Repository.At(folder), "*.md").Select(page => Path.GetRelativePath(Repository.Root, page)).Order(StringComparer.Ordinal);

    private static List<(int Line, string Info, string[] Lines)> FencedIn(string page, string[] lines)
    {
        var blocks = new List<(int, string, string[])>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
                continue;
            int end = Array.FindIndex(lines, i + 1, line => line == "```");
            if (end < 0)
                throw new PageException($"{page}:{i + 1}: the block has no end.");
            blocks.Add((i + 1, lines[i][3..].Trim(), lines[(i + 1)..end]));
            i = end;
        }

        return blocks;
    }
}
