namespace GpuNet.Training.Data;

/// <summary>A training set and the test set that goes with it: the same image shape, the same classes.</summary>
public sealed class ImageDataset
{
    /// <summary>Joins the two sets.</summary>
    /// <param name="name">The data set's name, such as <c>"cifar10"</c>.</param>
    /// <param name="train">The images to train on.</param>
    /// <param name="test">The images to evaluate on.</param>
    /// <exception cref="DataException">The sets differ in image shape or classes.</exception>
    public ImageDataset(string name, ImageSet train, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Shape != test.Shape)
            throw new DataException($"{name}: training images are {train.Shape}, but test images are {test.Shape}; one network must fit both. Use a train and a test set of one origin.");
        if (!train.ClassNames.SequenceEqual(test.ClassNames))
            throw new DataException($"{name}: the training set's classes ({string.Join(", ", train.ClassNames)}) are not the test set's ({string.Join(", ", test.ClassNames)}); a label must mean the same in both. Use a train and a test set of one origin.");
        Name = name;
        Train = train;
        Test = test;
    }

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>The images to train on.</summary>
    public ImageSet Train { get; }

    /// <summary>The images to evaluate on.</summary>
    public ImageSet Test { get; }

    /// <summary>The classes' names, by label.</summary>
    public IReadOnlyList<string> ClassNames => Train.ClassNames;
}
