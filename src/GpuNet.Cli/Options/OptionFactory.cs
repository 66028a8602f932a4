using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Texts;

namespace GpuNet.Cli.Options;

/// <summary>Makes options whose errors say the option, the value and the rule, in one line.</summary>
internal static class OptionFactory
{
    private delegate bool TryParse<T>(string? text, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? error) where T : class;

    /// <summary>A whole number; null if it is not given.</summary>
    public static Option<T?> Whole<T>(string name, string help, string rule) where T : struct, IBinaryInteger<T> =>
        Number<T>(name, help, rule, NumberStyles.AllowLeadingSign);

    /// <summary>A number; null if it is not given. NaN and infinity are read, and refused where the setting is checked.</summary>
    public static Option<double?> Real(string name, string help, string rule) => Number<double>(name, help, rule, NumberStyles.Float);

    /// <summary>A text that is not blank; null if it is not given.</summary>
    public static Option<string?> Text(string name, string value, string help) => new(name)
    {
        Description = help,
        HelpName = value,
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (string.IsNullOrWhiteSpace(text))
                argument.AddError($"{name} is empty; give it a value, or leave it out.");
            return text;
        },
    };

    /// <summary>One of several words.</summary>
    public static Option<T?> Choice<T>(string name, string help, params (string Word, T Value)[] choices) where T : struct, Enum
    {
        string words = string.Join('|', choices.Select(choice => choice.Word));
        return new(name)
        {
            Description = help,
            HelpName = words,
            CustomParser = argument =>
            {
                string text = argument.Tokens[0].Value;
                foreach (var (word, value) in choices)
                {
                    if (word == text)
                        return value;
                }

                argument.AddError($"{name} is '{text}'; it must be one of {words.Replace("|", ", ", StringComparison.Ordinal)}.");
                return null;
            },
        };
    }

    /// <summary>Learning-rate policies, as often as the option is given.</summary>
    public static Option<LearningRatePolicy[]> Policies(string help, int most) => Several<LearningRatePolicy>("--policy", "POLICY", help, most, PolicyText.TryParse);

    /// <summary>Runs of a comparison with optimizers of their own, as often as the option is given.</summary>
    public static Option<Variant[]> Runs(string help, int most) => Several<Variant>("--run", "OPTIMIZER/POLICY", help, most, Variant.TryParse);

    /// <summary><c>--policy</c> of a single run, which may be found by a range test.</summary>
    public static Option<PolicyChoice?> PolicyOrAuto(string help) => new("--policy")
    {
        Description = help,
        HelpName = $"POLICY|{PolicyChoice.AutoWord}",
        CustomParser = argument => argument.Tokens[0].Value == PolicyChoice.AutoWord ? new PolicyChoice(null)
            : Parsed<LearningRatePolicy>(argument, argument.Tokens[0].Value, PolicyText.TryParse) is { } policy ? new PolicyChoice(policy) : null,
    };

    /// <summary><c>--optimizer</c>; null if it is not given.</summary>
    public static Option<OptimizerOptions?> Optimizer(string help) => new("--optimizer")
    {
        Description = help,
        HelpName = "OPTIMIZER",
        CustomParser = argument => Parsed<OptimizerOptions>(argument, argument.Tokens[0].Value, OptimizerText.TryParse),
    };

    /// <summary>A policy that must be given, as an argument.</summary>
    public static Argument<LearningRatePolicy> PolicyArgument(string help) => new("POLICY")
    {
        Description = help,
        CustomParser = argument => Parsed<LearningRatePolicy>(argument, argument.Tokens[0].Value, PolicyText.TryParse),
    };

    /// <summary>The policies' text forms, one a line, for help texts.</summary>
    public static IEnumerable<string> PolicyForms =>
    [
        "Learning-rate policies (POLICY), all numbers by iteration, from 0; keys in brackets may be added:",
        .. PolicyText.Forms.SelectMany(LinesOf),
    ];

    /// <summary>The optimizers' text forms, one a line, for help texts.</summary>
    public static IEnumerable<string> OptimizerForms =>
    [
        "Optimizers (OPTIMIZER), with their defaults; every key in brackets may be left out:",
        .. OptimizerText.Forms.SelectMany(LinesOf),
    ];

    private static string[] LinesOf(TextForm form) =>
        [$"  {form.Example}", $"      {form.Meaning}{(form.OptionalKeys.Count == 0 ? "" : $" [{string.Join(", ", form.OptionalKeys)}]")}"];

    // What a text says; null and the error, if it says nothing.
    private static T? Parsed<T>(ArgumentResult argument, string text, TryParse<T> parse) where T : class
    {
        if (parse(text, out var value, out string? error))
            return value;
        argument.AddError(error);
        return null;
    }

    private static Option<T[]> Several<T>(string name, string value, string help, int most, TryParse<T> parse) where T : class => new(name)
    {
        Description = help,
        HelpName = value,
        Arity = new ArgumentArity(1, most),
        CustomParser = argument => [.. argument.Tokens.Select(token => Parsed(argument, token.Value, parse)).OfType<T>()],
    };

    private static Option<T?> Number<T>(string name, string help, string rule, NumberStyles style) where T : struct, INumberBase<T> => new(name)
    {
        Description = help,
        HelpName = "N",
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value))
                return value;
            argument.AddError($"{name} is '{text}'; it must be {rule}.");
            return null;
        },
    };
}
