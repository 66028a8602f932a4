using System.CommandLine;
using System.Globalization;
using GpuNet.Cli.Output;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary><c>--recipe</c> and <c>--scale-to-data</c>: the settings that the other options then change.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string[]> names;
    private readonly Option<bool> scale = new("--scale-to-data")
    {
        Description = "Scale the recipe's iterations, step sizes, intervals and gammas to the data set and the batch, so that they last as many epochs as on the set that the recipe was made for; what --policy, --iterations and --test-interval give is left as it is",
    };

    private readonly bool compares;

    public RecipeOptions(Command command, string help, int most)
    {
        compares = most > 1;
        string[] comparisons = compares ? [.. RecipeCatalog.Comparisons.Select(comparison => $"{comparison.Name} (= {string.Join(", ", comparison.Recipes.Select(recipe => recipe.Name))})")] : [];
        names = new("--recipe")
        {
            Description = $"{help}: {string.Join(", ", RecipeCatalog.All.Select(recipe => recipe.Name).Concat(comparisons))}",
            HelpName = "NAME",
            Arity = new ArgumentArity(1, most),
            CustomParser = argument =>
            {
                string[] given = [.. argument.Tokens.Select(token => token.Value)];
                if (given.Any(string.IsNullOrWhiteSpace))
                    argument.AddError("--recipe is empty; give it a value, or leave it out.");
                return given;
            },
        };
        command.Options.Add(names);
        command.Options.Add(scale);
    }

    /// <summary>Whether the recipe is to be scaled.</summary>
    public bool Scales(ParseResult parsed) => parsed.GetValue(scale);

    /// <summary>The recipes asked for, in order; none if none is.</summary>
    /// <exception cref="TrainingException">A name is not known, or a recipe trains another model than the one asked for or than the first.</exception>
    public IReadOnlyList<Recipe> Chosen(ParseResult parsed, string? model)
    {
        Recipe[] recipes = [.. (parsed.GetValue(names) ?? []).SelectMany(Named)];
        foreach (var recipe in recipes)
        {
            if (model is not null && recipe.Model != model)
                throw new TrainingException($"recipe '{recipe.Name}' trains {recipe.Model}, but --model asks for {model}. Leave one of the two out.");
            if (recipe.Model != recipes[0].Model)
                throw new TrainingException($"recipe '{recipe.Name}' trains {recipe.Model}, but recipe '{recipes[0].Name}' trains {recipes[0].Model}; one comparison is of one model. Leave one of the two out.");
        }

        return recipes;
    }

    private IEnumerable<Recipe> Named(string name)
    {
        if (RecipeCatalog.Comparisons.FirstOrDefault(comparison => comparison.Name == name) is not { } found)
            return [RecipeCatalog.Find(name)];
        return compares ? found.Recipes : throw new TrainingException($"recipe '{name}' is a comparison of {found.Recipes.Length} recipes, for gpunet compare. Choose one of them: {string.Join(", ", found.Recipes.Select(recipe => recipe.Name))}.");
    }

    /// <summary>A recipe scaled to a data set, and a note of what it has become.</summary>
    /// <param name="recipe">The recipe as it is.</param>
    /// <param name="settings">Has the batch that is trained with.</param>
    /// <param name="images">The data set.</param>
    /// <param name="console">Gets the note.</param>
    public static Recipe Scaled(Recipe recipe, Recipe settings, ImageDataset images, CliConsole console)
    {
        var scaled = recipe.ScaledTo(images.Train.Count, settings.Batch, settings.Training.IterationSize);
        double factor = (double)scaled.Training.Iterations / recipe.Training.Iterations;
        string tests = scaled.Training.TestInterval == 0 ? "" : $", a test every {scaled.Training.TestInterval}";
        console.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"Recipe {recipe.Name}, made for {recipe.TrainImages} images by {(long)recipe.Batch * recipe.Training.IterationSize}, scaled by {factor:G4} to {scaled.TrainImages} images by {(long)scaled.Batch * scaled.Training.IterationSize}: {scaled.Training.Iterations} iterations{tests}, {scaled.Training.Policy}."));
        return scaled;
    }
}
