namespace GpuNet.Training.Data.Fetching;

/// <summary>A data set that can be downloaded from where it was published.</summary>
/// <param name="Name">Its name, as <see cref="DataSets.Open"/> takes it.</param>
/// <param name="BaseAddress">The address that the files' names are appended to; ends with a slash.</param>
/// <param name="Downloads">The files to download; archives are unpacked.</param>
/// <param name="Contents">The files of the folder in the end; nothing else is taken out of an archive.</param>
public sealed record DownloadableSet(string Name, Uri BaseAddress, IReadOnlyList<PublishedFile> Downloads, IReadOnlyList<PublishedFile> Contents)
{
    private static readonly PublishedFile[] FashionMnistFiles =
    [
        new("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        new("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", "25c81989df183df01b3e8a0aad5dffbe"),
        new("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", "bef4ecab320f06d8554ea6380940ec79"),
        new("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", "bb300cfdad3c16e7a12a480ee83cd310"),
    ];

    /// <summary>CIFAR-10's binary version, from its authors' page.</summary>
    public static DownloadableSet Cifar10 { get; } = new(
        "cifar10",
        new Uri("https://www.cs.toronto.edu/~kriz/"),
        [new("cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", "c32a1d4ab5d03f1284b67883e8d87530")],
        [
            new("data_batch_1.bin", 30_730_000, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            new("data_batch_2.bin", 30_730_000, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            new("data_batch_3.bin", 30_730_000, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            new("data_batch_4.bin", 30_730_000, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            new("data_batch_5.bin", 30_730_000, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
            new("test_batch.bin", 30_730_000, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
        ]);

    /// <summary>The whole of Fashion-MNIST, from Zalando's release.</summary>
    public static DownloadableSet FashionMnist { get; } =
        new("fashion-mnist", new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"), FashionMnistFiles, FashionMnistFiles);

    /// <summary>Every set that can be downloaded.</summary>
    public static IReadOnlyList<DownloadableSet> All { get; } = [Cifar10, FashionMnist];

    /// <summary>Looks a set up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The set.</returns>
    /// <exception cref="DataException">No set that can be downloaded has this name.</exception>
    public static DownloadableSet Named(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new DataException($"Data set '{name}' cannot be fetched. Those that can: {string.Join(", ", All.Select(set => set.Name))}.");
}
