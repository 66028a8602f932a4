namespace GpuNet.Docs.Tests;

/// <summary>A page is wrong. Thrown rather than asserted, so that the tests of these tests can look at it.</summary>
/// <param name="message">Page, line, and what is wrong.</param>
internal sealed class PageException(string message) : Exception(message);
