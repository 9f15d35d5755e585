namespace Haul.SimulationTests.World;

/// <summary>Throws of a die in the words of what is thrown for.</summary>
static class Chance
{
    /// <summary>True in so many of a hundred cases.</summary>
    public static bool Percent(this Random die, int percent) => die.Next(100) < percent;

    public static T Pick<T>(this Random die, params IReadOnlyList<T> among) => among[die.Next(among.Count)];

    /// <summary>One of several by weight.</summary>
    public static T Weighed<T>(this Random die, params IReadOnlyList<(int Weight, T What)> among)
    {
        var left = die.Next(among.Sum(one => one.Weight));
        foreach (var (weight, what) in among)
        {
            left -= weight;
            if (left < 0)
                return what;
        }
        return among[^1].What;
    }

    public static double Between(this Random die, double least, double most) => least + die.NextDouble() * (most - least);

    /// <summary>Each order of magnitude is as likely as any other.</summary>
    public static long Magnitude(this Random die, double least, double most) => (long)Math.Exp(die.Between(Math.Log(least), Math.Log(most)));
}
