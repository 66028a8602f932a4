using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CsCheck;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;
using GpuNet.Training.Tests.Data;
using GpuNet.Training.Tests.Data.Fetching;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>Files of data sets, changed at random: each is read, or refused with a <see cref="DataException"/>, and none writes outside its folder.</summary>
public sealed class DataFuzzTests
{
    private const int CifarRecord = 3073;

    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0, 5, .. Published.Bytes(120, 1)];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 3, 4, 0];
    private static readonly byte[] Wanted = Published.Bytes(3000, 2);
    private static readonly byte[] Meta = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n"u8.ToArray();

    // Fields of a tar header: where, and how long.
    private static readonly (int Offset, int Length)[] TarFields = [(0, 100), (100, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155)];

    private static readonly string[] TarWords =
        ["../../escaped", "/tmp/escaped", "a.bin", "top/../a.bin", "77777777777", "00000000000", "17777777777", "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "\u0080\0\0\0\0\0\0\0\u007f", "x", "g", "L", "K", "S", "1", "2", "5", "7", "30 path=../../escaped\n", ""];

    [TestCase("images", false)]
    [TestCase("images", true)]
    [TestCase("labels", false)]
    [TestCase("labels", true)]
    public void A_hostile_file_of_idx_is_read_or_refused(string kind, bool isPacked)
    {
        byte[] file = kind == "images" ? Images : Labels;
        int rank = kind == "images" ? 3 : 1;
        string name = isPacked ? "file.gz" : "file";
        var run = new FuzzRun($"idx {kind}{(isPacked ? " in gzip" : "")}");
        var cases = Gen.Select(Gen.Int[0, 2], FuzzEdit.Any.Array[1, 4], (way, edits) => Changed(way, edits));
        Assert.That(Parse(isPacked ? Packed(file) : file), Is.True);
        run.Over(cases, Parse);

        // Way 0 changes what is stored, way 1 what is packed, way 2 a size in the header, and the values to match.
        byte[] Changed(int way, FuzzEdit[] edits)
        {
            byte[] stored = isPacked && way == 0 ? Packed(file) : file;
            if (way < 2)
            {
                foreach (var edit in edits)
                    stored = edit.Apply(stored, Labels);
            }
            else
            {
                int count = edits[0].Size % 600;
                stored = [.. file[..(4 + (4 * rank))], .. new byte[count * (rank == 3 ? 20 : 1)]];
                BinaryPrimitives.WriteInt32BigEndian(stored.AsSpan(4), edits[0].Kind == 0 ? (int)edits[0].Value : count);
            }

            return isPacked && way > 0 ? Packed(stored) : stored;
        }

        bool Parse(byte[] stored) => run.IsRead<DataException>(isPacked ? UnpackedLength(stored) : stored.Length, () => IdxFile.Read(new CountingStream(stored), name, rank));
    }

    [Test]
    public void A_small_file_in_gzip_that_declares_much_takes_little()
    {
        byte[] bomb = [0, 0, 8, 1, 0x03, 0, 0, 0, .. new byte[1000]];
        byte[] stored = Packed(bomb, padding: 100_000);
        var run = new FuzzRun("idx");
        Assert.That(run.IsRead<DataException>(bomb.Length, () => IdxFile.Read(new CountingStream(stored), "file.gz", 1)), Is.False);
    }

    [TestCase("data_batch_1.bin")]
    [TestCase("test_batch.bin")]
    [TestCase("batches.meta.txt")]
    public void A_hostile_file_of_cifar10_is_read_or_refused(string name)
    {
        using var folder = new TemporaryFolder();
        byte[] record = Published.Bytes(CifarRecord, 3);
        record[0] = 4;
        foreach (string other in (string[])["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"])
            folder.Write(other, record);
        folder.Write("batches.meta.txt", Meta);
        byte[] file = File.ReadAllBytes(folder.At(name));
        var run = new FuzzRun($"cifar10 {name}");
        // Way 0 changes bytes, which seldom leaves whole records; way 1 keeps their number whole.
        var cases = Gen.Select(Gen.Int[0, 1], FuzzEdit.Any.Array[1, 4], (way, edits) =>
        {
            byte[] changed = file;
            foreach (var edit in edits)
                changed = edit.Apply(changed, record);
            return way == 0 || name.EndsWith(".txt", StringComparison.Ordinal) ? changed : [.. changed.Take(changed.Length / CifarRecord * CifarRecord), .. record];
        });
        run.Over(cases, changed =>
        {
            folder.Write(name, changed);
            return run.IsRead<DataException>(changed.Length + (6 * CifarRecord), () => Cifar10Reader.Read(folder.Root));
        });
    }

    [Test]
    public void A_hostile_file_of_an_archive_is_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] good = Tar();
        var run = new FuzzRun("tar in gzip");
        var cases = Gen.Select(Gen.Int[0, 3], FuzzEdit.Any.Array[1, 3], (way, edits) =>
        {
            byte[] changed = way == 0 ? Packed(good) : good;
            foreach (var edit in edits)
                changed = way < 2 ? edit.Apply(changed, good) : WithHeader(changed, edit);
            return way == 0 ? changed : Packed(changed);
        });
        Assert.That(Parse(Packed(good)), Is.True);
        run.Over(cases, Parse);

        bool Parse(byte[] archive)
        {
            string path = folder.Write("set.tar.gz", archive), target = folder.At("unpacked");
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.CreateDirectory(target);
            bool isRead = run.IsRead<DataException>(
                UnpackedLength(archive), () => ArchiveUnpacker.UnpackAsync("set.tar.gz", path, [Published.File("a.bin", Wanted)], target, null, default).GetAwaiter().GetResult());
            string[] left = [.. Directory.EnumerateFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories).Select(entry => Path.GetRelativePath(folder.Root, entry))];
            Assert.That(left, Is.SubsetOf(new[] { "set.tar.gz", "unpacked", Path.Combine("unpacked", "a.bin") }));
            Assert.That(File.Exists("/tmp/escaped"), Is.False);
            return isRead;
        }
    }

    [TestCase('x')]
    [TestCase('g')]
    [TestCase('L')]
    [TestCase('K')]
    public void A_header_of_an_archive_that_declares_much_takes_little(char type)
    {
        using var folder = new TemporaryFolder();
        byte[] tar = Tar();
        Encoding.Latin1.GetBytes("07777777777\0").CopyTo(tar, 124);
        tar[156] = (byte)type;
        WriteSum(tar, 0);
        string path = folder.Write("set.tar.gz", Packed(tar));
        var run = new FuzzRun("tar");
        Assert.That(run.IsRead<DataException>(
            tar.Length, () => ArchiveUnpacker.UnpackAsync("set.tar.gz", path, [Published.File("a.bin", Wanted)], folder.Root, null, default).GetAwaiter().GetResult()), Is.False);
    }

    // Puts a word in a field of a header, and mends its sum.
    private static byte[] WithHeader(byte[] tar, FuzzEdit edit)
    {
        byte[] changed = [.. tar];
        int[] headers = [.. Enumerable.Range(0, tar.Length / 512).Select(block => 512 * block).Where(at => tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))];
        if (headers.Length == 0)
            return edit.Apply(tar, tar);
        int header = headers[(int)(edit.Where * (headers.Length - 1))];
        var (offset, length) = TarFields[edit.Size % TarFields.Length];
        byte[] word = Encoding.Latin1.GetBytes(TarWords[edit.Value % (ulong)TarWords.Length]);
        var field = changed.AsSpan(header + offset, length);
        field.Clear();
        word.AsSpan(0, Math.Min(word.Length, length)).CopyTo(field);
        WriteSum(changed, header);
        return changed;
    }

    private static void WriteSum(byte[] tar, int header)
    {
        var block = tar.AsSpan(header, 512);
        block.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in block)
            sum += value;
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(block[148..]);
    }

    private static byte[] Tar()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "top/"));
            tar.WriteEntry(Published.Entry("top/readme", new byte[700]));
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, $"top/{new string('n', 150)}") { DataStream = new MemoryStream(new byte[10]) });
            tar.WriteEntry(Published.Entry("top/a.bin", Wanted));
        }

        return stream.ToArray();
    }

    // With bytes behind the packed ones that unpack to nothing, so that the file's length allows for much.
    private static byte[] Packed(byte[] content, int padding = 0)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        packed.Write(new byte[padding]);
        return packed.ToArray();
    }

    // The honest size of a packed file, or its own if it cannot be unpacked; what unpacks before the damage counts.
    private static long UnpackedLength(byte[] packed)
    {
        long length = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            byte[] buffer = new byte[4096];
            for (int read; (read = gzip.Read(buffer)) > 0;)
                length += read;
        }
        catch (InvalidDataException)
        {
            // The rest is no gzip.
        }

        return Math.Max(length, packed.Length);
    }
}
