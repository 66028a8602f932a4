namespace GpuNet.Docs.Tests;

/// <summary>
/// A C# block of a page. What is done with it stands in its fence:
/// <list type="bullet">
/// <item><c>```csharp</c> is a program of its own: it is compiled and run.</item>
/// <item><c>```csharp file=NAME.cs</c> is a file of types, which all later programs of the page are compiled with.</item>
/// <item><c>```csharp compile</c> is a program that is compiled only, because it needs a GPU or a download, or runs for long.</item>
/// </list>
/// A block <c>```text output</c> behind a program is what it writes, line by line; <c>…</c> stands for what differs from machine to machine.
/// </summary>
/// <param name="Page">The page, from the repository's root.</param>
/// <param name="Line">The line of its fence, from 1.</param>
/// <param name="Fence">What stands behind <c>csharp</c> in the fence.</param>
/// <param name="Code">The code.</param>
/// <param name="Files">The files of the page before it, each with its name.</param>
/// <param name="Output">The lines that it must write; null if the page does not show them.</param>
internal sealed record CodeBlock(string Page, int Line, string Fence, string Code, IReadOnlyList<(string Name, string Code)> Files, IReadOnlyList<string>? Output)
{
    /// <summary>The name of a file of types; null for a program.</summary>
    public string? File => Fence.StartsWith("file=", StringComparison.Ordinal) ? Fence["file=".Length..] : null;

    /// <summary>Whether it is run.</summary>
    public bool Runs => Fence.Length == 0;

    /// <summary>Page and line, the name of its test.</summary>
    public override string ToString() => $"{Page}:{Line}";
}
