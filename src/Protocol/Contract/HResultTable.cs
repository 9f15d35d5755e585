namespace Haul.Protocol.Contract;

/// <summary>What <see cref="HResults"/> has defined, to be looked up by value and by name.</summary>
/// <remarks>
/// Filled once, by the field initializers of <see cref="HResults"/>, and only read after that. It is a type of its own so that it
/// exists before the first of them, whichever file the compiler takes first.
/// </remarks>
static class HResultTable
{
    // More than there are codes, so that nothing grows while a program starts.
    const int Capacity = 320;

    static readonly List<(string Name, HResult Value, string Text)> _all = new(Capacity);
    static readonly Dictionary<HResult, int> _byValue = new(Capacity);
    static readonly Dictionary<string, int> _byName = new(Capacity, StringComparer.Ordinal);

    /// <summary>Every code in the order of definition, aliases too.</summary>
    public static IReadOnlyList<(string Name, HResult Value, string Text)> All => _all;

    /// <summary>Adds a code. The first name of a value is the one it is shown by; later ones are aliases.</summary>
    public static HResult Add(string name, uint value, string text)
    {
        var code = new HResult(unchecked((int)value));
        _byName.Add(name, _all.Count);
        _byValue.TryAdd(code, _all.Count);
        _all.Add((name, code, text));
        return code;
    }

    /// <summary>Finds a code by value.</summary>
    public static (string Name, HResult Value, string Text)? Find(HResult code) =>
        _byValue.TryGetValue(code, out var index) ? _all[index] : null;

    /// <summary>Finds a code by name.</summary>
    public static (string Name, HResult Value, string Text)? Find(string name) =>
        _byName.TryGetValue(name, out var index) ? _all[index] : null;
}
