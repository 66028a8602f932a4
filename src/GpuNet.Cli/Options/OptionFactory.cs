using System.CommandLine;
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
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (text == PolicyChoice.AutoWord)
                return new PolicyChoice(null);
            if (PolicyText.TryParse(text, out var policy, out string? error))
                return new PolicyChoice(policy);
            argument.AddError(error);
            return null;
        },
    };

    /// <summary><c>--optimizer</c>; null if it is not given.</summary>
    public static Option<OptimizerOptions?> Optimizer(string help) => new("--optimizer")
    {
        Description = help,
        HelpName = "OPTIMIZER",
        CustomParser = argument =>
        {
            if (!OptimizerText.TryParse(argument.Tokens[0].Value, out var options, out string? error))
                argument.AddError(error);
            return options;
        },
    };

    /// <summary>A policy that must be given, as an argument.</summary>
    public static Argument<LearningRatePolicy> PolicyArgument(string help) => new("POLICY")
    {
        Description = help,
        CustomParser = argument =>
        {
            if (PolicyText.TryParse(argument.Tokens[0].Value, out var policy, out string? error))
                return policy;
            argument.AddError(error);
            return null;
        },
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

    private static Option<T[]> Several<T>(string name, string value, string help, int most, TryParse<T> parse) where T : class => new(name)
    {
        Description = help,
        HelpName = value,
        Arity = new ArgumentArity(1, most),
        CustomParser = argument =>
        {
            var values = new List<T>();
            foreach (var token in argument.Tokens)
            {
                if (parse(token.Value, out var parsed, out string? error))
                    values.Add(parsed);
                else
                    argument.AddError(error);
            }

            return [.. values];
        },
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
