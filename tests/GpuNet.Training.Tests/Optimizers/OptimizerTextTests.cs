using System.Globalization;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Optimizers;

public sealed class OptimizerTextTests
{
    private static IEnumerable<string> CanonicalTexts => OptimizerText.Forms.Select(form => form.Example);

    [Test]
    public void Every_kind_has_a_form_whose_name_alone_means_its_example()
    {
        Assert.That(OptimizerText.Forms.Select(form => OptimizerText.Parse(form.Name).Kind), Is.EqualTo(Enum.GetValues<OptimizerKind>()));
        foreach (var form in OptimizerText.Forms)
        {
            Assert.That(OptimizerText.Parse(form.Name), Is.EqualTo(OptimizerText.Parse(form.Example)));
            Assert.That(OptimizerText.Parse(form.Name).Name, Is.EqualTo(form.Name));
        }
    }

    [TestCaseSource(nameof(CanonicalTexts))]
    [TestCase("sgd:momentum=0.95,form=torch")]
    [TestCase("adam:momentum=0,momentum2=0.9,delta=0.1")]
    [TestCase("rmsprop:rms_decay=0.5,delta=1.2345678901234567e-12")]
    public void A_text_reads_back(string text) => Assert.That(OptimizerText.Parse(text).ToString(), Is.EqualTo(text));

    [Test]
    public void A_culture_with_a_decimal_comma_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            foreach (string text in CanonicalTexts)
                Assert.That(OptimizerText.Parse(text).ToString(), Is.EqualTo(text));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestCase(" sgd : form = torch , momentum = 0 ", "sgd:momentum=0,form=torch")]
    [TestCase("adam:delta=0.00000001", "adam:momentum=0.9,momentum2=0.999,delta=1e-8")]
    public void Blanks_order_and_what_is_left_out_do_not_matter(string text, string canonical) =>
        Assert.That(OptimizerText.Parse(text).ToString(), Is.EqualTo(canonical));

    [TestCase("", "The optimizer is empty. The optimizers are sgd", "Example: sgd:momentum=0.9")]
    [TestCase("sdg", "Unknown optimizer 'sdg'. Did you mean 'sgd'? The optimizers are sgd")]
    [TestCase("sgd:mu=1", "sgd: unknown key 'mu'; its keys are momentum, form. Example: sgd:momentum=0.9,form=caffe")]
    [TestCase("sgd:momentum=fast", "sgd: momentum=fast is not a finite number")]
    [TestCase("sgd:momentum=1", "momentum is 1; it must be from 0 up to, but not including, 1")]
    [TestCase("sgd:momentum=0.9,momentum=0.8", "sgd: momentum is given twice, as 0.9 and as 0.8")]
    [TestCase("sgd:form=keras", "sgd: form=keras is not one of caffe, torch")]
    [TestCase("rmsprop:momentum=0.9", "rmsprop: unknown key 'momentum'; its keys are rms_decay, delta")]
    [TestCase("rms", "Did you mean 'rmsprop'?")]
    [TestCase("ada", "Did you mean 'adam'?")]
    [TestCase("adam:delta=0", "delta is 0; it must be a number from 1.2e-38")]
    [TestCase("adam:momentum2=1", "momentum2 is 1")]
    [TestCase("sgd:form", "'form' is not of the form key=value")]
    public void A_bad_text_gets_one_line_that_says_what_is_wrong(string text, params string[] parts)
    {
        Assert.That(() => OptimizerText.Parse(text), Throws.TypeOf<TrainingException>());
        Assert.That(OptimizerText.TryParse(text, out var options, out string? error), Is.False);
        Assert.That(options, Is.Null);
        foreach (string part in parts)
            Assert.That(error, Does.Contain(part).And.Not.Contain("\n"));
    }
}
