using System.Globalization;
using Haul.Engine.Peers;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Makes a site that came out wrong small: the same seed and story, and a plan that is simpler and fails, too.</summary>
static class SiteShrink
{
    const string Variable = "SIM_PLAN";

    static readonly Func<SitePlan, SitePlan>[] _steps =
    [
        plan => plan with { Machines = Math.Max(2, plan.Machines / 2) },
        plan => plan with { Machines = Math.Max(2, plan.Machines - 1) },
        plan => plan with { Pieces = Math.Max(2, plan.Pieces / 2) },
        plan => plan with { Pieces = Math.Max(2, plan.Pieces - 1) },
        plan => plan with { Transport = GroupTransport.Plain },
        plan => plan with { WeakUplink = 1, Jitter = 0 },
        plan => plan with { IsApart = false },
        plan => plan with { DatagramLoss = 0 },
        plan => plan with { UploadSlots = 16, UploadBytesPerSecond = 0 },
        plan => plan with { LinksMax = 100, OriginConnectionsMax = 6 },
    ];

    /// <summary>The plan with what SIM_PLAN says of it, such as "Machines=2 Pieces=4".</summary>
    public static SitePlan Named(SitePlan plan)
    {
        var named = plan with { };
        foreach (var word in Environment.GetEnvironmentVariable(Variable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var (name, text) = (word.Split('=')[0], word.Split('=')[^1]);
            var property = typeof(SitePlan).GetProperty(name) ?? throw new ArgumentException($"{Variable} names {name}, which a plan does not have.");
            property.SetValue(named, property.PropertyType.IsEnum ? Enum.Parse(property.PropertyType, text) : Convert.ChangeType(text, property.PropertyType, CultureInfo.InvariantCulture));
        }
        return named;
    }

    /// <summary>The failure, with the smallest plan that was found to fail.</summary>
    /// <param name="plan">That of the failure.</param>
    /// <param name="why">The failure.</param>
    /// <param name="run">Runs another plan.</param>
    public static SiteFailureException Of(SitePlan plan, SimFailureException why, Action<SitePlan> run)
    {
        var (small, text) = (plan, "");
        foreach (var step in _steps)
        {
            var smaller = step(small);
            if (smaller == small || FailureOf(smaller, run) is not { } failure)
                continue;
            (small, text) = (smaller, failure);
        }
        return new SiteFailureException($"{why.Message}\nThe site: {plan}{(small == plan ? "" : $"\nA smaller one, with {Variable}=\"{ChangesOf(plan, small)}\" before the command, fails, too: {text}")}");
    }

    static string? FailureOf(SitePlan plan, Action<SitePlan> run)
    {
        try
        {
            run(plan);
            return null;
        }
        catch (SimFailureException e)
        {
            return e.Message.Split('\n')[0];
        }
    }

    static string ChangesOf(SitePlan plan, SitePlan small) => string.Join(' ',
        from property in typeof(SitePlan).GetProperties()
        where property.CanWrite && !Equals(property.GetValue(plan), property.GetValue(small))
        select string.Create(CultureInfo.InvariantCulture, $"{property.Name}={property.GetValue(small)}"));
}

/// <summary>A site that came out wrong: which, and with what it can be told again.</summary>
sealed class SiteFailureException(string why) : Exception(why);
