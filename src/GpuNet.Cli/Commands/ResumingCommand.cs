using System.CommandLine;
using System.CommandLine.Parsing;
using GpuNet.Cli.Options;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary>The command that was given, to be shown and run again.</summary>
internal static class ResumingCommand
{
    /// <summary>The option that goes on with what was stopped.</summary>
    public const string Resume = "--resume";

    /// <summary>The command as it was given, but for <see cref="Resume"/>.</summary>
    public static string WithoutResuming(ParseResult parsed) => ShellText.Of(["gpunet", .. WordsWithout(parsed, Resume)]);

    /// <summary>The command that goes on in a folder.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="resume">What follows <see cref="Resume"/>.</param>
    public static string Of(ParseResult parsed, string folder, params string[] resume) =>
        ShellText.Of(["gpunet", .. WordsWithout(parsed, Resume, OutputOption.Name), OutputOption.Name, folder, Resume, .. resume]);

    private static IEnumerable<string> WordsWithout(ParseResult parsed, params string[] options)
    {
        for (int i = 0; i < parsed.Tokens.Count; i++)
        {
            var token = parsed.Tokens[i];
            if (!options.Contains(token.Value))
                yield return token.Value;
            else if (i + 1 < parsed.Tokens.Count && parsed.Tokens[i + 1].Type == TokenType.Argument)
                i++;
        }
    }
}
