using System.Diagnostics.CodeAnalysis;
using GpuNet.Training.Texts;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// The text form of optimizers, which the command line and files share: <c>name</c> or <c>name:key=value,key=value</c>. What is left out is the
/// optimizer's own default.
/// </summary>
public static class OptimizerText
{
    private static readonly TextForms<OptimizerOptions> Known = new("optimizer", "optimizers", message => new TrainingException(message),
    [
        (new("sgd", [],
             "gradient descent with momentum (0.9); form is caffe (the rate goes into the velocity) or torch (it scales it)",
             "sgd:momentum=0.9,form=caffe") { OptionalKeys = ["momentum", "form"] },
         a => new(OptimizerKind.Sgd, a.Number("momentum", 0.9)) { Form = a.Word("form", ("caffe", SgdForm.Caffe), ("torch", SgdForm.Torch)) }),
    ]);

    /// <summary>Every form that <see cref="Parse"/> reads, for help texts.</summary>
    public static IReadOnlyList<TextForm> Forms { get; } = [.. Known.Forms];

    /// <summary>Reads an optimizer from its text form.</summary>
    /// <param name="text">Text such as <c>sgd:momentum=0.95</c>.</param>
    /// <returns>The options; their <see cref="object.ToString"/> reads back to equal ones.</returns>
    /// <exception cref="TrainingException">The text is malformed or a constant out of its range; the message is one line for the user.</exception>
    public static OptimizerOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = Known.Parse(text);
        options.ThrowIfInvalid();
        return options;
    }

    /// <summary>Reads an optimizer from its text form, or says why that is not possible.</summary>
    /// <param name="text">Text such as <c>sgd</c>.</param>
    /// <param name="options">The options, or null.</param>
    /// <param name="error">One line for the user, or null.</param>
    /// <returns>Whether the text is an optimizer.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OptimizerOptions? options, [NotNullWhen(false)] out string? error)
    {
        try
        {
            (options, error) = (Parse(text ?? ""), null);
            return true;
        }
        catch (TrainingException exception)
        {
            (options, error) = (null, exception.Message);
            return false;
        }
    }
}
