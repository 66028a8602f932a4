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
        (new("nesterov", [],
             "Nesterov's accelerated gradient",
             "nesterov:momentum=0.9") { OptionalKeys = ["momentum"] },
         a => new(OptimizerKind.Nesterov, a.Number("momentum", 0.9))),
        (new("adam", [],
             "means of gradients (momentum, beta1) over the root of the means of their squares (momentum2, beta2)",
             "adam:momentum=0.9,momentum2=0.999,delta=1e-8") { OptionalKeys = ["momentum", "momentum2", "delta"] },
         a => Set(new(OptimizerKind.Adam, a.Number("momentum", 0.9)), a)),
        (new("rmsprop", [],
             "gradients over the root of the mean of their squares",
             "rmsprop:rms_decay=0.99,delta=1e-8") { OptionalKeys = ["rms_decay", "delta"] },
         a => Set(new(OptimizerKind.RmsProp, 0), a)),
        (new("adagrad", [],
             "gradients over the root of the sum of their squares",
             "adagrad:delta=1e-8") { OptionalKeys = ["delta"] },
         a => Set(new(OptimizerKind.AdaGrad, 0), a)),
        (new("adadelta", [],
             "gradients brought to the size of the steps so far, by means of the squares of both (momentum, rho)",
             "adadelta:momentum=0.95,delta=1e-8") { OptionalKeys = ["momentum", "delta"] },
         a => Set(new(OptimizerKind.AdaDelta, a.Number("momentum", 0.95)), a)),
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

    // With the constants that several have.
    private static OptimizerOptions Set(OptimizerOptions options, TextArguments a) => options with
    {
        Momentum2 = a.Number("momentum2", options.Momentum2),
        RmsDecay = a.Number("rms_decay", options.RmsDecay),
        Delta = a.Number("delta", options.Delta),
    };
}
