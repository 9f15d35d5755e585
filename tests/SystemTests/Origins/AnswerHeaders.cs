namespace Haul.SystemTests.Origins;

/// <summary>The header lines of an answer in the order they are sent; nothing keeps them from being wrong.</summary>
sealed class AnswerHeaders
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The value of the first header of that name.</summary>
    public string? this[string name] =>
        _lines.Find(line => IsNamed(line, name)) is { } found ? found[(name.Length + 1)..].Trim() : null;

    public void Add(string name, string value) => _lines.Add($"{name}: {value}");

    /// <summary>Adds a line as it is, which need not be a header at all.</summary>
    public void AddLine(string line) => _lines.Add(line);

    public void Remove(string name) => _lines.RemoveAll(line => IsNamed(line, name));

    public void Set(string name, string value)
    {
        Remove(name);
        Add(name, value);
    }

    public void Set(string name, long value) => Set(name, Wire.Number(value));

    static bool IsNamed(string line, string name) =>
        line.StartsWith(name, StringComparison.OrdinalIgnoreCase) && line.Length > name.Length && line[name.Length] == ':';
}
