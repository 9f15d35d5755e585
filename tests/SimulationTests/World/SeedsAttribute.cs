using System.Globalization;
using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Haul.SimulationTests.World;

/// <summary>Runs a theory for many seeds; for the one that SIM_SEED names, with its trace, where that is set.</summary>
/// <param name="count">How many.</param>
/// <param name="first">The first of them.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SeedsAttribute(int count, int first = 1) : DataAttribute
{
    const string Variable = "SIM_SEED";

    static readonly string? _chosen = Environment.GetEnvironmentVariable(Variable);

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>The first of them.</summary>
    public int First => first;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var seeds = _chosen is null ? Enumerable.Range(first, count) : [int.Parse(_chosen, CultureInfo.InvariantCulture)];
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
