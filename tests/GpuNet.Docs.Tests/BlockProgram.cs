using System.Reflection;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GpuNet.Docs.Tests;

/// <summary>Compiles a block as a project of a reader would, and runs it.</summary>
internal static class BlockProgram
{
    // What the SDK's ImplicitUsings bring.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // The kernels bring them to a reader's project.
    private static readonly string[] IlgpuAssemblies = ["ILGPU.dll", "ILGPU.Algorithms.dll"];

    // What the packages give a reader: .NET, the three libraries and ILGPU, not what the tests have besides.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Concat([typeof(DeviceSession).Assembly.Location, typeof(Network).Assembly.Location, typeof(Trainer).Assembly.Location])
            .Concat(IlgpuAssemblies.Select(name => Path.Combine(AppContext.BaseDirectory, name)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Latest);

    private static int compiled;

    /// <summary>Compiles a block.</summary>
    /// <exception cref="PageException">There is an error or a warning.</exception>
    public static byte[] Compile(CodeBlock block)
    {
        var compilation = CSharpCompilation.Create(
            // A name for each, since assemblies of one name are taken for the same.
            $"Block{Interlocked.Increment(ref compiled)}",
            [Parse(ImplicitUsings, "ImplicitUsings.cs"), .. block.Files.Select(file => Parse(file.Code, file.Name)), Parse(block.Code, block.File ?? "Program.cs")],
            References,
            new CSharpCompilationOptions(
                block.File is null ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var problems = compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => LineOf(block, diagnostic)).ToList();
        if (problems.Count > 0)
            throw new PageException($"{block} does not compile without a warning:\n{string.Join('\n', problems)}");
        return assembly.ToArray();
    }

    /// <summary>Compiles a block and runs it in an empty folder.</summary>
    /// <returns>What it wrote to the console.</returns>
    public static string Run(CodeBlock block)
    {
        // Never unloaded: ILGPU's own code refers to the block's kernels.
        var main = Assembly.Load(Compile(block)).EntryPoint!;
        var (output, folder) = (Console.Out, Environment.CurrentDirectory);
        var room = Directory.CreateTempSubdirectory("gpunet-docs-");
        using var written = new StringWriter();
        try
        {
            Console.SetOut(written);
            Environment.CurrentDirectory = room.FullName;
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length > 0 ? [Array.Empty<string>()] : [], null);
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder;
            room.Delete(recursive: true);
        }

        return written.ToString();
    }

    private static SyntaxTree Parse(string code, string file) => CSharpSyntaxTree.ParseText(code, Syntax, file);

    // In the block itself, the page's line.
    private static string LineOf(CodeBlock block, Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        string line = place.Path == (block.File ?? "Program.cs") ? $"{block.Page}:{block.Line + 1 + place.StartLinePosition.Line}" : $"{block.Page}: {place.Path}:{place.StartLinePosition.Line + 1}";
        return $"{line}: {diagnostic.Id}: {diagnostic.GetMessage()}";
    }
}
