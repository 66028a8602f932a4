using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Text;

namespace GpuNet.Packages.Tests;

/// <summary>What a portable PDB says of the sources.</summary>
/// <param name="SourceLink">The JSON that maps paths to addresses; null if there is none.</param>
/// <param name="Documents">The sources' paths, and whether the PDB holds the text itself.</param>
internal sealed record Pdb(string? SourceLink, ImmutableArray<(string Path, bool IsEmbedded)> Documents)
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A"), EmbeddedSourceKind = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>Reads one.</summary>
    public static Pdb Read(byte[] bytes)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbImage([.. bytes]);
        var reader = provider.GetMetadataReader();
        var link = Find(EntityHandle.ModuleDefinition, SourceLinkKind);
        return new(
            link is { } found ? Encoding.UTF8.GetString(reader.GetBlobBytes(found.Value)) : null,
            [.. reader.Documents.Select(handle => (reader.GetString(reader.GetDocument(handle).Name), Find(handle, EmbeddedSourceKind) is not null))]);

        CustomDebugInformation? Find(EntityHandle parent, Guid kind)
        {
            foreach (var handle in reader.GetCustomDebugInformation(parent))
            {
                var information = reader.GetCustomDebugInformation(handle);
                if (reader.GetGuid(information.Kind) == kind)
                    return information;
            }

            return null;
        }
    }
}
