using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>The two streams a command writes to: results, and what it says about them.</summary>
sealed class Terminal
{
    /// <summary>Results, which scripts read.</summary>
    public TextWriter Out { get; init; } = Console.Out;

    /// <summary>Progress and complaints.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Bars may be drawn on <see cref="Error"/>: a person watches, on a terminal that can move its cursor.</summary>
    public bool IsLive { get; init; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");

    /// <summary>Writes a line of results, safe for a terminal.</summary>
    public void Line(string text) => Out.WriteLine(Said.Plain(text));

    /// <summary>Writes a line about the work, safe for a terminal.</summary>
    public void Note(string text) => Error.WriteLine($"haul: {Said.Plain(text)}");

    /// <summary>Says why something failed, and gives the exit code for it.</summary>
    public int Fail(Failure failure)
    {
        Note(Text(failure));
        return ExitCode.Of(failure.Code);
    }

    /// <summary>The text of a failure, its code's name where it has one, and its number.</summary>
    public static string Text(Failure failure)
    {
        var name = HResults.NameOf(failure.Code);
        return $"{failure.Text} [{(name is null ? "" : name + " ")}{failure.Code.Hex}]";
    }
}
