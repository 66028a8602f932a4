using System.Collections.Immutable;

namespace GpuNet.Training.Recipes;

/// <summary>Recipes of one model whose rates are compared, each over its own number of iterations.</summary>
public sealed class ComparisonRecipe
{
    internal ComparisonRecipe(string name, params ImmutableArray<Recipe> recipes) => (Name, Recipes) = (name, recipes);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The recipes, in the order of the runs; the settings of all are the first one's.</summary>
    public ImmutableArray<Recipe> Recipes { get; }
}
