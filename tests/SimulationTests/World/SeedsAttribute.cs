using System.Globalization;
using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Haul.SimulationTests.World;

/// <summary>Runs a theory for many seeds; for the one that SIM_SEED names, with its trace, where that is set; for as many others as SIM_MORE says.</summary>
/// <param name="count">How many.</param>
/// <param name="first">The first of them.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SeedsAttribute(int count, int first = 1) : DataAttribute
{
    const string Variable = "SIM_SEED";

    // Behind all seeds that are run as a rule.
    const int Beyond = 100_000;

    static readonly string? _chosen = Environment.GetEnvironmentVariable(Variable);

    static readonly string? _more = Environment.GetEnvironmentVariable("SIM_MORE");

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>The first of them.</summary>
    public int First => first;

    /// <summary>One seed is looked at closely.</summary>
    internal static bool IsChosen => _chosen is not null;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var seeds = _chosen is not null ? [int.Parse(_chosen, CultureInfo.InvariantCulture)]
            : _more is not null ? Enumerable.Range(first + Beyond, int.Parse(_more, CultureInfo.InvariantCulture))
            : Enumerable.Range(first, count);
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. seeds.Select(seed => new TheoryDataRow(seed))]);
    }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;

    /// <summary>The command that runs a failed seed again.</summary>
    internal static string Replay(int seed)
    {
        var test = TestContext.Current.TestMethod is { } method ? $" -- --filter-method \"{method.TestClass.TestClassName}.{method.MethodName}\"" : "";
        return $"{Variable}={seed} dotnet run --project tests/SimulationTests{test}";
    }

    /// <summary>Prints a trace where a seed was chosen.</summary>
    internal static void Show(SimTrace trace)
    {
        if (_chosen is null)
            return;
        foreach (var line in trace.Lines)
            Console.Error.WriteLine(line);
    }
}
