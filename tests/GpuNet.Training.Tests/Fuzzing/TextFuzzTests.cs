using System.Text;
using CsCheck;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>Texts that name a policy or an optimizer, changed at random: each is read, and means something, or is refused with a line for the user.</summary>
public sealed class TextFuzzTests
{
    private static readonly string[] Policies = [.. PolicyText.Forms.Select(form => form.Example)];
    private static readonly string[] Optimizers = [.. OptimizerText.Forms.Select(form => form.Example)];
    private static readonly long[] Iterations = [0, 1, 999, 2000, 1_000_000, long.MaxValue];

    [Test]
    public void A_hostile_text_of_a_policy_is_read_or_refused() => Fuzz<LearningRatePolicyException>("policy", Policies, text =>
    {
        var policy = PolicyText.Parse(text);
        Assert.That(PolicyText.Parse(policy.ToString()!), Is.EqualTo(policy), text);
        foreach (long iteration in Iterations)
            Assert.That(policy.At(iteration), Is.GreaterThanOrEqualTo(0).And.LessThan(double.PositiveInfinity), $"{text} at {iteration}");
    });

    [Test]
    public void A_hostile_text_of_an_optimizer_is_read_or_refused() => Fuzz<TrainingException>("optimizer", Optimizers, text =>
    {
        var options = OptimizerText.Parse(text);
        Assert.That(OptimizerText.Parse(options.ToString()), Is.EqualTo(options), text);
    });

    [TestCase(":")]
    [TestCase(",a=1")]
    [TestCase("/fixed:rate=1@5")]
    [TestCase("+5")]
    [TestCase("fixed")]
    public void A_text_that_goes_on_and_on_is_refused_in_a_short_line(string piece)
    {
        string text = "multistep:base=1,gamma=1,at=1" + string.Concat(Enumerable.Repeat(piece, 100_000));
        Assert.That(() => PolicyText.Parse(text), Throws.TypeOf<LearningRatePolicyException>().With.Message.Length.LessThan(300));
        Assert.That(() => OptimizerText.Parse(text), Throws.TypeOf<TrainingException>().With.Message.Length.LessThan(300));
    }

    private static void Fuzz<TRefusal>(string parser, string[] texts, Action<string> read)
        where TRefusal : Exception
    {
        var run = new FuzzRun(parser);
        var cases = Gen.Select(Gen.Int[0, texts.Length - 1], Gen.Int[0, texts.Length - 1], Gen.Int[0, 2], FuzzEdit.Any.Array[1, 3], (first, second, way, edits) =>
        {
            byte[] text = Encoding.UTF8.GetBytes(texts[first]), other = Encoding.UTF8.GetBytes(texts[second]);
            foreach (var edit in edits)
                text = way > 0 ? edit.ApplyToNumber(text) : edit.Apply(text, other);
            return text;
        });
        run.Over(cases, bytes =>
        {
            string text = Encoding.UTF8.GetString(bytes);
            return run.IsRead<TRefusal>(bytes.Length, () => read(text));
        });
    }
}
