using System.Text.Json;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Commands;

/// <summary>What the administrator registered for a class: a program and what it is told.</summary>
/// <param name="Words">The program's full path, then its arguments.</param>
sealed record CommandRegistration(IReadOnlyList<string> Words)
{
    /// <summary>Bytes of a registration: more than any sensible command line.</summary>
    public const int BytesMax = 64 << 10;

    /// <summary>The program and its arguments together.</summary>
    public const int WordsMax = 256;

    const string Member = "command";

    /// <summary>The program.</summary>
    public string Program => Words[0];

    /// <summary>Reads {"command": ["/full/path", "argument", ...]} and takes nothing else.</summary>
    /// <param name="path">The file, to be named in a failure.</param>
    /// <param name="json">What it holds.</param>
    public static Outcome<CommandRegistration> Parse(string path, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(path, document.RootElement);
        }
        catch (JsonException e)
        {
            return Refuse(path, $"is no JSON ({e.Message.TrimEnd('.')})");
        }
    }

    static Outcome<CommandRegistration> Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Refuse(path, "is no JSON object");
        JsonElement? words = null;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name != Member)
                return Refuse(path, $"has a member '{member.Name}', which means nothing");
            if (words is not null)
                return Refuse(path, "names its command twice");
            words = member.Value;
        }
        return words is { ValueKind: JsonValueKind.Array } array ? Take(path, array) : Refuse(path, "names no command");
    }

    static Outcome<CommandRegistration> Take(string path, JsonElement array)
    {
        var count = array.GetArrayLength();
        if (count is 0 or > WordsMax)
            return Refuse(path, $"has a command of {count} words, and 1 to {WordsMax} are allowed");
        var words = new List<string>(count);
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() is not { } word || word.Contains('\0', StringComparison.Ordinal))
                return Refuse(path, "has a command with something else than texts in it");
            words.Add(word);
        }
        return words[0].StartsWith('/') ? new CommandRegistration(words) : Refuse(path, $"names the program '{words[0]}' and not its full path");
    }

    static Failure Refuse(string path, string why) =>
        new(E_INVALIDARG, $$"""{{path}} {{why}}; write {"{{Member}}": ["/full/path/of/program", "argument"]}""");
}
