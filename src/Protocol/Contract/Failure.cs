namespace Haul.Protocol.Contract;

/// <summary>Why something did not happen: a code for programs and a line for people.</summary>
/// <param name="Code">A failure code.</param>
/// <param name="Text">One line that names the thing, the cause and the remedy.</param>
public sealed record Failure(HResult Code, string Text)
{
    /// <summary>The text with its code behind it, as logs and terminals show it.</summary>
    public override string ToString() => $"{Text} [{Code}]";
}
