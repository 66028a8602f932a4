using System.Text.RegularExpressions;

namespace GpuNet.Cli.Tests;

/// <summary>Every command of the tool, as its help texts list them.</summary>
internal static class Commands
{
    /// <summary>All of them, words as they are typed.</summary>
    public static IEnumerable<string[]> All => Below([]);

    /// <summary>Those that do something, rather than have commands of their own.</summary>
    public static IEnumerable<string[]> Leaves => All.Where(command => !Below(command).Any());

    private static IEnumerable<string[]> Below(string[] command)
    {
        string help = Gpunet.Run([.. command, "--help"]).Output.ReplaceLineEndings("\n");
        string list = Regex.Match(help, @"\nCommands:\n((?: .*\n)*)").Groups[1].Value;
        return Regex.Matches(list, @"(?m)^  ([a-z-]+)").Select(match => (string[])[.. command, match.Groups[1].Value]).SelectMany(below => Below(below).Prepend(below));
    }
}
