using System.CommandLine.Parsing;

namespace Haul.Cli.Arguments;

/// <summary>Parsers of option values that say what is wrong with a value.</summary>
static class Parsed
{
    /// <summary>One value of a struct; null from <paramref name="parse"/> is an error.</summary>
    public static Func<ArgumentResult, T?> Struct<T>(Func<string, T?> parse, string complaint)
        where T : struct => result =>
    {
        var text = result.Tokens[^1].Value;
        if (parse(text) is { } value)
            return value;
        result.AddError($"'{text}' {complaint}");
        return null;
    };

    /// <summary>Every value given, in order.</summary>
    public static Func<ArgumentResult, T[]> Many<T>(Func<string, T?> parse, string complaint)
        where T : struct => result =>
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            if (parse(token.Value) is { } value)
                values.Add(value);
            else
                result.AddError($"'{token.Value}' {complaint}");
        }
        return [.. values];
    };

    /// <summary>Every value given, in order, of a class.</summary>
    public static Func<ArgumentResult, T[]> ManyObjects<T>(Func<string, T?> parse, string complaint)
        where T : class => result =>
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            if (parse(token.Value) is { } value)
                values.Add(value);
            else
                result.AddError($"'{token.Value}' {complaint}");
        }
        return [.. values];
    };
}
