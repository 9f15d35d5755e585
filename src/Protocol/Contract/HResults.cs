namespace Haul.Protocol.Contract;

/// <summary>Every HRESULT that Haul gives or is asked about: name, value and one line of text.</summary>
public static partial class HResults
{
    /// <summary>The name of a code, or null.</summary>
    public static string? NameOf(HResult code) => null;
}
