namespace GpuNet.Training.Recipes;

/// <summary>The recipes that can be chosen by name.</summary>
public static class RecipeCatalog
{
    /// <summary>Every recipe; of a model, its authors' first.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        Cifar10QuickRecipe.Recipe,
        Cifar10FullRecipes.Caffe, Cifar10FullRecipes.Triangular2, Cifar10FullRecipes.Decay, Cifar10FullRecipes.Exponential,
        Cifar10FullRecipes.ExponentialRange,
        EmbeddedComparisonRecipe.Recipe,
        AlexNetRecipes.Caffe, AlexNetRecipes.Triangular2, AlexNetRecipes.Exponential, AlexNetRecipes.ExponentialRange,
        AlexNetRecipes.CaffeNet,
        GoogLeNetRecipes.Caffe, GoogLeNetRecipes.Quick, GoogLeNetRecipes.Fixed, GoogLeNetRecipes.Triangular2, GoogLeNetRecipes.Exponential,
        GoogLeNetRecipes.ExponentialRange,
    ];

    /// <summary>Every comparison of recipes.</summary>
    public static IReadOnlyList<ComparisonRecipe> Comparisons { get; } = [Cifar10FullRecipes.Paper];

    /// <summary>The recipe of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="TrainingException">There is none of that name.</exception>
    public static Recipe Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new TrainingException($"recipe '{name}' is not known; the recipes are {string.Join(", ", All.Select(recipe => recipe.Name))}.");

    /// <summary>The recipe that trains a model as its authors did.</summary>
    /// <param name="model">The model's name in <see cref="ModelCatalog"/>.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="TrainingException">There is no model of that name.</exception>
    public static Recipe ForModel(string model) => All.First(recipe => recipe.Model == ModelCatalog.Find(model).Name);
}
