using System.Text.RegularExpressions;

namespace GpuNet.Docs.Tests;

/// <summary>The C# of the pages does what they say.</summary>
public sealed class CodeBlockTests
{
    private static IEnumerable<TestCaseData> Blocks => Pages.Blocks.Select(block => new TestCaseData(block).SetName(block.ToString()));

    [TestCaseSource(nameof(Blocks))]
    public void Compiles_and_runs(object given) => Check((CodeBlock)given);

    [Test]
    public void There_are_blocks_in_every_page_that_teaches_by_code() =>
        Assert.That(Pages.Blocks.Select(block => block.Page), Is.SupersetOf(new[] { "README.md", "docs/write-your-own-kernel.md", "docs/write-your-own-layer.md", "docs/bring-your-own-data.md", "docs/getting-started.md", "docs/learning-rates.md" }));

    // Each of these must fail, or the tests above say nothing.
    [TestCase("Console.WriteLine(x);", "CS0103")]
    [TestCase("string text = null;\nConsole.WriteLine(text);", "CS8600")]
    // The packages bring no more than they need.
    [TestCase("using NUnit.Framework;", "CS0246")]
    public void A_block_that_does_not_compile_fails(string code, string error) =>
        Assert.That(() => Check(Only($"```csharp\n{code}\n```")), Throws.TypeOf<PageException>().With.Message.Contains(error).And.Message.Contains("page.md:2"));

    [Test]
    public void A_block_that_throws_fails() =>
        Assert.That(() => Check(Only("```csharp\nthrow new InvalidOperationException(\"so\");\n```")), Throws.InvalidOperationException);

    [TestCase("1", "1", ExpectedResult = true)]
    [TestCase("1", "2", ExpectedResult = false)]
    [TestCase("1\\n2", "1", ExpectedResult = false)]
    [TestCase("in 12.5 s.", "in … s.", ExpectedResult = true)]
    [TestCase("in 12.5 s.", "on … s.", ExpectedResult = false)]
    public bool What_a_block_writes_is_compared(string written, string shown)
    {
        try
        {
            Check(Only($"```csharp\nConsole.WriteLine(\"{written}\");\n```\n\nwrites\n\n```text output\n{shown}\n```"));
            return true;
        }
        catch (PageException)
        {
            return false;
        }
    }

    [Test]
    public void A_file_is_compiled_with_the_programs_behind_it()
    {
        var blocks = Pages.BlocksOf("page.md", "```csharp file=One.cs\npublic static class One { public const int Value = 1; }\n```\n```csharp\nConsole.WriteLine(One.Value);\n```\n```text output\n1\n```").ToList();
        foreach (var block in blocks)
            Check(block);
        Assert.That(blocks, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_fence_of_another_form_is_refused() =>
        Assert.That(() => Only("```csharp norun\n```"), Throws.TypeOf<PageException>().With.Message.Contains("page.md:1"));

    private static CodeBlock Only(string text) => Pages.BlocksOf("page.md", text).Single();

    private static void Check(CodeBlock block)
    {
        if (!block.Runs)
        {
            BlockProgram.Compile(block);
            return;
        }

        string output = BlockProgram.Run(block).ReplaceLineEndings("\n").TrimEnd('\n');
        if (block.Output is { } lines && !Regex.IsMatch(output, $@"\A{Regex.Escape(string.Join('\n', lines)).Replace("…", ".*")}\z"))
            throw new PageException($"{block} writes something else than the page shows:\n{output}");
    }
}
