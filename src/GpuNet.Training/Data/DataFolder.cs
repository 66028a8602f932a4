namespace GpuNet.Training.Data;

/// <summary>The checks that every reader of a folder begins with.</summary>
internal static class DataFolder
{
    /// <summary>Throws unless the folder is there.</summary>
    /// <param name="name">The data set.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataException">It is not there.</exception>
    public static void ThrowIfMissing(string name, string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{name}: {folder} is not a folder. Give the folder with the set's files; data/README.md says where each set comes from.");
    }

    /// <summary>Throws if files are missing.</summary>
    /// <param name="name">The data set.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="missing">The missing files' names.</param>
    /// <param name="note">What to add after the names.</param>
    /// <exception cref="DataException">At least one is missing.</exception>
    public static void ThrowIfIncomplete(string name, string folder, List<string> missing, string note = "")
    {
        if (missing.Count > 0)
            throw new DataException($"{name}: folder {folder} lacks {string.Join(", ", missing)}{note}; every file of the set is needed. Complete the folder; data/README.md lists the files.");
    }
}
